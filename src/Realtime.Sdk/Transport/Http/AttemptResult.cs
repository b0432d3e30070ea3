namespace Realtime.Sdk.Internal;

/// <summary>A call of <see cref="HttpPipeline"/>: the request, its start time and the caller's token.</summary>
internal sealed class HttpCall(HttpOperation operation, long startTimestamp, CancellationToken cancellationToken)
{
    public HttpOperation Operation => operation;

    public long StartTimestamp => startTimestamp;

    public CancellationToken CancellationToken => cancellationToken;
}

/// <summary>The result of one attempt: either the response or the failure is set.</summary>
internal sealed class AttemptResult(HttpCall call, int attempts, bool bodyStarted, ApiResponse? answer, Exception? failure)
{
    public HttpCall Call => call;

    /// <summary>The number of attempts so far, including this one.</summary>
    public int Attempts => attempts;

    /// <summary>Whether the server may have received the request.</summary>
    public bool BodyStarted => bodyStarted;

    public ApiResponse? Answer => answer;

    /// <summary>The exception that the caller gets if no retry follows.</summary>
    public Exception? Failure => failure;

    /// <summary>
    /// Whether a retry is allowed: the failure is transient, and either nothing was sent or the operation can be repeated safely after an error response.
    /// </summary>
    public bool IsRetryable => failure switch
    {
        RealtimeApiException refused => call.Operation.RetryAfterErrorResponse && refused.IsTransient,
        RealtimeConnectionException lost => lost.IsTransient && !lost.IsDeliveryUncertain,
        RealtimeTimeoutException late => late.Deadline is not RealtimeDeadline.Request && !late.IsDeliveryUncertain,
        _ => false,
    };

    /// <summary>Returns the same result with another failure.</summary>
    public AttemptResult WithFailure(Exception other) => new(call, attempts, bodyStarted, null, other);
}
