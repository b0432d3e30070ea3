namespace Realtime.Sdk;

/// <summary>
/// A reply that was requested with <see cref="RealtimeConversation.Respond"/>. If the model calls functions, the reply includes the responses that follow their outputs.
/// Its tasks never fail: failures are reported in their results. Thread-safe.
/// </summary>
public sealed class ConversationReply
{
    private readonly ReplyRequest _request;

    internal ConversationReply(ReplyRequest request) => _request = request;

    /// <summary>A task that completes when the reply was generated, failed or was canceled. The reply may still be playing.</summary>
    /// <exception cref="InvalidOperationException">The caller is the handler of a function that belongs to this reply, and would wait for itself.</exception>
    public Task<ReplyResult> Completion
    {
        get
        {
            _request.ThrowIfCalledByOwnFunction();
            return _request.Completion;
        }
    }

    /// <summary>A task that completes when the reply was heard to its end or was interrupted; for a reply without audio, together with <see cref="Completion"/>.</summary>
    /// <inheritdoc cref="Completion" path="/exception"/>
    public Task<HeardSpeech> Heard
    {
        get
        {
            _request.ThrowIfCalledByOwnFunction();
            return _request.Heard;
        }
    }

    /// <summary>
    /// Cancels the reply and waits until it has ended. A queued reply is removed from the queue; otherwise its response is canceled and audio that was not played is discarded.
    /// Does nothing if the reply has ended.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="RealtimeTimeoutException">The server did not end the response within <see cref="ConversationLimits.ReplyTimeout"/>.</exception>
    public Task CancelAsync(CancellationToken cancellationToken = default) => _request.CancelAsync(cancellationToken);
}

/// <summary>The result of generating a reply.</summary>
public sealed record ReplyResult
{
    /// <summary>How the generation ended.</summary>
    public required ReplyStatus Status { get; init; }

    /// <summary>
    /// The generated text, or the transcript of the generated audio, whether it was heard or not. Without the text of responses that a <see cref="Guardrail"/> has stopped. Empty if there
    /// is none.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>
    /// Whether a reply of <see cref="RealtimeConversation.Say"/> has the words of its text, regardless of case and punctuation. A transcript can write the same words in another way, for
    /// example a number in digits. Null for other replies, and if <see cref="Status"/> is not <see cref="ReplyStatus.Completed"/>.
    /// </summary>
    public bool? IsVerbatim { get; init; }

    /// <summary>The tokens of the response; all zero if the server did not report them.</summary>
    public ConversationUsage Usage { get; init; } = ConversationUsage.None;

    /// <summary>
    /// The exception if <see cref="Status"/> is <see cref="ReplyStatus.Failed"/>, or a <see cref="RealtimeBudgetException"/> if it is <see cref="ReplyStatus.Refused"/>
    /// because of the budget; otherwise null.
    /// </summary>
    public Exception? Exception { get; init; }

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(ReplyResult), PrintMembers);
}

/// <summary>How the generation of a reply ended.</summary>
public enum ReplyStatus
{
    /// <summary>It was generated completely.</summary>
    Completed,

    /// <summary>It was interrupted by the user or by <see cref="RealtimeConversation.InterruptAsync"/> while it was generated.</summary>
    Interrupted,

    /// <summary>It was canceled or replaced, or the conversation ended before it was generated.</summary>
    Canceled,

    /// <summary>It was cut off by the token limit or a content filter.</summary>
    Incomplete,

    /// <summary>Its options were not valid, or the server refused it or failed; <see cref="ReplyResult.Exception"/> has the reason.</summary>
    Failed,

    /// <summary>
    /// It was not requested, because the conversation was busy (<see cref="WhenBusy.Refuse"/>), too many replies were queued, or the budget is spent.
    /// </summary>
    Refused,
}

/// <summary>The part of a reply that the user heard.</summary>
public sealed record HeardSpeech
{
    /// <summary>The text that was heard; for a reply without audio, its text.</summary>
    public string Text { get; init; } = "";

    /// <summary>
    /// Whether <see cref="Text"/> is an estimate from the proportion of the audio that was heard. Servers do not report the times of words, so the text of an
    /// interrupted reply is always an estimate.
    /// </summary>
    public bool IsTextEstimated { get; init; }

    /// <summary>The length of the audio that was heard.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the reply ended before it was completely generated and heard.</summary>
    public bool WasInterrupted { get; init; }

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(HeardSpeech), PrintMembers);
}
