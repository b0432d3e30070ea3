using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// The conversation continues in a new session, or is attached to its call again. IDs of items of the previous session are no longer valid.
/// </summary>
public sealed record RenewalUpdate : ConversationUpdate
{
    internal RenewalUpdate() { }

    /// <summary>The reason.</summary>
    public RenewalReason Reason { get; internal init; }

    /// <summary>The losses: everything that the new session does not contain. Empty if nothing was lost.</summary>
    public IReadOnlyList<RenewalLoss> NotCarriedOver { get; internal init; } = [];

    /// <summary>The number of items of the history that were added to the new session.</summary>
    public int HistoryItems { get; internal init; }

    /// <summary>The time without a session. Audio of the user in this time was kept within <see cref="RenewalOptions.MaxBufferedAudio"/>.</summary>
    public TimeSpan Gap { get; internal init; }

    /// <summary>The exception with which the connection was lost; null if it was not lost.</summary>
    public Exception? Exception { get; internal init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(", Reason = ").Append(Reason).Append(", Gap = ").Append(Gap).Append(", HistoryItems = ").Append(HistoryItems)
            .Append(", NotCarriedOver = [").AppendJoin(", ", NotCarriedOver?.Select(loss => loss.Kind) ?? []).Append(']');
        return true;
    }
}

/// <summary>Why a conversation has a new session.</summary>
public enum RenewalReason
{
    /// <summary>The previous session was about to end.</summary>
    Scheduled,

    /// <summary>The connection was lost, or the session has expired.</summary>
    Lost,

    /// <summary>The conversation continues a saved one; see <see cref="RealtimeConversationOptions.History"/>.</summary>
    Restored,
}

/// <summary>Something that was not carried over to a new session.</summary>
public sealed record RenewalLoss
{
    internal RenewalLoss() { }

    /// <summary>The kind.</summary>
    public RenewalLossKind Kind { get; internal init; }

    /// <summary>A description, without text of the conversation.</summary>
    public string Message { get; internal init; } = "";

    /// <summary>
    /// The ID of what was lost: of the response, the call (<see cref="FunctionCall.CallId"/>) or the item. Null if it has none, or if this is about several.
    /// </summary>
    public string? Id { get; internal init; }

    /// <summary>The duration of the audio that was lost; null if this is not about audio.</summary>
    public TimeSpan? Duration { get; internal init; }

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(RenewalLoss), PrintMembers);
}

/// <summary>The kinds of what is not carried over to a new session.</summary>
public enum RenewalLossKind
{
    /// <summary>Audio of the user: it was sent without becoming part of a turn, its delivery is uncertain, or there was no room for it.</summary>
    Audio,

    /// <summary>A response that was expected or was being generated. It is not requested again.</summary>
    Response,

    /// <summary>A reply that was requested and whose response had not begun. It may have been generated, so it is not requested again.</summary>
    Reply,

    /// <summary>A function call that had not ended. It is canceled, its output is dropped, and it is never run again.</summary>
    FunctionCall,

    /// <summary>An item without text, such as an image or speech without a transcript; an item that is neither a message nor a function call; or an item that the server refused.</summary>
    Item,

    /// <summary>The older items that exceed <see cref="RenewalOptions.HistoryTokens"/>.</summary>
    History,

    /// <summary>Events of a call during the time in which the conversation was not attached to it.</summary>
    Events,
}
