namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Calls <see cref="RealtimeEndpointOptions.Prepare"/>.</summary>
internal static class ConversationPreparation
{
    /// <summary>Returns the options of the conversation for a request, or why it is refused; neither if the client has abandoned it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="onForeignChange">The reaction to changes of the page; null uses the default.</param>
    /// <param name="abandoned">Canceled when nothing waits for the result any longer.</param>
    public static async Task<(RealtimeConversationOptions? Options, EndpointProblem? Problem)> PrepareAsync(
        HttpContext context, RealtimeEndpoint endpoint, ForeignChangeAction? onForeignChange, CancellationToken abandoned)
    {
        var given = new RealtimeConversationOptions { User = context.User, OnForeignChange = onForeignChange };
        var options = (RealtimeConversationOptions?)given;
        if (endpoint.Options.Prepare is { } prepare)
        {
            using var deadline = new CancellationTokenSource(endpoint.Options.PrepareTimeout, endpoint.Services.Time);
            using var canceled = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abandoned);
            var token = canceled.Token;
            try
            {
                options = await AppCode.RunAsync(() => prepare(context, given, token).AsTask(), token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (canceled.IsCancellationRequested)
            {
                if (abandoned.IsCancellationRequested)
                    return (null, null);
                EndpointLog.PrepareTimedOut(endpoint.Services.Logger, endpoint.ToString(), endpoint.Options.PrepareTimeout);
                return (null, EndpointProblem.Slow);
            }
#pragma warning disable CA1031 // code of the app: its exception refuses this request only, and must not show the page anything
            catch (Exception e)
#pragma warning restore CA1031
            {
                EndpointLog.PrepareFailed(endpoint.Services.Logger, endpoint.ToString(), PeerText.Sanitize(e.GetType().Name), e);
                return (null, EndpointProblem.Failed);
            }
        }
        return abandoned.IsCancellationRequested ? (null, null) : options is null ? (null, EndpointProblem.Refused) : (options, null);
    }
}
