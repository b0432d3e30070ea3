namespace Realtime.Sdk.Internal;

/// <content>The renewal of the session: on schedule, and after a loss.</content>
internal sealed partial class ConversationEngine
{
    private readonly SessionOpener? _opener;
    private readonly RenewalPlan? _renewal;
    private readonly CancellationTokenSource _endRequested = new();
    private volatile bool _isRenewing;
    private bool _isPausing;

    /// <summary>Whether a stop of the reading counts as work, until the renewal begins.</summary>
    private bool _isPauseCounted;
    private int _requests;

    /// <summary>The failure because of which there is no next session; null if the previous one tells how the conversation ended.</summary>
    private Exception? _renewalFailure;

    /// <summary>The agent in charge as the app has passed it, before <see cref="RealtimeAgent.Prepare"/>.</summary>
    public RealtimeAgent Unprepared { get; set; }

    public bool CanRenew => _renewal is not null;

    /// <summary>
    /// Whether a new session would miss nothing but silence: neither side is speaking, and no response, function call, transcript or reply of the server is expected.
    /// </summary>
    private bool IsQuiet => !_replies.HasReplies && !_replies.IsUserSpeaking && _sounding is null && _responses.All.Count == 0 && _calls.Open.Count == 0 && !IsContinuing
        && _userTurns.NextTimeout is null && _requests == 0 && (Effective.DetectsTurns || _input.Buffer.Duration == TimeSpan.Zero);

    private Task StopRenewingAsync() => _renewal is null ? Task.CompletedTask : CancelAsync(_endRequested);

    /// <summary>Stops the reading for a renewal that is due. Called under the lock.</summary>
    private void RenewWhenQuiet()
    {
        if (_renewal is null || _isRenewing || _isPausing || _requestedEnd is not null || _end is not null)
            return;
        if (!_renewal.IsOverdue && !(_renewal.IsDue && IsQuiet))
            return;
        (_isPausing, _isPauseCounted) = (true, true);
        _work?.BeginWork();
        Defer(CancelReadingAsync);
    }

    private void EndPause()
    {
        lock (_lock)
        {
            if (!_isPauseCounted)
                return;
            _isPauseCounted = false;
            _work?.EndWork();
        }
    }

    /// <summary>Called when a session has begun. The session of a call ends with the call.</summary>
    private void SessionBegan()
    {
        if (_connection.CallId is null)
            _renewal!.SessionBegan(_connection.Session?.ExpiresAt);
        else
            _renewal!.CallJoined();
    }

    /// <summary>Opens the next session, or continues with the current one.</summary>
    /// <param name="read">How the reading of the current session ended.</param>
    /// <returns>Whether there is a session to read.</returns>
    private async Task<bool> RenewAsync((bool IsCanceled, Exception? Exception) read)
    {
        if (_renewal is null)
            return false;
        EndPause();
        if (read.IsCanceled)
            return await RenewOnScheduleAsync(_renewal).Counted(_work);
        return read.Exception is { } exception && _renewal.Options.AfterLoss && RenewalPlan.IsRecoverable(exception)
            && await ReplaceSessionAsync(_renewal, RenewalReason.Lost, exception).Counted(_work);
    }

