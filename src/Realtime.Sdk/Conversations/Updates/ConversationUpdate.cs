using System.Text;

namespace Realtime.Sdk;

/// <summary>Something that happened in a conversation; see <see cref="RealtimeConversation.ReadUpdatesAsync"/>.</summary>
public abstract record ConversationUpdate
{
    private protected ConversationUpdate() { }

    /// <summary>The time of the update, by the conversation's clock.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>Returns the members as text, with keys masked and control characters replaced, and without the text of the conversation.</summary>
    public sealed override string ToString() => RecordPrinter.Print(GetType().Name, PrintMembers);
}

/// <summary>The status of the conversation has changed. A reader that falls behind gets only the newest status.</summary>
public sealed record StatusUpdate : ConversationUpdate
{
    internal StatusUpdate() { }

    /// <summary>The status.</summary>
    public ConversationStatus Status { get; internal init; }
}

/// <summary>
/// A turn has begun, has grown or is complete. While the turn is not complete, a reader that falls behind gets only its newest state. For each turn there is
/// exactly one update in which it is complete; these updates come in the order of the conversation.
/// </summary>
public sealed record TurnUpdate : ConversationUpdate
{
    internal TurnUpdate() { }

    /// <summary>The turn.</summary>
    public ConversationTurn Turn { get; internal init; } = ConversationTurn.None;

    /// <summary>
    /// The part of <see cref="ConversationTurn.Text"/> that this reader has not received yet. Empty if the text did not grow, or if it was replaced, for example
    /// by a final transcript that differs.
    /// </summary>
    public string NewText => LazyNewText.ToString();

    internal TextSlice LazyNewText { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(", Turn = ").Append(Turn);
        return true;
    }

    /// <summary>Returns whether both show the same state of the same turn.</summary>
    public bool Equals(TurnUpdate? other) => other is not null && Time == other.Time && Turn.Equals(other.Turn) && NewText == other.NewText;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, Turn);
}

/// <summary>A complete turn has changed, because its transcript arrived late, or an item was deleted or truncated on the server.</summary>
public sealed record TurnRevisedUpdate : ConversationUpdate
{
    internal TurnRevisedUpdate() { }

    /// <summary>The turn after the change.</summary>
    public ConversationTurn Turn { get; internal init; } = ConversationTurn.None;
}

/// <summary>
/// The status of a function call has changed. While the call has not ended, a reader that falls behind gets only its newest state. For each call there is exactly
/// one update in which it has ended.
/// </summary>
public sealed record FunctionCallUpdate : ConversationUpdate
{
    internal FunctionCallUpdate() { }

    /// <summary>The call.</summary>
    public FunctionCall Call { get; internal init; } = FunctionCall.None;
}

/// <summary>
/// A call needs an approval. The first answer counts, whether it is given here, by another reader or by <see cref="RealtimeConversationOptions.Approve"/>. Without an
/// answer within <see cref="ConversationLimits.ApprovalTimeout"/>, the call is denied.
/// </summary>
public sealed record ApprovalUpdate : ConversationUpdate
{
    private readonly Func<bool, string?, bool> _answer;

    internal ApprovalUpdate(Func<bool, string?, bool> answer) => _answer = answer;

    /// <summary>The call as it was when the approval was requested.</summary>
    public FunctionCall Call { get; internal init; } = FunctionCall.None;

    /// <summary>Approves the call.</summary>
    /// <returns>Whether this was the first answer; <see langword="false"/> if the call was already approved, denied or canceled.</returns>
    public bool Approve() => _answer(true, null);

    /// <summary>Denies the call.</summary>
    /// <param name="reason">The reason, which the model reads. Null, the default, gives none.</param>
    /// <returns>Whether this was the first answer; <see langword="false"/> if the call was already approved, denied or canceled.</returns>
    public bool Deny(string? reason = null) => _answer(false, reason);
}

/// <summary>Another agent is in charge.</summary>
public sealed record HandoffUpdate : ConversationUpdate
{
    internal HandoffUpdate() { }

    /// <summary>The name of the previous agent.</summary>
    public string From { get; internal init; } = "";

    /// <summary>The name of the agent that is now in charge.</summary>
    public string To { get; internal init; } = "";
}

