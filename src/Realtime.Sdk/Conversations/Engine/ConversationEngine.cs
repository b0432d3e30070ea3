namespace Realtime.Sdk.Internal;

/// <summary>
/// One conversation, over one connection or, with renewals, one after another. The reader of the connection passes it the server's events one by one; players, sources,
/// timers and the app call it from their own threads. One lock guards all state. Decisions to send and to play are made under the lock, and carried out outside it in the same order.
/// </summary>
internal sealed partial class ConversationEngine
{
    // Volatile: a renewal replaces it under the lock, and the user's audio is sent without the lock.
    private volatile RealtimeConnection _connection;
    private readonly IConversationRelay? _relay;
    private readonly RealtimeConversationOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkTrackingTimeProvider? _work;
    private readonly ConversationLog _log;
    private readonly ConversationTelemetry _telemetry;
    private readonly FunctionTelemetry _functionTelemetry;
    private readonly Lock _lock = new();
    private readonly Outbox _outbox;
    private readonly UpdateHub _updates;
    private readonly TurnTracker _turns;
    private readonly ItemTracker _items;
    private readonly UserTurns _userTurns;
    private readonly ResponseTracker _responses;
    private readonly ReplyCoordinator _replies;
    private readonly CallTracker _calls;
    private readonly CallbackRunner _callbacks;
    private readonly HeardTextEstimator _heardText = new();
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private readonly CountedSource<ConversationEnd> _completion;
    private long _timerDue = long.MaxValue;

    public ConversationEngine(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, TimeProvider time, SessionOpener? opener = null, IConversationRelay? relay = null)
    {
        _relay = relay;
        (_connection, _options, _time) = (connection, options, time);
        (_graph, _inCharge, _firstModel) = (new(options.Services), new(agent), agent.Session.Model);
        _graph.Add(agent);
        _work = time as WorkTrackingTimeProvider;
        (_completion, _switchQueue) = (new(_work), new(_work));

        // Created here, because it captures the execution context of the code that starts the conversation.
        _callbacks = new(_work);
        _log = new(options.LoggerFactory);
        _watchdog = new(options.Watchdog, time);
        _startedAt = time.GetTimestamp();

        // A conversation that joins a call does not know what was said before.
        _hasSpoken = connection.CallId is not null;
        Agent = agent;

        // Delegates, because a renewal replaces the connection, and a switch replaces the agent.
        _telemetry = new(() => _connection.Session, () => Agent, options.TraceContent, time);
        _functionTelemetry = new(_telemetry, options.TraceContent, time);
        Effective = EffectiveSession.From(connection.Session, agent);
        FirstSession = connection.Session;
        _outbox = new(connection, time, HandleSendFailure);
        _updates = new(_lock, time, options.Limits.MaxUnreadUpdates);

        // The delegates read fields that are assigned below, so nothing may call them before the constructor ends.
        _turns = new(_updates, time, options.Limits.MaxTurns, options.Limits.MaxTurnText) { OnBegun = CompleteContinuedTurns, OnCompleted = HandleTurnCompleted, OnTextTruncated = WarnOfTruncatedText, GetPreviousItemId = itemId => _items!.GetPreviousId(itemId) };
        _items = new(options.Limits.MaxItems);
        _userTurns = new(_turns, time, options.Limits.TranscriptTimeout);
        _responses = new(time);
        _calls = new(options.Limits);
        _budget = options.Budget is { } budget ? new(budget) : null;
        _replies = new(_responses, _outbox, time, options.Limits)
        {
            GetSessionInstructions = () => Effective.Instructions,
            OnRequesting = HandleRequesting,
            OnQueued = RecordQueued,
            OnRequestFailed = HandleRequestFailure,
            IsSerial = _budget is { LimitsResponses: true },
            GetRefusal = request => _budget is null ? null : GetRefusal(_budget, request),
        };

        // In a call, the service plays the audio, and the client of a relay plays it itself.
        _playback = connection.CallId is null && relay is null ? new(options.Player, this, time, options.Limits.MaxBufferedAudioBytes) : null;
        _input = new(this, time);
        if (options.Renewal is { } renewal && opener is not null)
        {
            _opener = opener;
            _renewal = new(renewal, time, opener.Random);
            _gapAudio = new(renewal.MaxBufferedAudio);
            ScheduleRenewal();
        }

        // The timer must not capture AsyncLocal values of the code that starts the conversation.
        using (ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static engine => ((ConversationEngine)engine!).HandleTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

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
                return _turns.ToSnapshots();
        }
    }

    public IReadOnlyList<ConversationItem> Items
    {
        get
        {
            lock (_lock)
                return _items.ToSnapshot();
        }
    }

    public IAsyncEnumerable<ConversationUpdate> ReadUpdatesAsync(CancellationToken cancellationToken) =>
        _updates.ReadAsync(() => new(_turns.OpenTurns, _calls.OpenCalls, _end), cancellationToken);

    /// <summary>Whether the end of the conversation waits for the current code: its reading loop, or a callback of the app.</summary>
    private readonly AsyncLocal<bool> _isInCallback = new();

    /// <summary>Whether the current code must not wait for the end of the conversation. A function sets only <c>_runningCall</c>, because each <see cref="AsyncLocal{T}"/> that is set allocates an execution context.</summary>
    private bool IsInCallback => _isInCallback.Value || _runningCall.Value is not null;

