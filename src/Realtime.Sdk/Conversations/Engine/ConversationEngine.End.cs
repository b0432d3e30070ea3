namespace Realtime.Sdk.Internal;

/// <content>The reader of the connection, and the end of the conversation.</content>
internal sealed partial class ConversationEngine
{
    private ConversationEnd? _end;
    private ConversationEndReason? _requestedEnd;
    private Task _reading = Task.CompletedTask;
    private CancellationTokenSource _readingCancellation = new();

    /// <summary>Whether the conversation may close the connection.</summary>
    public bool OwnsConnection { get; init; } = true;

    /// <summary>Reads the connection to its end.</summary>
    public void Start()
    {
        RegisterAudioHandler(_connection);
        _reading = ReadAsync();
    }

    /// <summary>Closes the connection; completes when the conversation has ended.</summary>
    public async Task CloseAsync(ConversationEndReason reason, CancellationToken cancellationToken)
    {
        Change(() =>
        {
            // The first reason counts.
            _requestedEnd ??= reason;
            if (_end is null)
                StopResponses([.. _responses.All], isInterruption: true);
        });
        await StopRenewingAsync().Counted(_work);
        if (OwnsConnection)
        {
            await _connection.CloseAsync(cancellationToken).Counted(_work);
        }
        else
        {
            // The session continues without the conversation, so the server must know what was heard.
            await WhenConfirmedAsync(() => !_responses.All.Any(response => response.IsStopping), cancellationToken).Counted(_work);
            await _outbox.WhenSentAsync().WaitAsync(cancellationToken).Counted(_work);
            await StopReadingAsync().Counted(_work);
        }
        if (!IsInCallback)
            await _reading.WaitAsync(cancellationToken).Counted(_work);
    }

    /// <summary>Ends the conversation without waiting for pending requests.</summary>
    public async ValueTask AbortAsync()
    {
        Change(() => _requestedEnd ??= _isTransferred ? ConversationEndReason.Transferred : ConversationEndReason.Disposed);
        await StopRenewingAsync().Counted(_work);
        if (OwnsConnection)
            await _connection.DisposeAsync().AsTask().Counted(_work);
        else
            await StopReadingAsync().Counted(_work);
        if (!IsInCallback)
            await _reading.Counted(_work);
    }

    private async Task StopReadingAsync()
    {
        _work?.BeginWork();
        await CancelReadingAsync().ConfigureAwait(false);

        // The connection remains open for the app, which may register its own handler.
        _connection.OnOutputAudio(null);
        await CountedWork.EndAsync(_work);
    }

    /// <summary>Receives the output audio of a connection, if it is played here.</summary>
    private void RegisterAudioHandler(RealtimeConnection connection)
    {
        if (_playback is not null)
            connection.OnOutputAudio(HandleAudio);
    }

    private async Task ReadAsync()
    {
        // Code that is called from here, such as handlers and loggers of the app, must not wait for the end of the conversation, which waits for this loop.
        _isInCallback.Value = true;

        // One loop reads all sessions. Nothing is read between two of them, so no event of the old session is taken for one of the new.
        var read = await ReadSessionAsync().Counted(_work);
        while (await RenewAsync(read).Counted(_work))
            read = await ReadSessionAsync().Counted(_work);
        await EndAsync(_renewalFailure ?? read.Exception).ConfigureAwait(false);
    }

