using System.Globalization;

namespace Realtime.Sdk.Internal;

/// <content>The checks that report a conversation in which something is wrong although no error was reported.</content>
internal sealed partial class ConversationEngine
{
    private readonly ConversationWatchdog _watchdog;

    /// <summary>The time until the next check; null if there is none.</summary>
    private TimeSpan? WatchdogTimeLeft
    {
        get
        {
            var left = Earliest(_watchdog.Silence?.TimeLeft, _watchdog.UserSilence?.TimeLeft);
            foreach (var response in _responses.All)
                left = Earliest(left, GetStallTimeLeft(response));
            return Earliest(left, _replies.HoldTimeLeft);
        }
    }

    /// <summary>
    /// Resets the checks when the session is about to be renewed, and when the new one has begun: nothing is expected of the previous session anymore. Called under the lock.
    /// </summary>
    /// <param name="isPaused">Whether nothing is expected of the server until the next call.</param>
    private void ResetWatchdog(bool isPaused = false)
    {
        _watchdog.Silence?.End();
        _watchdog.Speech?.RecordEvent();
        (_watchdog.IsPaused, _watchdog.IsUserSpeaking, _watchdog.IsCommitPending) = (isPaused, false, false);

        // The time of the renewal does not count.
        foreach (var response in _responses.All)
            response.LastEventAt = _time.GetTimestamp();
    }

    /// <summary>Updates the checks with an event, before it is handled.</summary>
    private void TrackEvent(ServerEvent serverEvent)
    {
        _watchdog.Silence?.End();
        _watchdog.Speech?.RecordEvent();
        TrackResponseEvent(serverEvent);
        switch (serverEvent)
        {
            case InputAudioBufferSpeechStartedEvent:
                _watchdog.IsUserSpeaking = true;
                break;
            case InputAudioBufferSpeechStoppedEvent:
                _watchdog.IsUserSpeaking = false;
                break;
            case InputAudioBufferCommittedEvent or InputAudioBufferClearedEvent:
                (_watchdog.IsUserSpeaking, _watchdog.IsCommitPending) = (false, false);
                _watchdog.UserSilence?.End();
                break;
            case ConversationItemAddedEvent { Item: MessageItem { Role: var role } } when role == ItemRole.User:
                _watchdog.UserSilence?.End();
                break;

            // A refusal answers the commit, too.
            case ErrorEvent { Error.EventId: { Length: > 0 } eventId } when eventId == _commitEventId:
                _watchdog.IsCommitPending = false;
                break;
            case RateLimitsUpdatedEvent { RateLimits: var limits }:
                HandleRateLimits(limits);
                break;
            default:
                break;
        }
    }

    private void TrackResponseEvent(ServerEvent serverEvent)
    {
        var id = serverEvent switch
        {
            ResponseContentEvent content => content.ResponseId,
            ResponseOutputItemAddedEvent added => added.ResponseId,
            ResponseOutputItemDoneEvent done => done.ResponseId,
            ResponseFunctionCallArgumentsDeltaEvent delta => delta.ResponseId,
            ResponseFunctionCallArgumentsDoneEvent done => done.ResponseId,
            OutputAudioBufferStartedEvent started => started.ResponseId,
            OutputAudioBufferStoppedEvent stopped => stopped.ResponseId,
            _ => null,
        };
        if (id is not null)
        {
            _responses.Find(id)?.RecordEvent(_time.GetTimestamp());
        }
        else if (serverEvent.Type.StartsWith("response.", StringComparison.Ordinal))
        {
            // Other events, including types that this version does not know, count for all responses.
            foreach (var response in _responses.All)
                response.RecordEvent(_time.GetTimestamp());
        }
    }

    /// <summary>Updates the checks with a piece of the agent's audio, before it is handled.</summary>
    private void TrackAudio(in OutputAudioDelta audio)
    {
        var now = _time.GetTimestamp();

        // Postponed, not ended: audio does not call UpdateWatchdog, which would set the next expectation.
        _watchdog.Silence?.Postpone(now);
        _watchdog.Speech?.RecordEvent();
        var response = _responses.Find(audio.ResponseId);
        response?.RecordEvent(now);

        // Audio of a stopped response is discarded, so it is not heard.
        if (response is not { IsStopped: true })
            _watchdog.AddAudio(now, (double)audio.Audio.Length / Effective.OutputFormat.BytesPerSecond);
    }