    private void Change(Action change) => Change(static change => change(), change);

    /// <summary>Changes the state. The state argument avoids the allocation of a closure.</summary>
    private void Change<TState>(Action<TState> change, TState state)
    {
        bool hasPendingActions;
        lock (_lock)
        {
            change(state);
            AfterChange();
            hasPendingActions = HasPendingActions;
        }

        // Outside the lock: players, loggers and callbacks are code of the app, which may wait for a thread that needs the lock.
        if (hasPendingActions)
            Flush();
    }

    /// <summary>Updates the state that depends on several parts. Called under the lock.</summary>
    private void AfterChange()
    {
        // The decisions and the timer use the same time: a limit that passed between two times would be missed by both.
        var elapsed = _budget is null ? TimeSpan.Zero : Elapsed;
        _renewal?.ReadClock();

        // The order matters: the first five can change the status, and the watchdog, the conditions and the timer depend on it.
        EndUninterruptible();
        DeliverResults();
        RequestFiller();
        EnforceBudget(elapsed);
        RenewWhenQuiet();
        _updates.ChangeStatus(
            _end is not null ? ConversationStatus.Ended
            : _isRenewing ? ConversationStatus.Renewing
            : _replies.IsUserSpeaking ? ConversationStatus.UserSpeaking
            : _playing is not null ? ConversationStatus.Speaking
            : _replies.IsBusy || _calls.HasForegroundCalls ? ConversationStatus.Thinking
            : _replies.IsHolding ? ConversationStatus.RateLimited
            : ConversationStatus.Listening);
        UpdateWatchdog();
        foreach (var (condition, met) in _conditions)
        {
            if (condition())
                met.SetResult(true);
        }
        ArmTimer(elapsed);
    }

    /// <summary>Whether something was decided that <see cref="Flush"/> has to carry out. Called under the lock. Most events decide nothing.</summary>
    private bool HasPendingActions => _audioToComplete.Count > 0 || _callsToStart.Count > 0 || _deferred.Count > 0 || _outbox.HasQueued || _log.HasQueued;

    /// <summary>Sends events, stops playback and starts callbacks as decided under the lock. Called outside the lock.</summary>
    private void Flush()
    {
        // Deferred work, which stops the player, comes before the events, so that an interruption does not wait for the connection.
        CompleteAudio();
        StartHandlers();
        RunDeferred();
        _outbox.Flush();
        _log.Flush();
    }

    private void Warn(WarningKind kind, string message, RealtimeError? error = null, Exception? exception = null)
    {
        _log.AddWarning(kind, message);
        _telemetry.RecordWarning(kind);
        RecordWarning(kind, message);
        _updates.Publish(new WarningUpdate { Kind = kind, Message = message, Error = error, Exception = exception });
    }

    private void HandleSendFailure(ClientEvent clientEvent, Exception exception) => Change(() =>
    {
        // The reading loop notices that the connection is lost, and the renewal reports everything that was lost with it.
        if (_renewal is { Options.AfterLoss: true } && exception is RealtimeConnectionException)
            return;
        _replies.HandleSendFailure(clientEvent.EventId, exception);
        if (clientEvent is ConversationItemCreateEvent { Item: FunctionCallOutputItem or McpApprovalResponseItem } && _end is null)
            Warn(WarningKind.Function, $"The output or approval of a function call could not be sent: {PeerText.Sanitize(exception.Message)}", exception: exception);
    });

    private void HandleTurnCompleted(TurnState turn)
    {
        _telemetry.CompleteTurn(turn);
        CompletePendingAsks();
    }

    private void WarnOfTruncatedText() => Warn(WarningKind.Limit, $"A turn has more than {_options.Limits.MaxTurnText} characters ({nameof(ConversationLimits)}.{nameof(ConversationLimits.MaxTurnText)}). The rest is dropped; later turns are truncated without a warning.");

    /// <param name="elapsed">The time for which the budget was checked.</param>
    private void ArmTimer(TimeSpan elapsed)
    {
        if (_end is not null)
            return;
        var wait = _userTurns.NextTimeout;

        // These waits are polled, so they end up to a quarter of the timeout late.
        if ((_replies.NeedsTimer || _responses.IsAwaitingEnd || AwaitingServicePlayback.Any()) && (wait is null || wait > _options.Limits.ReplyTimeout / 4))
            wait = _options.Limits.ReplyTimeout / 4;
        if (_calls.NextTimeout is { } timeout && !(wait <= timeout))
            wait = timeout;
        wait = Earliest(wait, WatchdogTimeLeft);
        wait = Earliest(wait, _budget?.NextCheck(elapsed));
        wait = Earliest(wait, FillerTimeLeft);
        if (!_isRenewing)
            wait = Earliest(wait, _renewal?.TimeLeft);
        if (wait is not { } due)
            return;

        // The platform's timers have a resolution of a millisecond.
        due = due < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due;
        var at = _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency);

        // The timer is only moved forward. If it fires too early, it finds nothing to do and is armed again.
        if (at >= _timerDue)
            return;
        _timerDue = at;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void HandleTimer() => Change(() =>
    {
        _timerDue = long.MaxValue;

        // The order does not matter: each check has its own times, and Change arms the timer for the next one.
        _replies.Expire();
        ExpireServicePlayback();
        ExpireStopped();
        _userTurns.Expire();
        ExpireCalls();
        ExpireWatchdog();
    });
}