    /// <summary>Reads one connection until it ends or the reading is canceled.</summary>
    private async Task<(bool IsCanceled, Exception? Exception)> ReadSessionAsync()
    {
        CancellationToken token;
        lock (_lock)
        {
            // The end was requested before this reading began, so its cancellation could not reach it.
            _isReadingStopRequested = false;
            _readingCancellation = new();
            token = _readingCancellation.Token;
            if (_requestedEnd is not null && !OwnsConnection)
                return (true, null);
        }
        try
        {
            if (_relay is not null)
            {
                await foreach (var message in _connection.ReadRelayedAsync(token).ConfigureAwait(false))
                    await _relay.HandleAsync(message).ConfigureAwait(false);
                return (false, null);
            }
            await foreach (var serverEvent in _connection.ReadEventsAsync(token).ConfigureAwait(false))
                Handle(serverEvent);
            return (false, null);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return (true, null);
        }
#pragma warning disable CA1031 // the conversation ends with the connection and reports the exception
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (false, e);
        }
    }

    private Task CancelReadingAsync()
    {
        CancellationTokenSource reading;
        lock (_lock)
            reading = _readingCancellation;
        return CancelAsync(reading);
    }

    private async Task EndAsync(Exception? exception)
    {
        _work?.BeginWork();
        var end = CreateEnd(exception);
        var played = GetPlayed();
        Change(() =>
        {
            // First, because the replies that end below would fail the pending calls of AskAsync with a less specific exception.
            FailPendingAsks(end);

            // Before the responses, whose end would request the replies that follow calls.
            EndCalls(end.Exception);
            FailTasks(end);
            foreach (var response in _responses.All.ToList())
                EndResponse(response, played, end.Exception);
            _replies.End(end.Exception);
            if (_isRenewing)
            {
                // No session will follow: queued events are dropped, and later ones must fail instead of waiting for it.
                _outbox.Clear();
                _outbox.Resume(_connection);
            }

            // After everything that can still change a turn.
            _turns.CompleteAll();
            _end = end;
            RecordEnd(end);
            EndReadingStop();

            // The status changes first, because the end must be the last update.
            _updates.ChangeStatus(ConversationStatus.Ended);
            _updates.End(end);

            // The conversation is over, so nothing else will fulfill a condition.
            foreach (var (_, met) in _conditions)
                met.SetResult(true);
        });

        // CancelSourceAsync ends this work itself.
        _work?.BeginWork();
        _ = CancelSourceAsync();
        if (_playback is not null)
            await AwaitDisposalAsync(_playback.DisposeAsync()).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        if (OwnsConnection)
            await AwaitDisposalAsync(_connection.DisposeAsync()).ConfigureAwait(false);
        _log.LogEnd(end);

        // Last, so that code that awaits Completion finds the connection closed.
        _completion.SetResult(end);
        await CountedWork.EndAsync(_work);
    }

    /// <summary>Cancels the listening. The cancellation callbacks of the source are code of the app, so the end does not wait for them.</summary>
    private async Task CancelSourceAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work?.EndWork();
    }

    /// <summary>Waits for a disposal that counts its own work. It may wait by the clock for the player or for the close of the connection, which must not count as work.</summary>
    private async Task AwaitDisposalAsync(ValueTask disposal)
    {
        _work?.EndWork();
        await disposal.AsTask().Counted(_work);
        _work?.BeginWork();
    }

    /// <summary>Returns the played duration of each item that is being played. Called outside the lock, because the player is code of the app.</summary>
    private Dictionary<string, TimeSpan> GetPlayed()
    {
        HashSet<string> pending;
        lock (_lock)
            pending = [.. _responses.All.SelectMany(response => response.PendingAudio)];
        return pending.ToDictionary(itemId => itemId, itemId => _playback?.GetPlayed(itemId) ?? TimeSpan.Zero, StringComparer.Ordinal);
    }

    /// <summary>Ends a response that will not be generated or heard any further.</summary>
    private void EndResponse(ResponseState response, Dictionary<string, TimeSpan> played, Exception? exception)
    {
        _telemetry.AbandonResponse(response, exception);
        var wasHeard = response.AwaitsOnlyChecks;
        if (!response.IsDone)
            CompleteRequest(response, new() { Status = exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = exception });
        foreach (var item in response.Items.Where(item => response.PendingAudio.Contains(item.Id)))
        {
            var heard = played.GetValueOrDefault(item.Id);

            // A player may report more than was received.
            (item.HeardDuration, item.WasStopped) = (heard < item.Duration ? heard : item.Duration, true);
            item.HeardLength = _heardText.EstimateLength(item.Text.Slice(0).Span, item.HeardDuration, item.Duration, isComplete: response.IsDone);
        }
        if (response.Turn is { } turn && !wasHeard)
            turn.WasInterrupted = true;
        response.Request?.EndChecks();
        var heardSpeech = GetHeardSpeech(response);
        response.Request?.SetHeard(wasHeard ? heardSpeech : heardSpeech with { WasInterrupted = true });
    }

    private void FailPendingAsks(ConversationEnd end)
    {
        foreach (var request in _pendingAsks)
            request.Answer!.SetException(end.Exception ?? new InvalidOperationException("The conversation ended before the message was answered."));
    }

    private ConversationEnd CreateEnd(Exception? exception)
    {
        if (_requestedEnd is { } requested)
            return new() { Reason = requested, Message = requested == ConversationEndReason.BudgetSpent ? _budgetEndMessage : null };
        return exception switch
        {
            null => new() { Reason = HangUpReason, Message = "The other side closed the connection." },
            RealtimeConnectionException { IsSessionExpired: true } => new() { Reason = ConversationEndReason.Expired, Message = "The session reached its maximum duration.", Exception = exception },

            // Neither a close code nor an error: the server did not decide to end the session.
            RealtimeConnectionException { CloseCode: null, ErrorKind: null } => new() { Reason = ConversationEndReason.ConnectionLost, Message = PeerText.Sanitize(exception.Message), Exception = exception },
            _ => new() { Reason = ConversationEndReason.Failed, Message = PeerText.Sanitize(exception.Message), Exception = exception },
        };
    }
}
