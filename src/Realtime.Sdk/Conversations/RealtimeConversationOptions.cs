using System.Security.Claims;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>The options of one conversation. Immutable; every member has a default.</summary>
public sealed record RealtimeConversationOptions
{
    /// <summary>
    /// The player of the agent's audio. The conversation stops it, but never disposes it. Null, the default, discards the audio at the speed at which it would
    /// be played, as <see cref="AudioPlayer.Discard"/> does. Not used in a call, whose audio the service plays.
    /// </summary>
    public AudioPlayer? Player { get; init; }

    /// <summary>An object of the app, which callbacks of the agent can get with <see cref="AgentContext.GetState{T}"/>. The default is null.</summary>
    public object? State { get; init; }

    /// <summary>The authenticated user, for callbacks of the agent. The default is null.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>
    /// The services that callbacks of the agent can use. If they include an <see cref="Microsoft.Extensions.DependencyInjection.IServiceScopeFactory"/>, as the root
    /// services of a host do, each function call gets a scope of its own. Null, the default, provides none.
    /// </summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>
    /// The options for opening the connection. <see cref="RealtimeConnectOptions.Session"/> and <see cref="RealtimeConnectOptions.CallId"/> must be null, because
    /// the agent determines the session. Null, the default, uses the defaults of the client. Not used for a given connection.
    /// </summary>
    public RealtimeConnectOptions? Connect { get; init; }

    /// <summary>
    /// Whether a given connection stays open when the conversation ends. The default is <see langword="false"/>. Not used for a connection that the
    /// conversation opened itself.
    /// </summary>
    public bool LeaveConnectionOpen { get; init; }

    /// <summary>
    /// A callback that approves (<see langword="true"/>) or denies calls of functions with <see cref="AgentFunction.RequiresApproval"/>, and of tools of MCP servers for
    /// which the server asks. It runs on the thread pool, and the conversation continues meanwhile. An exception denies the call. The token is canceled when the call
    /// was answered otherwise, or no answer is needed anymore. Null, the default, leaves the answer to readers of <see cref="ApprovalUpdate"/>.
    /// </summary>
    public Func<ApprovalUpdate, CancellationToken, Task<bool>>? Approve { get; init; }

    /// <summary>
    /// A callback that returns the text that the model gets in place of the output of a call that was denied, has failed, timed out or was canceled;
    /// <see cref="FunctionCall.Status"/> shows which. The exception is that of the function, or describes the failure. Null, the default, sends a short text without
    /// details of the function's exception. The callback must return quickly. If it returns null, throws, or does not return within
    /// <see cref="ConversationLimits.FunctionTimeout"/>, the default text is sent. It is not called while more than 256 calls have not ended.
    /// </summary>
    public Func<FunctionCall, Exception, string?>? FunctionErrorText { get; init; }

    /// <summary>
    /// Whether and how the conversation continues in a new session, before the session ends or after the connection is lost. Null, the default, ends the conversation with its
    /// session or connection. Must be null for a given connection, which the conversation cannot open again.
    /// </summary>
    public RenewalOptions? Renewal { get; init; }

    /// <summary>
    /// A saved conversation to continue. Its newest items are added to the session before the conversation starts: as many as fit into
    /// <see cref="RenewalOptions.HistoryTokens"/>, whose default applies without <see cref="Renewal"/>. A <see cref="RenewalUpdate"/> lists what does not fit. They do not appear in
    /// <see cref="RealtimeConversation.Turns"/>. The default is null.
    /// </summary>
    public SavedConversation? History { get; init; }

    /// <summary>
    /// The limits of the tokens, the time and the cost of the conversation. When one is reached, the conversation ends, and a call that was attached with
    /// <see cref="RealtimeConversationExtensions.AttachConversationAsync"/> is hung up. Null, the default, sets no limits.
    /// </summary>
    public ConversationBudget? Budget { get; init; }

    /// <summary>The prices with which <see cref="ConversationUsage.Cost"/> is computed. Null, the default, computes no cost.</summary>
    public PriceTable? Prices { get; init; }

