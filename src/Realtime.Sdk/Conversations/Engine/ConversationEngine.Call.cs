namespace Realtime.Sdk.Internal;

/// <content>The call that the conversation is attached to.</content>
internal sealed partial class ConversationEngine
{
    private volatile bool _isTransferred;

    /// <summary>Hangs up the call; null without a call, or if the conversation has no client to hang it up.</summary>
    public Func<CancellationToken, Task>? HangUp { get; init; }

    /// <summary>Transfers the call; null without a call, or if the conversation has no client to transfer it.</summary>
    public Func<string, CancellationToken, Task>? Transfer { get; init; }

    public bool IsTransferred => _isTransferred;

    public string? CallId => _connection.CallId;

    /// <summary>The reason of an end that the service has reported by closing the session normally.</summary>
    private ConversationEndReason HangUpReason => _isTransferred ? ConversationEndReason.Transferred : ConversationEndReason.HungUp;

    /// <summary>Transfers the caller. The service then ends the call, and with it the conversation.</summary>
    public async Task TransferAsync(string targetUri, CancellationToken cancellationToken)
    {
        // Before the request, because the service may end the call before it answers.
        Change(() => _isTransferred = true);
        try
        {
            await Transfer!(targetUri, cancellationToken).Counted(_work);
        }
        catch
        {
            Change(() => _isTransferred = false);
            throw;
        }
    }

    /// <summary>Hangs up the call, which would otherwise continue without the conversation.</summary>
    private async Task HangUpAsync()
    {
        if (HangUp is null)
            return;
        try
        {
            await HangUp(CancellationToken.None).ConfigureAwait(true);
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
        {
            // The caller has already hung up.
        }
        catch (RealtimeException e)
        {
            Change(() => Warn(WarningKind.ServerError, $"The call could not be hung up: {PeerText.Sanitize(e.Message)}", exception: e));
        }
    }
}