    /// <summary>Updates the checks with a piece of the user's audio, outside the lock.</summary>
    private void TrackInput(ReadOnlySpan<byte> audio)
    {
        var session = Effective;
        if (!session.DetectsTurns)
        {
            _watchdog.UserSilence?.RecordInput();
            return;
        }
        if (_watchdog is not { Speech: { } speech, IsPaused: false })
            return;

        // The format may have changed since the audio was converted.
        var whole = audio[..^(audio.Length % session.InputFormat.BytesPerSample)];
        if (speech.Observe(whole, session.InputFormat, _watchdog.IsUserSpeaking, Volatile.Read(ref _playing) is not null, TrailingSilence.GetMaxDuration(session.TurnDetection, wasSpeaking: true)))
            Change(WarnOfUnreportedSpeech);
    }

    private void WarnOfUnreportedSpeech()
    {
        // The silence may have been reported for another reason.
        if (_end is null && _watchdog is { IsPaused: false, Silence: { } silence } && silence.TryReport())
            WarnOfSilence(_watchdog.IsUserSpeaking ? "the user has stopped speaking" : "the user's audio is loud enough to be speech");
    }

    private void WarnOfSilence(string cause) =>
        Warn(WarningKind.ServerSilent, $"The server has sent no event for {FormatSeconds(_watchdog.Options.ServerSilence!.Value)} seconds, although {cause}.");

    /// <summary>Updates what is expected, after each change of the state and its status.</summary>
    private void UpdateWatchdog()
    {
        foreach (var response in _responses.All)
        {
            if (!response.IsDone)
                response.SetBusy(HasOpenCall(response) || response.IsPlayingElsewhere, _time);
        }
        _watchdog.Silence?.Expect(GetExpectationCause());
        _watchdog.UserSilence?.Update(_updates.Status == ConversationStatus.Listening && !IsMuted);
    }

    /// <summary>Returns why an event of the server is expected; null if none is.</summary>
    private string? GetExpectationCause()
    {
        if (_watchdog.IsPaused)
            return null;
        if (_watchdog.IsCommitPending)
            return "audio was committed";
        if (_responses.Requested is not null || _responses.OutOfBand.Count > 0)
            return "a response was requested";
        foreach (var response in _responses.All)
        {
            if (!response.IsDone && !HasOpenCall(response))
                return "a response is being generated";
        }
        return _replies.IsAnswerExpected ? "an answer to the user is expected" : null;
    }

    private static bool HasOpenCall(ResponseState response)
    {
        if (response.Calls is { Calls: var calls })
        {
            foreach (var call in calls)
            {
                if (call is { IsOver: false, IsInForeground: true })
                    return true;
            }
        }
        return false;
    }

    /// <summary>Reports the checks whose time is over. Called under the lock.</summary>
    private void ExpireWatchdog()
    {
        if (_end is not null)
            return;
        if (_watchdog.Silence?.Expire() is { } cause)
            WarnOfSilence(cause);
        foreach (var response in _responses.All.Where(response => GetStallTimeLeft(response) is { Ticks: <= 0 }).ToList())
            HandleStall(response);
        if (_watchdog.UserSilence is { } silence && silence.Expire())
            Warn(WarningKind.UserIdle, $"Neither side has spoken for {FormatSeconds(_watchdog.Options.UserSilence!.Value)} seconds.");
        if (_watchdog.RateLimits is { } limits && limits.Expire())
            HoldReplies(null);
    }

    /// <summary>Returns the time until a response counts as stalled; null if it cannot.</summary>
    private TimeSpan? GetStallTimeLeft(ResponseState response)
    {
        if (_watchdog.Options.ResponseTimeout is not { } timeout || _watchdog.IsPaused || response is not { IsDone: false, IsStopped: false, IsBusy: false, IsStalled: false })
            return null;

        // Time in which audio is heard does not count. It is estimated from the audio received, because the player reports only complete items.
        return timeout - _time.GetElapsedTime(response.HasAudio ? Math.Max(response.LastEventAt, _watchdog.AudioUntil) : response.LastEventAt);
    }

