using System.Security.Claims;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>The options of one conversation. Immutable; every member has a default.</summary>
public sealed record RealtimeConversationOptions
{
    /// <summary>
    /// Plays the agent's voice. It stays the caller's: the conversation stops it, but never disposes it. Null, the default, plays to nobody, at the pace at
    /// which the audio would sound. Not used where the service plays the audio itself, as in a call.
    /// </summary>
    public AudioPlayer? Player { get; init; }

    /// <summary>An object of the app that its callbacks get by <see cref="AgentContext.GetState{T}"/>. The default is null.</summary>
    public object? State { get; init; }

    /// <summary>The user whom the agent talks to. The default is null.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>The services that callbacks can use. Null, the default, provides none.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>
    /// How the connection is opened. Its <see cref="RealtimeConnectOptions.Session"/> and <see cref="RealtimeConnectOptions.CallId"/> must be null: the agent
    /// is the session. Null, the default, takes the defaults of the client. Not used for a connection that is given.
    /// </summary>
    public RealtimeConnectOptions? Connect { get; init; }

    /// <summary>Whether a connection that was given stays open when the conversation ends. The default is <see langword="false"/>.</summary>
    public bool LeaveConnectionOpen { get; init; }

    /// <summary>How the user's audio is treated. The default sends all of it.</summary>
    public ConversationInputOptions Input { get; init => field = value ?? new(); } = new();

    /// <summary>Bounds of memory and waits. The default takes the defaults of each.</summary>
    public ConversationLimits Limits { get; init => field = value ?? new(); } = new();

    /// <summary>Whether traces contain what was said. The default is <see langword="false"/>.</summary>
    public bool TracesContent { get; init; }

    /// <summary>
    /// Writes the conversation's log. Null, the default, takes that of the client, or writes no log if the conversation is started over a given
    /// connection.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock. Null, the default, is that of the client, or the system's if the conversation is started over a given connection.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>The members, without the app's objects.</summary>
    public override string ToString() => $"{nameof(RealtimeConversationOptions)} {{ Input = {Input}, Limits = {Limits}, LeaveConnectionOpen = {LeaveConnectionOpen} }}";

    internal RealtimeConversationOptions Copy() => this with { Connect = (RealtimeConnectOptions?)Connect?.Copy(), Input = Input.Copy() };

    internal void Validate()
    {
        Limits.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Input.InterruptionWarmUp, TimeSpan.Zero);
        if (Connect is { Session: not null } or { CallId: not null })
            throw new ArgumentException($"{nameof(Connect)} must have neither a session, which is the agent's, nor a call: AttachConversationAsync joins a call.");
    }
}

/// <summary>How the user's audio is treated. Silence in its place keeps turn detection going.</summary>
public sealed record ConversationInputOptions
{
    /// <summary>
    /// Whether silence is sent while the agent is heard, for loudspeakers without echo cancellation. The user cannot interrupt by speaking then. The default
    /// is <see langword="false"/>.
    /// </summary>
    public bool HalfDuplex { get; init; }

    /// <summary>
    /// How long silence is sent after the agent begins to be heard, so that its first sounds do not interrupt it while an echo canceler adapts. At least
    /// zero; the default is zero.
    /// </summary>
    public TimeSpan InterruptionWarmUp { get; init; }

    internal ConversationInputOptions Copy() => this with { };
}

/// <summary>The bounds of a conversation's memory and waits.</summary>
public sealed record ConversationLimits
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <summary>How long a turn of the user waits for its transcript. More than zero and at most a day; the default is 5 seconds.</summary>
    public TimeSpan TranscriptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a requested reply waits for a server that seems to be about to answer by itself or does not confirm, before the next step is taken. More
    /// than zero and at most a day; the default is 10 seconds.
    /// </summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The number of turns in <see cref="RealtimeConversation.Turns"/>, of which the oldest are removed, and completed as they are if they are open. At least 1; the default is 1,000.</summary>
    public int MaxTurns { get; init; } = 1_000;

    /// <summary>
    /// The number of characters in <see cref="ConversationTurn.Text"/>; what follows is dropped, with one warning. At least 1; the default is 200,000.
    /// </summary>
    public int MaxTurnText { get; init; } = 200_000;

    /// <summary>The number of items in <see cref="RealtimeConversation.Items"/>, of which the oldest are removed. At least 1; the default is 4,000.</summary>
    public int MaxItems { get; init; } = 4_000;

    /// <summary>The number of replies that may wait to be requested; more are refused. At least 1; the default is 100.</summary>
    public int MaxQueuedReplies { get; init; } = 100;

    /// <summary>The number of facts that a reader of updates may leave unread before its reading fails. At least 1; the default is 1,024.</summary>
    public int MaxUnreadUpdates { get; init; } = 1_024;

    /// <summary>
    /// The bytes of the agent's audio that may wait for the player. A response whose audio needs more is canceled, with a warning. At least 1; the default is
    /// 16 MiB, which is about 6 minutes of PCM.
    /// </summary>
    public int MaxBufferedAudio { get; init; } = 16 * 1024 * 1024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TranscriptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ReplyTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TranscriptTimeout, MaxWait, nameof(TranscriptTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReplyTimeout, MaxWait, nameof(ReplyTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTurnText, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedReplies, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnreadUpdates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBufferedAudio, 1);
    }
}
