using System.Text;

namespace Realtime.Sdk;

/// <summary>Something that happened in a conversation; see <see cref="RealtimeConversation.ReadUpdatesAsync"/>.</summary>
public abstract record ConversationUpdate
{
    private protected ConversationUpdate() { }

    /// <summary>When it happened, by the conversation's clock.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>The members, with keys masked and control characters replaced; not what was said.</summary>
    public sealed override string ToString() => PrintedRecord.Of(GetType().Name, PrintMembers);
}

/// <summary>The conversation has another status. A reader that falls behind gets only the newest.</summary>
public sealed record StatusUpdate : ConversationUpdate
{
    internal StatusUpdate() { }

    /// <summary>The status.</summary>
    public ConversationStatus Status { get; internal init; }
}

/// <summary>
/// A turn has begun, has grown or is complete. A reader that falls behind gets only the newest state of a turn that is not complete. Each turn is complete in
/// exactly one of these updates, and turns are completed in the order of the conversation.
/// </summary>
public sealed record TurnUpdate : ConversationUpdate
{
    internal TurnUpdate() { }

    /// <summary>The turn as it is now.</summary>
    public ConversationTurn Turn { get; internal init; } = ConversationTurn.None;

    /// <summary>
    /// What this reader has not seen yet of <see cref="ConversationTurn.Text"/>; empty if the text was replaced, as by a final transcript that differs.
    /// </summary>
    public string NewText => NewTextOnRead.ToString();

    internal TextSlice NewTextOnRead { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(", Turn = ").Append(Turn);
        return true;
    }

    /// <summary>Whether both show the same state of the same turn.</summary>
    public bool Equals(TurnUpdate? other) => other is not null && Time == other.Time && Turn.Equals(other.Turn) && NewText == other.NewText;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, Turn);
}

/// <summary>A complete turn has changed: a late transcript, a deletion or a truncation by the server.</summary>
public sealed record TurnRevisedUpdate : ConversationUpdate
{
    internal TurnRevisedUpdate() { }

    /// <summary>The turn as it is now.</summary>
    public ConversationTurn Turn { get; internal init; } = ConversationTurn.None;
}

/// <summary>Another agent has taken over.</summary>
public sealed record HandoffUpdate : ConversationUpdate
{
    internal HandoffUpdate() { }

    /// <summary>The name of the agent before.</summary>
    public string From { get; internal init; } = "";

    /// <summary>The name of the agent that is in charge now.</summary>
    public string To { get; internal init; } = "";
}

/// <summary>The user has pressed a key of a telephone. Wire: <c>input_audio_buffer.dtmf_event_received</c>.</summary>
public sealed record KeyUpdate : ConversationUpdate
{
    internal KeyUpdate() { }

    /// <summary>The key: 0 to 9, <c>*</c>, <c>#</c>, A to D.</summary>
    public string Key { get; internal init; } = "";
}

/// <summary>Something that the app should know; the conversation goes on.</summary>
public sealed record WarningUpdate : ConversationUpdate
{
    internal WarningUpdate() { }

    /// <summary>What it is about.</summary>
    public WarningKind Kind { get; internal init; }

    /// <summary>One sentence for people. Words of the server are masked.</summary>
    public string Message { get; internal init; } = "";

    /// <summary>The error that the server reported; null if it is not the server's.</summary>
    public RealtimeError? Error { get; internal init; }

    /// <summary>The exception of a player, a source or a callback; null if there was none.</summary>
    public Exception? Exception { get; internal init; }
}

/// <summary>What a warning is about.</summary>
public enum WarningKind
{
    /// <summary>The server reported an error.</summary>
    ServerError,

    /// <summary>A response failed, or is incomplete.</summary>
    ResponseFailed,

    /// <summary>The user has been silent for the idle timeout of turn detection.</summary>
    UserIdle,

    /// <summary>What the user says is not transcribed, because the session has no <c>audio.input.transcription</c>: turns of the user have no text.</summary>
    NoTranscription,

    /// <summary>The player failed, or more audio waits for it than <see cref="ConversationLimits.MaxBufferedAudio"/> allows.</summary>
    Player,

    /// <summary>The source of the user's audio failed.</summary>
    Source,

    /// <summary>A handler that the app registered has thrown; said once for each handler.</summary>
    Handler,

    /// <summary>The effective session differs from what the agent asked for.</summary>
    Session,

    /// <summary>A turn has more text than <see cref="ConversationLimits.MaxTurnText"/> allows; said once.</summary>
    Limit,
}

/// <summary>The conversation has ended; always the last update.</summary>
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

    /// <summary>One sentence for people; null for an end that the app asked for.</summary>
    public string? Message { get; internal init; }

    /// <summary>The exception that ended it; null if there was none.</summary>
    public Exception? Exception { get; internal init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(ConversationEnd), PrintMembers);
}

/// <summary>Why a conversation ended.</summary>
public enum ConversationEndReason
{
    /// <summary><see cref="RealtimeConversation.EndAsync"/>.</summary>
    Ended,

    /// <summary>The other side closed the connection normally: the caller or the service hung up.</summary>
    HungUp,

    /// <summary>The session reached its maximum duration.</summary>
    Expired,

    /// <summary>The connection was lost.</summary>
    ConnectionLost,

    /// <summary>The server ended the session with an error.</summary>
    Failed,

    /// <summary><see cref="RealtimeConversation.DisposeAsync"/>.</summary>
    Disposed,
}

/// <summary>What a conversation is doing.</summary>
public enum ConversationStatus
{
    /// <summary>It waits for the user.</summary>
    Listening,

    /// <summary>The user speaks.</summary>
    UserSpeaking,

    /// <summary>A response was requested, or is due, and nothing of it is heard yet.</summary>
    Thinking,

    /// <summary>The agent is heard.</summary>
    Speaking,

    /// <summary>It has ended.</summary>
    Ended,
}
