namespace Realtime.Sdk.Internal;

/// <summary>A call of <see cref="HttpPipeline"/>: what to send, when it started, and the caller's token.</summary>
internal sealed class HttpCall(HttpOperation operation, long startTimestamp, CancellationToken cancellationToken)
{
    public HttpOperation Operation => operation;

    public long StartTimestamp => startTimestamp;

    public CancellationToken CancellationToken => cancellationToken;
}

/// <summary>The outcome of one attempt of a call; either the answer or the failure is set.</summary>
internal sealed class AttemptResult(HttpCall call, int attempts, bool bodyStarted, HttpAnswer? answer, Exception? failure)
{
    public HttpCall Call => call;

    /// <summary>The number of attempts made so far, including this one.</summary>
    public int Attempts => attempts;

    /// <summary>Whether the server may have received the request.</summary>
    public bool BodyStarted => bodyStarted;

    public HttpAnswer? Answer => answer;

    /// <summary>The exception that the caller gets unless another attempt follows.</summary>
    public Exception? Failure => failure;

    /// <summary>
    /// Whether another attempt may follow: the failure is transient, and either nothing was sent or what was refused makes nothing lasting.
    /// </summary>
    public bool IsRetryable => failure switch
    {
        RealtimeApiException refused => call.Operation.RepeatAfterRefusal && refused.IsTransient,
        RealtimeConnectionException lost => lost.IsTransient && !lost.IsDeliveryUncertain,
        RealtimeTimeoutException late => late.Deadline is not RealtimeDeadline.Request && !late.IsDeliveryUncertain,
        _ => false,
    };

    /// <summary>Returns the same result with another failure.</summary>
    public AttemptResult WithFailure(Exception other) => new(call, attempts, bodyStarted, null, other);
}
