namespace Realtime.Sdk.Internal;

/// <content>The renewal of the session: on schedule, and after a loss.</content>
internal sealed partial class ConversationEngine
{
    private readonly SessionOpener? _opener;
    private readonly RenewalPlan? _renewal;
    private readonly CancellationTokenSource _endRequested = new();
    private volatile bool _isRenewing;
    private bool _isReadingStopRequested;

    /// <summary>Whether the stop of the reading counts as work, until the renewal begins.</summary>
    private bool _isReadingStopCounted;
    private int _requests;

    /// <summary>The failure that prevented the next session; null if the conversation ended for the reason that the previous session reported.</summary>
    private Exception? _renewalFailure;

    public bool CanRenew => _renewal is not null;

    /// <summary>
    /// Whether a new session would miss nothing but silence: neither side is speaking, and no response, function call, transcript or reply of the server is expected.
    /// </summary>
    private bool IsQuiet => !_replies.HasReplies && !_replies.IsUserSpeaking && _playing is null && _responses.All.Count == 0 && _calls.OpenCalls.Count == 0 && !HasResults && !IsContinuing
        && _userTurns.NextTimeout is null && _requests == 0 && (Effective.DetectsTurns || _input.Buffer.Duration == TimeSpan.Zero);

    private Task StopRenewingAsync() => _renewal is null ? Task.CompletedTask : CancelAsync(_endRequested);

    /// <summary>Stops the reading when it is time for a renewal. Called under the lock.</summary>
    private void RenewWhenQuiet()
    {
        if (_renewal is null || _isRenewing || _isReadingStopRequested || _requestedEnd is not null || _end is not null)
            return;
        if (!_renewal.IsOverdue && !(_renewal.IsDue && IsQuiet))
            return;

        // Counted as work until the renewal begins: otherwise a virtual clock could pass the end of the session first.
        (_isReadingStopRequested, _isReadingStopCounted) = (true, true);
        _work?.BeginWork();

        // Deferred, because callbacks of a cancellation run on the canceling thread.
        Defer(CancelReadingAsync);
    }

    private void EndReadingStop()
    {
        lock (_lock)
        {
            if (!_isReadingStopCounted)
                return;
            _isReadingStopCounted = false;
            _work?.EndWork();
        }
    }

    /// <summary>Plans the renewal of a session that has begun. The session of a call is not renewed, because it ends with the call.</summary>
    private void ScheduleRenewal()
    {
        if (_connection.CallId is null)
            _renewal!.BeginSession(_connection.Session?.ExpiresAt);
        else
            _renewal!.JoinCall();
    }

    /// <summary>Opens the next session, or continues with the current one.</summary>
    /// <param name="read">How the reading of the current session ended.</param>
    /// <returns>Whether there is a session to read.</returns>
    private async Task<bool> RenewAsync((bool IsCanceled, Exception? Exception) read)
    {
        if (_renewal is null)
            return false;
        EndReadingStop();
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
            // Events that were received but not yet handled may have begun a response or speech.
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
            // The current session stays open until the next one has the history, so a failure loses nothing.
            if (!await OpenNextSessionAsync(gap).Counted(_work))
                Change(Resume);
        }
#pragma warning disable CA1031 // the session continues; if it ends, the reading loop reports why
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Change(() =>
            {
                renewal.Postpone(exception);
                if (_requestedEnd is null)
                    WarnOfFailedAttempt(exception);
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
                EndSession(gap);
            else
                DetachFromCall(gap);
        });
        var failure = exception;
        while (TryBeginAttempt(renewal, failure, out var delay))
        {
            try
            {
                if (delay > TimeSpan.Zero)
                    await Task.Delay(delay, _time, _endRequested.Token).Counted(_work);
                if (await OpenNextSessionAsync(gap).Counted(_work))
                    return true;
                break;
            }
#pragma warning disable CA1031 // the failure determines whether there is another attempt
            catch (Exception e)
#pragma warning restore CA1031
            {
                // The end was requested during the attempt, so its failure is not a problem to report.
                if (_endRequested.IsCancellationRequested)
                    return false;
                failure = e;
                Change(() => WarnOfFailedAttempt(e));
                if (!RenewalPlan.IsRecoverable(e))
                    break;
            }
        }

