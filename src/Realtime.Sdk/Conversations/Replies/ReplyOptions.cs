using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>Options of a reply. A string is converted to options with these instructions.</summary>
public sealed record ReplyOptions
{
    /// <summary>
    /// Instructions for this reply only, added to those of the session. Null, the default, adds none. On the wire, <c>response.instructions</c> replaces the
    /// session's instructions, so the conversation sends both.
    /// </summary>
    public string? Instructions { get; init; }

    /// <summary>
    /// The configuration of the response, which is sent as it is. It may have at most 15 metadata entries, because the SDK adds one. Null, the default, uses the
    /// session's configuration. With <c>conversation: none</c> the reply is out of band: it is requested immediately, even while another response is active, unless there
    /// is a <see cref="ConversationBudget"/> of tokens or cost. It is not a turn of the conversation, and its function calls are not run.
    /// </summary>
    public ResponseConfiguration? Response { get; init; }

    /// <summary>
    /// Whether the user can interrupt the reply by speaking. The default is <see langword="true"/>. If <see langword="false"/>, silence is sent in place of the
    /// user's audio from the request of the reply until it was heard; in a call, <c>interrupt_response</c> is set to <see langword="false"/> for that time. While a
    /// function that the reply calls is running and nothing is heard, the user can speak.
    /// </summary>
    public bool AllowInterruptions { get; init; } = true;

    /// <summary>
    /// Whether the reply waits while the user is speaking and until the agent has answered. The default is <see langword="true"/>. If the answer does not begin,
    /// the wait ends after <see cref="ConversationLimits.ReplyTimeout"/>.
    /// </summary>
    public bool WaitForUser { get; init; } = true;

    /// <summary>The behavior if the reply cannot be requested immediately. The default is <see cref="WhenBusy.Queue"/>.</summary>
    public WhenBusy OnBusy { get; init; }

    /// <summary>Converts instructions to options; null is converted to null.</summary>
    [return: NotNullIfNotNull(nameof(instructions))]
    public static implicit operator ReplyOptions?(string? instructions) => instructions is null ? null : new() { Instructions = instructions };

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(ReplyOptions), PrintMembers);

    /// <summary>Returns a copy that later changes of the app's collections do not affect.</summary>
    internal ReplyOptions Copy() => this with { Response = Response?.Snapshot() };
}

/// <summary>The behavior of a reply that cannot be requested immediately, because a response is active or the user is speaking.</summary>
public enum WhenBusy
{
    /// <summary>It is queued behind the replies that are already queued.</summary>
    Queue,

    /// <summary>
    /// It replaces the active response, which is interrupted, and all queued replies, which are canceled. Replies whose functions are running are not continued.
    /// </summary>
    Replace,

    /// <summary>
    /// It is combined with the last queued reply, which then has the instructions of both, and which <see cref="RealtimeConversation.Respond"/> returns. If no
    /// reply is queued, it is queued.
    /// </summary>
    Coalesce,

    /// <summary>It is not requested; its status is <see cref="ReplyStatus.Refused"/>.</summary>
    Refuse,
}
