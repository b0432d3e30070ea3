namespace Realtime.Sdk;

/// <summary>Who speaks in a turn.</summary>
public enum TurnRole
{
    /// <summary>The user.</summary>
    User,

    /// <summary>The agent.</summary>
    Agent,
}

/// <summary>
/// One utterance of the user, or one answer of the agent, as it stood when this was read. Text is put together when it is asked for.
/// </summary>
public sealed record ConversationTurn
{
    internal ConversationTurn() { }

    /// <summary>The ID of the turn within the conversation.</summary>
    public string Id { get; internal init; } = "";

    /// <summary>The number of turns that began before it.</summary>
    public int Index { get; internal init; }

    /// <summary>Who speaks.</summary>
    public TurnRole Role { get; internal init; }

    /// <summary>The name of the agent; null in turns of the user.</summary>
    public string? Agent { get; internal init; }

    /// <summary>
    /// Everything that was said, heard or not: the text, or the transcript of the audio. Empty for a user whose words are not transcribed (<c>audio.input.transcription</c>).
    /// </summary>
    public string Text => TextOnRead.ToString();

    /// <summary>What was heard of <see cref="Text"/>. The same in turns of the user.</summary>
    public string HeardText => HeardOnRead.ToString();

    /// <summary>Whether <see cref="HeardText"/> is an estimate, from the share of the audio that was heard: servers report no times of words.</summary>
    public bool IsHeardTextEstimated { get; internal init; }

    /// <summary>Whether the agent was interrupted before everything was generated and heard.</summary>
    public bool WasInterrupted { get; internal init; }

    /// <summary>
    /// Whether the turn is over: a user's turn is committed and has its transcript, or will not get one; an agent's turn is generated and was heard or cut off.
    /// </summary>
    public bool IsComplete { get; internal init; }

    /// <summary>When the turn began.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>The length of its audio; zero without audio.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The length of the audio that was heard; <see cref="Duration"/> in turns of the user.</summary>
    public TimeSpan HeardDuration { get; internal init; }

    /// <summary>The items of the turn that the server has, in order.</summary>
    public IReadOnlyList<string> ItemIds { get; internal init; } = [];

    /// <summary>What the turn has cost, in tokens; a user's turn costs its transcription.</summary>
    public ConversationUsage Usage { get; internal init; } = ConversationUsage.None;

    internal static ConversationTurn None { get; } = new();

    internal TextSlice TextOnRead { get; init; }

    internal TextSlice HeardOnRead { get; init; }

    /// <summary>Whether both show the same state of the same turn.</summary>
    public bool Equals(ConversationTurn? other) => other is not null && Id == other.Id && Text == other.Text && HeardText == other.HeardText
        && IsComplete == other.IsComplete && WasInterrupted == other.WasInterrupted && HeardDuration == other.HeardDuration && Duration == other.Duration
        && Usage == other.Usage && ItemIds.SequenceEqual(other.ItemIds);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, IsComplete, Duration);

    /// <summary>The members, without what was said.</summary>
    public override string ToString() => PeerText.Sanitize(
        $"{nameof(ConversationTurn)} {{ Id = {Id}, Role = {Role}, IsComplete = {IsComplete}, WasInterrupted = {WasInterrupted}, Duration = {Duration}, HeardDuration = {HeardDuration} }}");
}
