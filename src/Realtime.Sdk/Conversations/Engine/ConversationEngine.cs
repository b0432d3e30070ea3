namespace Realtime.Sdk.Internal;

/// <summary>
/// One conversation, over one connection or, with renewals, one after another. The reader of the connection passes it the server's events one by one; players, sources,
/// timers and the app call it from their own threads. One lock guards all state. Events and audio are decided under the lock, and sent and played outside it in the same order.
/// </summary>
internal sealed partial class ConversationEngine
{
    private volatile RealtimeConnection _connection;
    private readonly RealtimeConversationOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkTrackingTimeProvider? _work;
    private readonly ConversationLog _log;
    private readonly ConversationTelemetry _telemetry;
    private readonly FunctionTelemetry _functionTelemetry;
    private readonly Lock _lock = new();
    private readonly Outbox _outbox;
    private readonly UpdateHub _updates;
    private readonly TurnLedger _turns;
    private readonly ItemLedger _items;
    private readonly UserTurns _userTurns;
    private readonly ResponseLedger _responses;
    private readonly ReplyCoordinator _replies;
    private readonly CallLedger _calls;
    private readonly CallbackRunner _callbacks;
    private readonly HeardText _heardText = new();
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private readonly CountedSource<ConversationEnd> _completion;
    private long _timerDue = long.MaxValue;

