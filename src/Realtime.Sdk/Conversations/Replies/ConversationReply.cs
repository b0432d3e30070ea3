namespace Realtime.Sdk;

/// <summary>One reply that was requested with <see cref="RealtimeConversation.Respond"/>. Its tasks never fail: how it went is data. Thread-safe.</summary>
public sealed class ConversationReply
{
    private readonly ReplyRequest _request;

    internal ConversationReply(ReplyRequest request) => _request = request;

    /// <summary>Completes when the response has been generated, or has ended in any other way.</summary>
    public Task<ReplyResult> Completion => _request.Completion;

    /// <summary>Completes when the reply was heard to its end or was interrupted; without audio, when <see cref="Completion"/> does.</summary>
    public Task<HeardSpeech> Heard => _request.Heard;

    /// <summary>
    /// Cancels the reply: it is not requested any more, or its response is canceled and what was not played is dropped. Does nothing if it is over.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Completes when the reply has ended.</returns>
    public Task CancelAsync(CancellationToken cancellationToken = default) => _request.CancelAsync(cancellationToken);
}

/// <summary>How a reply was generated.</summary>
public sealed record ReplyResult
{
    /// <summary>How it ended.</summary>
    public required ReplyStatus Status { get; init; }

    /// <summary>The generated text, or the transcript of the generated audio, heard or not. Empty if there is none.</summary>
    public string Text { get; init; } = "";

    /// <summary>The tokens of the response; all zero if the server named none.</summary>
    public ConversationUsage Usage { get; init; } = ConversationUsage.None;

    /// <summary>Why it failed or was refused; null otherwise.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(ReplyResult), PrintMembers);
}

/// <summary>How the generation of a reply ended.</summary>
public enum ReplyStatus
{
    /// <summary>It was generated to its end.</summary>
    Completed,

    /// <summary>The user interrupted it, or <see cref="RealtimeConversation.InterruptAsync"/> did.</summary>
    Interrupted,

    /// <summary>It was canceled or replaced, or the conversation ended first.</summary>
    Canceled,

    /// <summary>It was cut off by the token limit or a content filter.</summary>
    Incomplete,

    /// <summary>The server refused it or failed; <see cref="ReplyResult.Exception"/> says why.</summary>
    Failed,

    /// <summary>It was not requested, because the conversation was busy (<see cref="WhenBusy.Refuse"/>) or too many replies waited.</summary>
    Refused,
}

/// <summary>What the user heard of a reply.</summary>
public sealed record HeardSpeech
{
    /// <summary>The words that were heard; for a reply without audio, its text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether <see cref="Text"/> is an estimate, from the share of the audio that was heard: servers report no times of words.</summary>
    public bool IsTextEstimated { get; init; }

    /// <summary>The length of the audio that was heard.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the reply ended before all of it was generated and heard.</summary>
    public bool WasInterrupted { get; init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(HeardSpeech), PrintMembers);
}