    /// <summary>
    /// The reaction of the conversation when another client of its call, such as the page of the user, changes the instructions, the tools or the tool choice of the session, or
    /// requests a response. Null, the default, does not check this. Not used outside a call, where there is no other client.
    /// </summary>
    public ForeignChangeAction? OnForeignChange { get; init; }

    /// <summary>The options for the user's audio. The default sends all of it.</summary>
    public ConversationInputOptions Input { get; init => field = value ?? new(); } = new();

    /// <summary>The checks that report a conversation in which something is wrong. The default is the default of each check.</summary>
    public ConversationWatchdogOptions Watchdog { get; init => field = value ?? new(); } = new();

    /// <summary>The limits of memory and waits. The default is the default of each limit.</summary>
    public ConversationLimits Limits { get; init => field = value ?? new(); } = new();

    /// <summary>
    /// Records the conversation: the messages of both sides from the first one on, and the decisions of the conversation. It must not be disposed before the
    /// conversation, which does not dispose it. A recorder that has failed or was disposed records nothing. The default is null.
    /// </summary>
    public SessionRecorder? Recorder { get; init; }

    /// <summary>Whether traces contain the text of the conversation. The default is <see langword="false"/>.</summary>
    public bool TraceContent { get; init; }

    /// <summary>
    /// The factory of the conversation's logger. Null, the default, uses that of the client, or writes no log if the conversation is started over a given
    /// connection.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock. Null, the default, uses the clock of the client, or the system clock if the conversation is started over a given connection.</summary>
    public TimeProvider? TimeProvider { get; init; }

    internal WorkTrackingTimeProvider? Work => TimeProvider as WorkTrackingTimeProvider;

    /// <summary>Returns the members as text, without the app's objects.</summary>
    public override string ToString() => $"{nameof(RealtimeConversationOptions)} {{ Input = {Input}, Limits = {Limits}, Watchdog = {Watchdog}, LeaveConnectionOpen = {LeaveConnectionOpen} }}";

    internal RealtimeConversationOptions Copy() => this with
    {
        Connect = (RealtimeConnectOptions?)Connect?.Copy(),
        Input = Input.Copy(),
        Watchdog = Watchdog.Copy(),
        Renewal = Renewal?.Copy(),
        Prices = Prices?.Copy(),
        History = History is { } saved ? saved with { Items = [.. saved.Items] } : null,
    };

    internal void Validate()
    {
        Limits.Validate();
        Renewal?.Validate();
        UsageRules.ThrowIfInvalid(this);
        Watchdog.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Input.InterruptionWarmUp, TimeSpan.Zero);
        if (Connect is { Session: not null } or { CallId: not null })
            throw new ArgumentException($"{nameof(Connect)}.Session and {nameof(Connect)}.CallId must be null: the agent determines the session. To join a call, use AttachConversationAsync.");
    }
}

/// <summary>Options for the user's audio. Where silence is sent in its place, turn detection continues.</summary>
public sealed record ConversationInputOptions
{
    /// <summary>
    /// Whether silence is sent in place of the user's audio while the agent is speaking, for loudspeakers without echo cancellation. The user cannot interrupt
    /// by speaking then. The default is <see langword="false"/>.
    /// </summary>
    public bool HalfDuplex { get; init; }

    /// <summary>
    /// How long silence is sent in place of the user's audio after the agent starts to speak, so that the agent does not interrupt itself while an echo canceler
    /// adapts. At least zero; the default is zero.
    /// </summary>
    public TimeSpan InterruptionWarmUp { get; init; }

    internal ConversationInputOptions Copy() => this with { };
}

