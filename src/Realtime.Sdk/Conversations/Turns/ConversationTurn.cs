namespace Realtime.Sdk;

/// <summary>The speaker of a turn.</summary>
public enum TurnRole
{
    /// <summary>The user.</summary>
    User,

    /// <summary>The agent.</summary>
    Agent,
}

/// <summary>
/// A snapshot of one turn: an utterance of the user or an answer of the agent. Each read of <see cref="Text"/> and <see cref="HeardText"/> creates a string.
/// </summary>
public sealed record ConversationTurn
{
    internal ConversationTurn() { }

    /// <summary>The ID of the turn within the conversation.</summary>
    public string Id { get; internal init; } = "";

    /// <summary>The zero-based index of the turn in the order in which the turns began.</summary>
    public int Index { get; internal init; }

    /// <summary>The speaker.</summary>
    public TurnRole Role { get; internal init; }

    /// <summary>The name of the agent; null for a turn of the user.</summary>
    public string? Agent { get; internal init; }

    /// <summary>
    /// The text of the turn, or the transcript of its audio, including the part that was not heard. Empty for speech of the user if the session has no
    /// <c>audio.input.transcription</c>.
    /// </summary>
    public string Text => LazyText.ToString();

    /// <summary>The part of <see cref="Text"/> that was heard. Equal to <see cref="Text"/> for a turn of the user.</summary>
    public string HeardText => LazyHeardText.ToString();

    /// <summary>Whether <see cref="HeardText"/> is an estimate from the proportion of the audio that was heard. Servers do not report the times of words.</summary>
    public bool IsHeardTextEstimated { get; internal init; }

    /// <summary>Whether the turn of the agent ended before it was completely generated and heard.</summary>
    public bool WasInterrupted { get; internal init; }

    /// <summary>
    /// Whether the turn is complete. A turn of the user is complete when it was committed and has its transcript, or will not get one. A turn of the agent is
    /// complete when it was generated, and was heard or interrupted.
    /// </summary>
    public bool IsComplete { get; internal init; }

    /// <summary>When the turn began.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>The duration of the audio; zero without audio.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The duration of the audio that was heard. Equal to <see cref="Duration"/> for a turn of the user.</summary>
    public TimeSpan HeardDuration { get; internal init; }

    /// <summary>The function calls of the agent's turn, in the order in which the model made them.</summary>
    public IReadOnlyList<FunctionCall> Calls { get; internal init; } = [];

    /// <summary>The IDs of the items of the turn that exist on the server, in order.</summary>
    public IReadOnlyList<string> ItemIds { get; internal init; } = [];

    /// <summary>The tokens of the turn: those of its responses for the agent, those of its transcription for the user.</summary>
    public ConversationUsage Usage { get; internal init; } = ConversationUsage.None;

    internal static ConversationTurn None { get; } = new();

    internal TextSlice LazyText { get; init; }

    internal TextSlice LazyHeardText { get; init; }

    /// <summary>Returns whether both are the same state of the same turn.</summary>
    public bool Equals(ConversationTurn? other) => other is not null && Id == other.Id && Text == other.Text && HeardText == other.HeardText
        && IsComplete == other.IsComplete && WasInterrupted == other.WasInterrupted && HeardDuration == other.HeardDuration && Duration == other.Duration
        && Usage == other.Usage && ItemIds.SequenceEqual(other.ItemIds) && Calls.SequenceEqual(other.Calls);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, IsComplete, Duration);

    /// <summary>Returns the members as text, without the text of the conversation.</summary>
    public override string ToString() => PeerText.Sanitize(
        $"{nameof(ConversationTurn)} {{ Id = {Id}, Role = {Role}, IsComplete = {IsComplete}, WasInterrupted = {WasInterrupted}, Duration = {Duration}, HeardDuration = {HeardDuration} }}");
}