        // The call has ended while the conversation was not attached to it.
        if (_connection.CallId is not null && failure is RealtimeApiException { Kind: RealtimeApiErrorKind.NotFound })
            Change(() => _requestedEnd ??= HangUpReason);
        else if (exception is null || (failure is not null && !RenewalPlan.IsRecoverable(failure)))
            _renewalFailure = failure;
        return false;
    }

    private bool TryBeginAttempt(RenewalPlan renewal, Exception? failure, out TimeSpan delay)
    {
        lock (_lock)
        {
            delay = TimeSpan.Zero;
            return _requestedEnd is null && renewal.TryBeginAttempt(failure, out delay);
        }
    }

    /// <summary>Opens the next session, adds the history to it, and continues with it.</summary>
    /// <returns>Whether the conversation continues; otherwise its end was requested.</returns>
    private async Task<bool> OpenNextSessionAsync(SessionGap gap)
    {
        var token = _endRequested.Token;
        var agent = _connection.CallId is null ? await PrepareNextAsync(token).Counted(_work) : Agent;
        var connection = await _opener!.OpenAsync(agent, token).Counted(_work);
        var isAdopted = false;
        try
        {
            if (connection.CallId is null)
                await TransferHistoryAsync(connection, gap, token).Counted(_work);
            isAdopted = TryAdopt(connection, agent, gap);
            if (isAdopted)
                ConversationMetrics.RecordRenewal(gap.Reason);
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
        if (UnpreparedAgent.Prepare is null)
            return Agent;
        try
        {
            return await RunCallbackAsync(() => PrepareAsync(_inCharge, cancellationToken), _options.Limits.ReplyTimeout, cancellationToken).Counted(_work);
        }
#pragma warning disable CA1031 // the app's code must not end the conversation
        catch (Exception exception) when (!_endRequested.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Renewal, $"The Prepare callback of the agent '{PeerText.Sanitize(UnpreparedAgent.Name)}' failed. The agent continues unchanged.", exception: exception));
            return Agent;
        }
    }

    /// <summary>Runs a callback of the app on another thread, because it may block its thread or never return.</summary>
    private async Task<T> RunCallbackAsync<T>(Func<Task<T>> callback, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var result = new CountedSource<T>(_work);
        _callbacks.Run(async () =>
        {
            _isInCallback.Value = true;
            try
            {
                result.SetResult(await callback().ConfigureAwait(true));
            }
#pragma warning disable CA1031 // the exception is passed to the caller
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result.SetException(exception);
            }
        });

        // After the timeout, no code awaits the task. Its exception is observed, so that it does not raise UnobservedTaskException.
        _ = result.Task.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await result.Task.WaitAsync(timeout, _time, cancellationToken).Counted(_work);
    }

    /// <summary>Continues with another connection; returns false if the end was requested.</summary>
    private bool TryAdopt(RealtimeConnection connection, RealtimeAgent agent, SessionGap gap)
    {
        RealtimeConnection? previous = null;
        RegisterAudioHandler(connection);
        Change(() =>
        {
            if (_requestedEnd is not null)
                return;
            previous = _connection;

            // Audio of the previous session must not be played after the switch.
            previous.OnOutputAudio(null);
            if (connection.CallId is null)
                ResetSessionState(gap);
            (_connection, Agent) = (connection, agent);
            (FirstSession, Effective) = (connection.Session, EffectiveSession.From(connection.Session, agent));
            ScheduleRenewal();
            RecordConnected(connection, gap.Reason);
            Publish(gap);
            Resume();
        });
        if (previous is null)
            return false;

        // Not awaited: the close of the previous connection must not delay the new session.
        _ = previous.DisposeAsync().AsTask();
        if (gap.IsCutOff && connection.CallId is null && _renewal!.Options.ReplyAfterLoss is { } reply)
            Respond(reply);
        return true;
    }

    /// <summary>Discards the state that belongs to the previous session, and reports its lost audio.</summary>
    private void ResetSessionState(SessionGap gap)
    {
        _outbox.Clear();
        _items.Clear();
        _deletions.Clear();
        _switches.Clear();
        _hasSpoken = false;
        var held = _input.Buffer.Reset(_gapAudio!.Duration);
        var uncertain = _gapAudio.TakeLost();

        // With turn detection, audio in which no speech was detected is silence, whose loss does not matter.
        gap.AddLostAudio(Effective.DetectsTurns ? gap.LostSpeech + uncertain : held);
    }

    /// <summary>Stops sending events and requesting replies.</summary>
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

    private void WarnOfFailedAttempt(Exception exception) =>
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
        _log.AddRenewal(update);
        _updates.Publish(update);
    }

    /// <summary>Waits until there is a session, and returns its connection.</summary>
    private async Task<RealtimeConnection> WhenConnectedAsync(CancellationToken cancellationToken)
    {
        // Without a timeout: the renewal has its own limits, and the end of the conversation ends the wait.
        if (_isRenewing)
            await WhenAsync(() => !_isRenewing, Timeout.InfiniteTimeSpan, message: null, cancellationToken).Counted(_work);
        return _connection;
    }

    /// <summary>Makes a request to the server. While it is pending, the session is not renewed on schedule.</summary>
    private async Task<T> RequestAsync<T>(Func<RealtimeConnection, Task<T>> request, CancellationToken cancellationToken)
    {
        RealtimeConnection? connection;
        do
        {
            // A renewal may begin between the wait and the request.
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
            // After the end, a request fails on the closed connection instead of waiting for a session.
            if (_isRenewing && _end is null)
                return null;
            _requests++;
            return _connection;
        }
    }
}