    /// <summary>Replaces the session at a quiet moment. If the next one cannot be opened, the current one continues.</summary>
    private async Task<bool> RenewOnScheduleAsync(RenewalPlan renewal)
    {
        var (begins, isForced) = (false, false);
        Change(() =>
        {
            // Events that were received and not handled yet may have begun something.
            var isQuiet = IsQuiet && _connection.UnreadBytes == 0;
            (begins, isForced) = (isQuiet && _requestedEnd is null, !isQuiet && _requestedEnd is null && renewal.IsOverdue);
            if (begins)
            {
                Suspend();
                renewal.TryBeginAttempt(failure: null, out _);
            }
        });
        if (isForced)
            return await ReplaceSessionAsync(renewal, RenewalReason.Scheduled, exception: null).Counted(_work);
        if (!begins)
            return true;
        var gap = new SessionGap(RenewalReason.Scheduled, Exception: null, _time.GetTimestamp());
        try
        {
            if (!await OpenNextAsync(gap).Counted(_work))
                Change(Resume);
        }
#pragma warning disable CA1031 // the session continues, and its end tells what is to know
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Change(() =>
            {
                renewal.Postpone(exception);
                if (_requestedEnd is null)
                    WarnOfAttempt(exception);
                Resume();
            });
        }
        return true;
    }

    /// <summary>Opens a session in place of one that is lost or about to end, with several attempts.</summary>
    private async Task<bool> ReplaceSessionAsync(RenewalPlan renewal, RenewalReason reason, Exception? exception)
    {
        var gap = new SessionGap(reason, exception, _time.GetTimestamp());
        Change(() =>
        {
            Suspend();
            if (_connection.CallId is null)
                LoseSession(gap);
            else
                LeaveCall(gap);
        });
        var failure = exception;
        while (BeginsAttempt(renewal, failure, out var delay))
        {
            try
            {
                if (delay > TimeSpan.Zero)
                    await Task.Delay(delay, _time, _endRequested.Token).Counted(_work);
                if (await OpenNextAsync(gap).Counted(_work))
                    return true;
                break;
            }
#pragma warning disable CA1031 // the failure decides whether there is another attempt
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (_endRequested.IsCancellationRequested)
                    return false;
                failure = e;
                Change(() => WarnOfAttempt(e));
                if (!RenewalPlan.IsRecoverable(e))
                    break;
            }
        }
        if (_connection.CallId is not null && failure is RealtimeApiException { Kind: RealtimeApiErrorKind.NotFound })
            Change(() => _requestedEnd ??= ConversationEndReason.HungUp);
        else if (exception is null || (failure is not null && !RenewalPlan.IsRecoverable(failure)))
            _renewalFailure = failure;
        return false;
    }

    private bool BeginsAttempt(RenewalPlan renewal, Exception? failure, out TimeSpan delay)
    {
        lock (_lock)
        {
            delay = TimeSpan.Zero;
            return _requestedEnd is null && renewal.TryBeginAttempt(failure, out delay);
        }
    }

    /// <summary>Opens the next session, adds the history to it, and continues with it.</summary>
    /// <returns>Whether the conversation continues; otherwise its end was requested.</returns>
    private async Task<bool> OpenNextAsync(SessionGap gap)
    {
        var token = _endRequested.Token;
        var agent = _connection.CallId is null ? await PrepareNextAsync(token).Counted(_work) : Agent;
        var connection = await _opener!.OpenAsync(agent, token).Counted(_work);
        var isAdopted = false;
        try
        {
            if (connection.CallId is null)
                await CarryHistoryAsync(connection, gap, token).Counted(_work);
            isAdopted = Adopt(connection, agent, gap);
            if (isAdopted)
                ConversationMetrics.Renewed(gap.Reason);
            return isAdopted;
        }
        finally
        {
            if (!isAdopted)
                _ = connection.DisposeAsync().AsTask();
        }
    }

    /// <summary>Calls <see cref="RealtimeAgent.Prepare"/>. If it fails, the agent remains as it was.</summary>
    private async Task<RealtimeAgent> PrepareNextAsync(CancellationToken cancellationToken)
    {
        if (Unprepared.Prepare is null)
            return Agent;
        try
        {
            return await CallAsync(() => PrepareAsync(Unprepared, cancellationToken), cancellationToken).Counted(_work);
        }
#pragma warning disable CA1031 // the app's code must not end the conversation
        catch (Exception exception) when (!_endRequested.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Renewal, $"The Prepare callback of the agent '{PeerText.Sanitize(Unprepared.Name)}' failed. The agent continues as it was.", exception: exception));
            return Agent;
        }
    }

    /// <summary>Runs a callback of the app off the reading loop, because it may block its thread or never return.</summary>
    private async Task<T> CallAsync<T>(Func<Task<T>> callback, CancellationToken cancellationToken)
    {
        var result = new CountedSource<T>(_work);
        _callbacks.Run(async () =>
        {
            _isInCallback.Value = true;
            try
            {
                result.SetResult(await callback().ConfigureAwait(true));
            }
#pragma warning disable CA1031 // the caller gets it
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result.SetException(exception);
            }
        });

        // An exception that comes too late is observed.
        _ = result.Task.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await result.Task.WaitAsync(_options.Limits.ReplyTimeout, _time, cancellationToken).Counted(_work);
    }

    /// <summary>Continues with another connection; returns false if the end was requested.</summary>
    private bool Adopt(RealtimeConnection connection, RealtimeAgent agent, SessionGap gap)
    {
        RealtimeConnection? previous = null;
        ListenTo(connection);
        Change(() =>
        {
            if (_requestedEnd is not null)
                return;
            previous = _connection;
            previous.OnOutputAudio(null);
            if (connection.CallId is null)
                BeginSession(gap);
            (_connection, Agent) = (connection, agent);
            (FirstSession, Effective) = (connection.Session, EffectiveSession.Of(connection.Session, agent));
            SessionBegan();
            NoteConnected(connection, gap.Reason);
            Publish(gap);
            Resume();
        });
        if (previous is null)
            return false;
        _ = previous.DisposeAsync().AsTask();
        if (gap.IsCutOff && connection.CallId is null && _renewal!.Options.ReplyAfterLoss is { } reply)
            Respond(reply);
        return true;
    }

    /// <summary>Discards what belongs to the previous session.</summary>
    private void BeginSession(SessionGap gap)
    {
        _outbox.Clear();
        _items.Clear();
        _deletions.Clear();
        var held = _input.Buffer.Replaced(_gap!.Duration);
        var uncertain = _gap.TakeLost();
        gap.LoseAudio(Effective.DetectsTurns ? gap.Speech + uncertain : held);
    }

    /// <summary>Holds back what would be sent.</summary>
    private void Suspend()
    {
        (_isRenewing, _replies.IsSuspended) = (true, true);
        _outbox.Pause();
        ResetWatchdog(isPaused: true);
    }

    private void Resume()
    {
        _outbox.Resume(_connection);
        (_isRenewing, _replies.IsSuspended) = (false, false);
        ResetWatchdog();
        _replies.SendNext();
    }

    private void WarnOfAttempt(Exception exception) =>
        Warn(WarningKind.Renewal, $"A new session could not be opened: {PeerText.Sanitize(exception.Message)}", exception: exception);

    private void Publish(SessionGap gap)
    {
        var update = new RenewalUpdate
        {
            Reason = gap.Reason,
            NotCarriedOver = [.. gap.Losses],
            HistoryItems = gap.HistoryItems,
            Gap = _time.GetElapsedTime(gap.StartedAt),
            Exception = gap.Exception,
        };
        _log.Renewed(update);
        _updates.Publish(update);
    }

    /// <summary>Waits until there is a session, and returns its connection.</summary>
    private async Task<RealtimeConnection> WhenConnectedAsync(CancellationToken cancellationToken)
    {
        if (_isRenewing)
            await WhenAsync(() => !_isRenewing, Timeout.InfiniteTimeSpan, message: null, cancellationToken).Counted(_work);
        return _connection;
    }

    /// <summary>Makes a request to the server. The session is not renewed on schedule meanwhile.</summary>
    private async Task<T> RequestAsync<T>(Func<RealtimeConnection, Task<T>> request, CancellationToken cancellationToken)
    {
        RealtimeConnection? connection;
        do
        {
            await WhenConnectedAsync(cancellationToken).Counted(_work);
        }
        while ((connection = TryBeginRequest()) is null);
        try
        {
            return await request(connection).Counted(_work);
        }
        finally
        {
            Change(() => _requests--);
        }
    }

    /// <summary>Begins a request over the connection that is returned; null while the session is being renewed.</summary>
    private RealtimeConnection? TryBeginRequest()
    {
        lock (_lock)
        {
            if (_isRenewing && _end is null)
                return null;
            _requests++;
            return _connection;
        }
    }
}