/// <summary>
/// A guardrail has stopped an answer, or has not allowed a function call: see <see cref="Realtime.Sdk.Guardrail"/>. The turn is completed, without what was not heard, in a later
/// <see cref="TurnUpdate"/>.
/// </summary>
public sealed record GuardrailUpdate : ConversationUpdate
{
    internal GuardrailUpdate() { }

    /// <summary>The name of the guardrail.</summary>
    public string Guardrail { get; internal init; } = "";

    /// <summary>The reason, which the model reads, too.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>The turn as it was when the violation was found; null for an out-of-band reply, which has no turn.</summary>
    public ConversationTurn? Turn { get; internal init; }

    /// <summary>The function call that was not allowed; null for an answer.</summary>
    public FunctionCall? Call { get; internal init; }
}

/// <summary>A response or a transcript was billed. A response whose usage the server did not report has no tokens.</summary>
public sealed record UsageUpdate : ConversationUpdate
{
    internal UsageUpdate() { }

    /// <summary>The usage of the response or of the transcript.</summary>
    public ConversationUsage Usage { get; internal init; } = ConversationUsage.None;

    /// <summary>The usage of the conversation so far.</summary>
    public ConversationUsage Total { get; internal init; } = ConversationUsage.None;
}

/// <summary>The user has pressed a key of a telephone. Wire: <c>input_audio_buffer.dtmf_event_received</c>.</summary>
public sealed record KeyUpdate : ConversationUpdate
{
    internal KeyUpdate() { }

    /// <summary>The key: 0 to 9, <c>*</c>, <c>#</c>, A to D.</summary>
    public string Key { get; internal init; } = "";
}

/// <summary>A problem that does not end the conversation.</summary>
public sealed record WarningUpdate : ConversationUpdate
{
    internal WarningUpdate() { }

    /// <summary>The kind of problem.</summary>
    public WarningKind Kind { get; internal init; }

    /// <summary>A description of the problem. Keys in text of the server are masked.</summary>
    public string Message { get; internal init; } = "";

    /// <summary>The error that the server reported; null if the problem was not reported by the server.</summary>
    public RealtimeError? Error { get; internal init; }

    /// <summary>The exception of a player, a source, a function, a callback or a response that failed; null if there was none.</summary>
    public Exception? Exception { get; internal init; }
}

/// <summary>The kind of problem in a <see cref="WarningUpdate"/>.</summary>
public enum WarningKind
{
    /// <summary>The server reported an error.</summary>
    ServerError,

    /// <summary>A response failed or is incomplete.</summary>
    ResponseFailed,

    /// <summary>
    /// The user has been silent for the idle timeout of turn detection, or neither side has spoken for <see cref="ConversationWatchdogOptions.UserSilence"/>.
    /// </summary>
    UserIdle,

    /// <summary>The session has no <c>audio.input.transcription</c>, so turns of the user have no text. Reported once.</summary>
    NoTranscription,

    /// <summary>The player failed and is no longer used, or a response exceeded <see cref="ConversationLimits.MaxBufferedAudioBytes"/>.</summary>
    Player,

    /// <summary>The source of the user's audio failed.</summary>
    Source,

    /// <summary>A handler that the app registered threw an exception. Reported once for each handler.</summary>
    Handler,

    /// <summary>
    /// A function call failed, timed out or could not be answered, or <see cref="RealtimeConversationOptions.Approve"/> or
    /// <see cref="RealtimeConversationOptions.FunctionErrorText"/> threw an exception.
    /// </summary>
    Function,

    /// <summary>A guardrail failed, which is reported once for each, or a reply was corrected too often.</summary>
    Guardrail,

    /// <summary>The previous agent could not take charge after a task was canceled: see <see cref="RealtimeConversation.RunAsync"/>.</summary>
    Handoff,

    /// <summary>The effective session differs from that of the agent.</summary>
    Session,

    /// <summary>
    /// A turn has more text than <see cref="ConversationLimits.MaxTurnText"/> allows, which is reported once, or a response has made more than 64 calls.
    /// </summary>
    Limit,

    /// <summary>A new session could not be opened, or the history was not rewritten: see <see cref="RenewalOptions"/>.</summary>
    Renewal,

    /// <summary>A limit of the budget has reached <see cref="ConversationBudget.WarnAt"/>. Reported once for each limit.</summary>
    BudgetLow,