/// <summary>The limits of a conversation's memory and waits.</summary>
public sealed record ConversationLimits
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <summary>
    /// The maximum time that a turn of the user waits for its transcript. A transcript that arrives later is a <see cref="TurnRevisedUpdate"/>. More than zero,
    /// at most a day; the default is 5 seconds.
    /// </summary>
    public TimeSpan TranscriptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum time to wait until the server confirms a request or an interruption, or begins an expected answer, for which queued replies wait. After twice this time, the
    /// conversation stops waiting for the end of an interrupted response. More than zero, at most a day; the default is 10 seconds.
    /// </summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum time during which <see cref="AnsweredCall.AttachConversationAsync"/> tries again to open the connection, because a service may know a new call only after
    /// a moment. More than zero, at most a day; the default is 10 seconds.
    /// </summary>
    public TimeSpan AttachTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum time to wait for an approval; then the call is denied. More than zero, at most a day; the default is 1 minute.</summary>
    public TimeSpan ApprovalTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The maximum time for each of the following: a function runs, a call waits because too many functions are running, a call that another client runs stays open. More
    /// than zero, at most a day; the default is 1 minute. <see cref="AgentFunction.Timeout"/> overrides it.
    /// </summary>
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The maximum time that a function with <see cref="AgentFunction.Background"/> runs or waits. More than zero, at most a day; the default is 10 minutes.
    /// <see cref="AgentFunction.Timeout"/> overrides it.
    /// </summary>
    public TimeSpan BackgroundFunctionTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The maximum number of functions that run at the same time; further calls wait. A call that has timed out or was canceled does not count, even if its handler has not
    /// returned. At least 1; the default is 16.
    /// </summary>
    public int MaxConcurrentFunctions { get; init; } = 16;

    /// <summary>
    /// The maximum number of consecutive responses with function calls. The reply that follows the last of them is requested with <c>tool_choice: none</c>, so that
    /// the agent speaks. Speech of the user begins a new count. At least 1; the default is 16.
    /// </summary>
    public int MaxFunctionRounds { get; init; } = 16;

    /// <summary>
    /// The maximum number of turns in <see cref="RealtimeConversation.Turns"/>; the oldest are removed, and completed as they are if they are still open. At
    /// least 1; the default is 1,000.
    /// </summary>
    public int MaxTurns { get; init; } = 1_000;

    /// <summary>
    /// The maximum number of characters of one turn: its <see cref="ConversationTurn.Text"/>, and the arguments and outputs of its <see cref="ConversationTurn.Calls"/>.
    /// The rest is dropped from the turn, with one warning; functions still get their complete arguments. At least 1; the default is 200,000.
    /// </summary>
    public int MaxTurnText { get; init; } = 200_000;

    /// <summary>The maximum number of items in <see cref="RealtimeConversation.Items"/>; the oldest are removed. At least 1; the default is 4,000.</summary>
    public int MaxItems { get; init; } = 4_000;

    /// <summary>The maximum number of queued replies; more are refused (<see cref="ReplyStatus.Refused"/>). At least 1; the default is 100.</summary>
    public int MaxQueuedReplies { get; init; } = 100;

    /// <summary>
    /// The maximum number of facts that a reader of updates may leave unread; with more, its enumeration throws. At least 1; the default is 1,024.
    /// </summary>
    public int MaxUnreadUpdates { get; init; } = 1_024;

    /// <summary>
    /// The maximum size of the agent's audio that waits for the player, in bytes. A response that needs more is canceled, with a warning. At least 1; the
    /// default is 16 MiB, which is about 6 minutes of PCM at 24 kHz.
    /// </summary>
    public int MaxBufferedAudioBytes { get; init; } = 16 * 1024 * 1024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TranscriptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ReplyTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TranscriptTimeout, MaxWait, nameof(TranscriptTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReplyTimeout, MaxWait, nameof(ReplyTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttachTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(AttachTimeout, MaxWait, nameof(AttachTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ApprovalTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FunctionTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ApprovalTimeout, MaxWait, nameof(ApprovalTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FunctionTimeout, MaxWait, nameof(FunctionTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BackgroundFunctionTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BackgroundFunctionTimeout, MaxWait, nameof(BackgroundFunctionTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrentFunctions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFunctionRounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTurnText, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedReplies, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnreadUpdates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBufferedAudioBytes, 1);
    }
}
