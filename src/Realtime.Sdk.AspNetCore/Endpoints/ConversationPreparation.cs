namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Calls <see cref="RealtimeEndpointOptions.Prepare"/>.</summary>
internal static class ConversationPreparation
{
    /// <summary>Returns the options of the conversation for a request, or why it is refused; neither if the client has abandoned it.</summary>
    public static async Task<(RealtimeConversationOptions? Options, EndpointProblem? Problem)> PrepareAsync(
        HttpContext context, RealtimeEndpoint endpoint, ForeignChangeAction? onForeignChange)
    {
        RealtimeConversationOptions? options = new() { User = context.User, OnForeignChange = onForeignChange };
        if (endpoint.Options.Prepare is { } prepare)
        {
            using var deadline = new CancellationTokenSource(endpoint.Options.PrepareTimeout, endpoint.Services.Time);
            using var canceled = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
            Task<RealtimeConversationOptions?>? preparing = null;
            try
            {
                preparing = prepare(context, options, canceled.Token).AsTask();
                options = await preparing.WaitAsync(canceled.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (canceled.IsCancellationRequested)
            {
                _ = preparing?.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                if (context.RequestAborted.IsCancellationRequested)
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
        return context.RequestAborted.IsCancellationRequested ? (null, null) : options is null ? (null, EndpointProblem.Refused) : (options, null);
    }
}