    private void HandleStall(ResponseState response)
    {
        var (timeout, cancels) = (_watchdog.Options.ResponseTimeout!.Value, _watchdog.Options.CancelStalledResponses);
        response.IsStalled = true;
        var message = $"The server has sent no event of a response for {FormatSeconds(timeout)} seconds.";
        Warn(WarningKind.ResponseStalled, cancels ? $"{message} The response is canceled." : message);
        if (!cancels)
            return;
        var exception = new RealtimeTimeoutException(RealtimeDeadline.Reply, timeout, message);

        // Before the stop, which would end the reply as canceled: the first result counts.
        CompleteRequest(response, new() { Status = ReplyStatus.Failed, Text = GetResponseText(response), Exception = exception });
        StopResponses([response], isInterruption: false);
        CountFailure(message, exception);
    }

    /// <summary>Settles stalled responses that were canceled and that the server does not know.</summary>
    private void AbandonStalled()
    {
        foreach (var response in _responses.All.Where(response => response is { IsStalled: true, IsStopped: true, IsDone: false }).ToList())
            AbandonResponse(response);
        _replies.SendNext();
    }

    /// <summary>Counts a response or a request that has failed.</summary>
    private void CountFailure(string message, Exception? exception)
    {
        // Equal, not greater, so that it is reported once until a response is completed.
        if (++_watchdog.Failures == _watchdog.Options.RepeatedFailures && _end is null)
            Warn(WarningKind.RepeatedFailures, $"{_watchdog.Failures} responses in a row have failed or are incomplete. {message}", (exception as RealtimeApiException)?.Error, exception);
    }

    private void HandleRequestFailure(Exception exception) => CountFailure(PeerText.Sanitize(exception.Message).ToString(), exception);

    private void HandleRateLimits(IReadOnlyList<RateLimit> updated)
    {
        if (_watchdog.RateLimits is not { } limits)
            return;
        if (limits.Expire())
            HoldReplies(null);
        foreach (var limit in limits.Update(updated) ?? [])
        {
            var reset = limit.Reset is { Ticks: > 0 } wait ? $", reset in {FormatSeconds(wait)} seconds" : "";
            Warn(WarningKind.RateLimit, $"The rate limit \"{PeerText.Sanitize(limit.Name)}\" is nearly used up: {limit.Remaining} of {limit.Limit} remaining{reset}.");
        }
        if (_watchdog.Options.WaitForRateLimits)
            HoldReplies(limits.HeldUntil);
    }

    /// <summary>Lets queued replies wait until a timestamp; null requests them.</summary>
    private void HoldReplies(long? until)
    {
        _replies.HeldUntil = until;
        _replies.SendNext();
    }

    /// <summary>Reports models and prompts that are about to be shut down, once for each.</summary>
    private void WarnOfModelEnd(RealtimeSessionConfiguration requested, RealtimeSession? effective)
    {
        if (_watchdog.Options.ModelNotice is not { } notice)
            return;
        var reported = effective?.Configuration as RealtimeSessionConfiguration;
        var transcription = (reported?.Audio?.Input?.Transcription ?? requested.Audio?.Input?.Transcription) as TranscriptionConfiguration;
        foreach (var model in new[] { reported?.Model ?? requested.Model, transcription?.Model })
        {
            if (model is not null && ModelLifetimes.EndsWithin(model, notice, _time) && _watchdog.Reported.Add(model))
                Change(() => Warn(WarningKind.ModelEnd, $"The model \"{PeerText.Sanitize(model)}\" {ModelLifetimes.GetRule(model, _time)}."));
        }

        // The empty string stands for stored prompts, which end together.
        if ((reported?.Prompt ?? requested.Prompt) is StoredPrompt && ModelLifetimes.StoredPromptsEndWithin(notice, _time) && _watchdog.Reported.Add(""))
            Change(() => Warn(WarningKind.ModelEnd, $"The session has a stored prompt, which {ModelLifetimes.GetStoredPromptsRule(_time)}."));
    }

    private static TimeSpan? Earliest(TimeSpan? first, TimeSpan? second) => second is null || first <= second ? first : second;

    private static string FormatSeconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