    /// <summary>
    /// Usage has no price in <see cref="RealtimeConversationOptions.Prices"/>, or the server did not report the usage of a response although there is a budget of tokens or
    /// cost. Reported once for each kind of usage.
    /// </summary>
    Usage,

    /// <summary>The server sends no event although one is expected: see <see cref="ConversationWatchdogOptions.ServerSilence"/>.</summary>
    ServerSilent,

    /// <summary>The server sends no events of a response: see <see cref="ConversationWatchdogOptions.ResponseTimeout"/>.</summary>
    ResponseStalled,

    /// <summary>
    /// Several responses in a row have failed: see <see cref="ConversationWatchdogOptions.RepeatedFailures"/>. <see cref="WarningUpdate.Error"/> is the error of the last
    /// response. Its kind is in <see cref="WarningUpdate.Exception"/>, which is usually a <see cref="RealtimeApiException"/>.
    /// </summary>
    RepeatedFailures,

    /// <summary>A rate limit is nearly used up: see <see cref="ConversationWatchdogOptions.RateLimitShare"/>.</summary>
    RateLimit,

    /// <summary>Another client of the call has changed the session or requested a response: see <see cref="RealtimeConversationOptions.OnForeignChange"/>.</summary>
    ForeignChange,

    /// <summary>A model or a stored prompt of the session is about to be shut down, or was shut down: see <see cref="ConversationWatchdogOptions.ModelNotice"/>.</summary>
    ModelEnd,
}

/// <summary>The conversation has ended. Always the last update.</summary>
public sealed record EndUpdate : ConversationUpdate
{
    internal EndUpdate() { }

    /// <summary>How it ended.</summary>
    public ConversationEnd End { get; internal init; } = new();
}

/// <summary>How a conversation ended.</summary>
public sealed record ConversationEnd
{
    internal ConversationEnd() { }

    /// <summary>The reason.</summary>
    public ConversationEndReason Reason { get; internal init; }

    /// <summary>A description of the reason; null if the app ended the conversation.</summary>
    public string? Message { get; internal init; }

    /// <summary>The exception that ended it; null if there was none.</summary>
    public Exception? Exception { get; internal init; }

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(ConversationEnd), PrintMembers);
}

/// <summary>Why a conversation ended.</summary>
public enum ConversationEndReason
{
    /// <summary>The app called <see cref="RealtimeConversation.EndAsync"/>.</summary>
    Ended,

    /// <summary>The other side closed the connection normally, for example because the caller hung up.</summary>
    HungUp,

    /// <summary>The caller was transferred with <see cref="RealtimeConversation.TransferAsync"/>, and the service has ended the call, or the conversation was disposed.</summary>
    Transferred,

    /// <summary><see cref="RealtimeConversationOptions.Budget"/> is spent.</summary>
    BudgetSpent,

    /// <summary>
    /// Another client of the call has changed the session or requested a response, and <see cref="RealtimeConversationOptions.OnForeignChange"/> is
    /// <see cref="ForeignChangeAction.HangUp"/>.
    /// </summary>
    ForeignChange,

    /// <summary>The session reached its maximum duration.</summary>
    Expired,

    /// <summary>The connection was lost.</summary>
    ConnectionLost,

    /// <summary>The server ended the session with an error.</summary>
    Failed,

    /// <summary>The app called <see cref="RealtimeConversation.DisposeAsync"/>.</summary>
    Disposed,
}

/// <summary>The status of a conversation.</summary>
public enum ConversationStatus
{
    /// <summary>The conversation is waiting for the user.</summary>
    Listening,

    /// <summary>The user is speaking.</summary>
    UserSpeaking,

    /// <summary>
    /// A response was requested, is expected or is being generated, or a function call has not ended, and nothing is being played. Calls in the background, and those that wait for the
    /// task of another agent, do not count.
    /// </summary>
    Thinking,

    /// <summary>Audio of the agent is being played.</summary>
    Speaking,

    /// <summary>A new session is being opened: see <see cref="RenewalOptions"/>.</summary>
    Renewing,

    /// <summary>
    /// A reply waits for rate limits, and nothing else is in progress. See <see cref="ConversationWatchdogOptions.WaitForRateLimits"/>.
    /// </summary>
    RateLimited,

    /// <summary>The conversation has ended.</summary>
    Ended,
}