    public ConversationEngine(RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, TimeProvider time, SessionOpener? opener = null)
    {
        (_connection, _options, _time) = (connection, options, time);
        Unprepared = agent;
        _work = time as WorkTrackingTimeProvider;
        _completion = new(_work);
        _callbacks = new(_work);
        _log = new(options.LoggerFactory);
        _watchdog = new(options.Watchdog, time);
        _startedAt = time.GetTimestamp();
        Agent = agent;
        _telemetry = new(() => _connection.Session, () => Agent, options.TraceContent, time);
        _functionTelemetry = new(_telemetry, options.TraceContent, time);
        Effective = EffectiveSession.Of(connection.Session, agent);
        FirstSession = connection.Session;
        _outbox = new(connection, time, SendFailed);
        _updates = new(_lock, time, options.Limits.MaxUnreadUpdates);
        _turns = new(_updates, time, options.Limits.MaxTurns, options.Limits.MaxTurnText) { Begun = CompleteContinued, Completed = TurnCompleted, TextCut = TextCut, ItemBefore = itemId => _items!.Before(itemId) };
        _items = new(options.Limits.MaxItems);
        _userTurns = new(_turns, time, options.Limits.TranscriptTimeout);
        _responses = new(time);
        _calls = new(options.Limits);
        _budget = options.Budget is { } budget ? new(budget) : null;
        _replies = new(_responses, _outbox, time, options.Limits)
        {
            SessionInstructions = () => Effective.Instructions,
            Requesting = Requested,
            Queued = NoteQueued,
            RequestFailed = RequestFailed,
            IsSerial = _budget is { CountsResponses: true },
            Refuses = request => _budget is null ? null : Refuse(_budget, request),
        };
        _playback = connection.CallId is null ? new(options.Player, this, time, options.Limits.MaxBufferedAudioBytes) : null;
        _input = new(this, time);
        if (options.Renewal is { } renewal && opener is not null)
        {
            _opener = opener;
            _renewal = new(renewal, time, opener.Random);
            _gap = new(renewal.MaxBufferedAudio);
            SessionBegan();
        }
        using (ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static engine => ((ConversationEngine)engine!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public RealtimeAgent Agent { get; private set; }

    /// <summary>The session as the server last reported it.</summary>
    public RealtimeSession? Session => _connection.Session;

    /// <summary>The parts of the effective session that the conversation needs.</summary>
    public EffectiveSession Effective { get; private set; }

    /// <summary>The first session that the server reported. Members that an agent does not set are reset to its values.</summary>
    public RealtimeSession? FirstSession { get; private set; }

    public Task<ConversationEnd> Completion => _completion.Task;

    public ConversationStatus Status
    {
        get
        {
            lock (_lock)
                return _updates.Status;
        }
    }

    public IReadOnlyList<ConversationTurn> Turns
    {
        get
        {
            lock (_lock)
                return _turns.Show();
        }
    }

    public IReadOnlyList<ConversationItem> Items
    {
        get
        {
            lock (_lock)
                return _items.Show();
        }
    }

    public IAsyncEnumerable<ConversationUpdate> ReadUpdatesAsync(CancellationToken cancellationToken) =>
        _updates.ReadAsync(() => new(_turns.Open, _calls.Open, _end), cancellationToken);

    /// <summary>Whether the current code is code for which the conversation waits: its reading of the connection, or a callback of the app.</summary>
    private readonly AsyncLocal<bool> _isInCallback = new();

    /// <summary>Whether the current code is such code. A function sets only <c>_runningCall</c>, because each value that is set allocates an execution context.</summary>
    private bool IsInCallback => _isInCallback.Value || _runningCall.Value is not null;

    private void Change(Action change) => Change(static change => change(), change);

    /// <summary>Changes the state. The state argument avoids the allocation of a closure.</summary>
    private void Change<TState>(Action<TState> change, TState state)
    {
        bool hasDecided;
        lock (_lock)
        {
            change(state);
            AfterChange();
            hasDecided = HasDecided;
        }
        if (hasDecided)
            Flush();
    }

    /// <summary>Updates the state that depends on several parts. Called under the lock.</summary>
    private void AfterChange()
    {
        EndUninterruptible();
        EnforceBudget();
        RenewWhenQuiet();
        _updates.ChangeStatus(
            _end is not null ? ConversationStatus.Ended
            : _isRenewing ? ConversationStatus.Renewing
            : _replies.IsUserSpeaking ? ConversationStatus.UserSpeaking
            : _sounding is not null ? ConversationStatus.Speaking
            : _replies.IsBusy || _calls.Open.Count > 0 ? ConversationStatus.Thinking
            : _replies.IsHolding ? ConversationStatus.RateLimited
            : ConversationStatus.Listening);
        UpdateWatchdog();
        foreach (var (condition, met) in _conditions)
        {
            if (condition())
                met.SetResult(true);
        }
        ArmTimer();
    }

    /// <summary>Whether something was decided that <see cref="Flush"/> has to carry out. Called under the lock. Most events decide nothing.</summary>
    private bool HasDecided => _toComplete.Count > 0 || _toRun.Count > 0 || _deferred.Count > 0 || _outbox.HasWaiting || _log.HasWaiting;

    /// <summary>Sends events, stops playback and starts callbacks as decided under the lock. Called outside the lock.</summary>
    private void Flush()
    {
        CompleteAudio();
        StartCalls();
        RunDeferred();
        _outbox.Flush();
        _log.Flush();
    }

    private void Warn(WarningKind kind, string message, RealtimeError? error = null, Exception? exception = null)
    {
        _log.Warning(kind, message);
        _telemetry.Warned(kind);
        NoteWarning(kind, message);
        _updates.Publish(new WarningUpdate { Kind = kind, Message = message, Error = error, Exception = exception });
    }

    private void SendFailed(ClientEvent clientEvent, Exception exception) => Change(() =>
    {
        // The reader notices that the connection is lost, and the renewal lists what was lost with it.
        if (_renewal is { Options.AfterLoss: true } && exception is RealtimeConnectionException)
            return;
        _replies.Failed(clientEvent.EventId, exception);
        if (clientEvent is ConversationItemCreateEvent { Item: FunctionCallOutputItem or McpApprovalResponseItem } && _end is null)
            Warn(WarningKind.Function, $"The output or approval of a function call could not be sent: {PeerText.Sanitize(exception.Message)}", exception: exception);
    });

    private void TurnCompleted(TurnState turn)
    {
        _telemetry.TurnCompleted(turn);
        CompleteAsks();
    }

    private void TextCut() => Warn(WarningKind.Limit, $"A turn has more than {_options.Limits.MaxTurnText} characters: the rest is dropped, in later turns too.");

    private void ArmTimer()
    {
        if (_end is not null)
            return;
        var wait = _userTurns.NextTimeout;
        if ((_replies.IsWaiting || _responses.IsEndAwaited || Unannounced.Any()) && (wait is null || wait > _options.Limits.ReplyTimeout / 4))
            wait = _options.Limits.ReplyTimeout / 4;
        if (_calls.NextTimeout is { } timeout && !(wait <= timeout))
            wait = timeout;
        wait = Earliest(wait, WatchdogTimeLeft);
        wait = Earliest(wait, _budget?.NextCheck(Elapsed));
        if (!_isRenewing)
            wait = Earliest(wait, _renewal?.TimeLeft);
        if (wait is not { } due)
            return;
        due = due < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due;
        var at = _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency);
        if (at >= _timerDue)
            return;
        _timerDue = at;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void TimerFired() => Change(() =>
    {
        _timerDue = long.MaxValue;
        _replies.Expire();
        ExpireUnannounced();
        ExpireCut();
        _userTurns.Expire();
        ExpireCalls();
        ExpireWatchdog();
    });
}
