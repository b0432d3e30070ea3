namespace Realtime.Sdk.Internal;

/// <content>Responses apart from the conversation, whose output the SDK reads.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>Requests a response and returns it when it is complete, or was cut off.</summary>
    /// <exception cref="RealtimeException">The request was refused, or the response failed.</exception>
    /// <exception cref="InvalidOperationException">The conversation ended before.</exception>
    public async Task<RealtimeResponse> ExtractAsync(ReplyOptions options, CancellationToken cancellationToken)
    {
        var request = Respond(new ReplyRequest(options, this) { IsExtraction = true });
        ReplyResult result;
        try
        {
            result = await request.Completion.WaitAsync(cancellationToken).Counted(_work);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Not awaited, because the caller no longer waits.
            _ = CancelAsync(request, CancellationToken.None);
            throw;
        }
        if (result.Exception is { } exception)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return result.Status is ReplyStatus.Completed or ReplyStatus.Incomplete && request.Output is { } output
            ? output
            : throw new InvalidOperationException("The conversation ended before the answer was complete.");
    }
}
