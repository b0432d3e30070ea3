using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>How the agent replies; a string converts to options with these instructions.</summary>
public sealed record ReplyOptions
{
    /// <summary>
    /// Instructions for this reply, added to those of the session. Null, the default, adds none. Wire: <c>response.instructions</c>, which would replace the
    /// session's.
    /// </summary>
    public string? Instructions { get; init; }

    /// <summary>
    /// The response as the wire has it, with at most 15 metadata entries, because one is the SDK's. Null, the default, is a response like any other. With
    /// <c>conversation: none</c> the reply is out of band: it is requested at once, whatever else is active, and is not a turn of the conversation.
    /// </summary>
    public ResponseConfiguration? Response { get; init; }

    /// <summary>
    /// Whether the user can interrupt the reply by speaking. The default is <see langword="true"/>. Otherwise the server gets silence from the request of the
    /// reply until it was heard; in a call, <c>interrupt_response</c> is <see langword="false"/> meanwhile.
    /// </summary>
    public bool AllowInterruptions { get; init; } = true;

    /// <summary>
    /// Whether the reply waits while the user speaks, and for the agent's answer to that. The default is <see langword="true"/>. The wait for an answer that
    /// does not come is bounded by <see cref="ConversationLimits.ReplyTimeout"/>.
    /// </summary>
    public bool WaitForUser { get; init; } = true;

    /// <summary>What happens if the reply cannot be requested at once. The default is <see cref="WhenBusy.Queue"/>.</summary>
    public WhenBusy OnBusy { get; init; }

    /// <summary>Options with instructions; null for null.</summary>
    [return: NotNullIfNotNull(nameof(instructions))]
    public static implicit operator ReplyOptions?(string? instructions) => instructions is null ? null : new() { Instructions = instructions };

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(ReplyOptions), PrintMembers);

    /// <summary>A copy that later changes of the app's collections do not reach.</summary>
    internal ReplyOptions Copy() => this with { Response = Response?.Snapshot() };
}

/// <summary>What happens to a reply that cannot be requested at once, because a response is active or the user speaks.</summary>
public enum WhenBusy
{
    /// <summary>It is requested after those that wait already.</summary>
    Queue,

    /// <summary>It takes the place of the active response, which is interrupted, and of those that wait.</summary>
    Replace,

    /// <summary>It is combined with the last reply that waits, whose handle is returned; instructions of both apply. Without one, it waits itself.</summary>
    Coalesce,

    /// <summary>It is not requested; its status is <see cref="ReplyStatus.Refused"/>.</summary>
    Refuse,
}
