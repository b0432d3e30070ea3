namespace Realtime.Sdk.Internal;

/// <content>
/// Playback by the service, as in a call: the service stops and truncates by itself, and reports only times of whole responses. The client of a relay plays in the same way;
/// <see cref="RelayPlayback"/> reports its estimated playback with the same events.
/// </content>
internal sealed partial class ConversationEngine
{
    /// <summary>Longer than any session, and short enough that durations can be added without overflow.</summary>
    private static readonly TimeSpan MaxHeard = TimeSpan.FromDays(1);

    private readonly HashSet<ReplyRequest> _uninterruptible = [];

    /// <summary>The responses that were generated and whose playback the service has not yet reported.</summary>
    private IEnumerable<ResponseState> AwaitingServicePlayback =>
        IsPlayedElsewhere && _playing is null ? _responses.All.Where(response => response is { IsDone: true, IsPlayingElsewhere: false, PendingAudio.Count: > 0 }) : [];

    /// <summary>Handles an event of playback that the server did not send.</summary>
    public void HandlePlayback(ServerEvent playback) => Change(ApplyServicePlayback, playback);

    private void ApplyServicePlayback(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case OutputAudioBufferStartedEvent { ResponseId: var id } when FindPlayedElsewhere(id) is { } response:
                (response.IsPlayingElsewhere, response.HasAudio, response.PlaybackStartedAt) = (true, true, _time.GetTimestamp());
                _playing = response;
                _playingSince = response.PlaybackStartedAt;
                _telemetry.RecordPlaybackStart(response);
                break;
            case OutputAudioBufferStoppedEvent { ResponseId: var id } when FindPlayedElsewhere(id) is { } response:
                EndServicePlayback(response, isComplete: true);
                break;
            case OutputAudioBufferClearedEvent { ResponseId: var id }:
                HandleOutputBufferCleared(FindPlayedElsewhere(id));
                break;
            default:
                break;
        }
    }

    private ResponseState? FindPlayedElsewhere(string responseId) => IsPlayedElsewhere ? _responses.Find(responseId) : null;

    /// <summary>Expects the service to play text that is spoken in a call. The playback may begin after everything was generated.</summary>
    private void ExpectPlayback(ResponseContentEvent content)
    {
        if (!IsPlayedElsewhere || FindItem(content.ResponseId, content.ItemId) is not { } item || _responses.Find(content.ResponseId) is not { IsStopped: false } response)
            return;
        if (!item.HasAudio)
            response.PendingAudio.Add(item.Id);
        item.HasAudio = response.HasAudio = true;
    }

    /// <summary>Handles the event that the service has discarded its audio. This includes responses that were queued behind the one being played, which the event does not list.</summary>
    private void HandleOutputBufferCleared(ResponseState? playing)
    {
        if (playing is not null)
            EndServicePlayback(playing, isComplete: false);
        if (!IsPlayedElsewhere)
            return;
        foreach (var response in _responses.All.Where(response => response is { IsPlayingElsewhere: false, PendingAudio.Count: > 0 }).ToList())
            DropUnplayed(response);
    }

    /// <summary>Ends the playback of a response that the service will not begin to play.</summary>
    private void DropUnplayed(ResponseState response)
    {
        response.PendingAudio.Clear();
        response.MarkStopped(_time.GetTimestamp());
        if (response.Turn is { } turn)
            turn.WasInterrupted = true;
        foreach (var item in response.Items.Where(item => item.HasAudio))
            item.WasStopped = true;
        TrySettle(response);
    }

    /// <summary>Assumes that a response was heard if its playback was not reported in time, because not all services report it.</summary>
    private void ExpireServicePlayback()
    {
        foreach (var response in AwaitingServicePlayback.Where(response => _time.GetElapsedTime(response.DoneAt) >= _options.Limits.ReplyTimeout).ToList())
        {
            response.PendingAudio.Clear();
            foreach (var item in response.Items)
                item.WasHeardCompletely = true;
            TrySettle(response);
        }
    }

    private void EndServicePlayback(ResponseState response, bool isComplete)
    {
        var rest = response.IsPlayingElsewhere ? _time.GetElapsedTime(response.PlaybackStartedAt) : TimeSpan.Zero;
        response.IsPlayingElsewhere = false;
        response.PendingAudio.Clear();
        if (_playing == response)
            _playing = null;
        if (!isComplete)
        {
            response.MarkStopped(_time.GetTimestamp());
            _telemetry.RecordPlaybackStop(response);
        }
        if (!isComplete && response.Turn is { } turn)
            turn.WasInterrupted = true;
        foreach (var item in response.Items)
        {
            // The service reports only the duration of the response. It is distributed over the items by the speaking rate; the last item gets the rest.
            var share = item == response.Items[^1] ? rest : _heardText.EstimateDuration(item.Text.Length, rest);
            rest -= share;
            (item.HasAudio, item.Duration, item.HeardDuration, item.WasHeardCompletely, item.WasStopped) = (true, share, share, isComplete, !isComplete);
            if (isComplete)
                _heardText.UpdateRate(item.Text.Length, share);
            else
                item.HeardLength = _heardText.EstimateLength(item.Text.Slice(0).Span, share, TimeSpan.Zero, isComplete: false);
        }
        TrySettle(response);
    }

    /// <summary>Handles the truncation of an item, at an interruption in a call or at the request of another client.</summary>
    private void HandleItemTruncated(string itemId, TimeSpan audioEnd)
    {
        // With a local player, the conversation has requested the truncation itself, and knows what was heard.
        if (!IsPlayedElsewhere || _turns.Find(itemId) is not { Turn.Role: TurnRole.Agent } item)
            return;
        audioEnd = TimeSpan.FromTicks(Math.Clamp(audioEnd.Ticks, 0, MaxHeard.Ticks));
        (item.HasAudio, item.HeardDuration, item.WasHeardCompletely, item.WasStopped) = (true, audioEnd, false, true);
        if (item.Duration < audioEnd)
            item.Duration = audioEnd;
        item.HeardLength = _heardText.EstimateLength(item.Text.Slice(0).Span, audioEnd, TimeSpan.Zero, isComplete: false);
        item.Turn.WasInterrupted = true;
        RecordHeard(item);
        _turns.NotifyChanged(item.Turn);
        if (_responses.All.FirstOrDefault(response => response.Items.Contains(item)) is { } response && response.PendingAudio.Remove(itemId))
        {
            response.MarkStopped(_time.GetTimestamp());
            TrySettle(response);
        }
    }

    /// <summary>Instructs the service not to interrupt a reply, because in a call the conversation cannot replace the user's audio with silence.</summary>
    private void BeginUninterruptible(ReplyRequest request)
    {
        // Nothing needs to be turned off if speech does not interrupt, unless the conversation has turned that off itself.
        if (!IsPlayedElsewhere || request.Options.AllowInterruptions || (_uninterruptible.Count == 0 && !Effective.IsInterruptedBySpeech))
            return;
        if (_uninterruptible.Add(request) && _uninterruptible.Count == 1)
            SendTurnDetection(interrupts: false);
    }

    /// <summary>Lets the service interrupt again when no reply that must not be interrupted is left.</summary>
    private void EndUninterruptible()
    {
        if (_uninterruptible.Count > 0 && _uninterruptible.RemoveWhere(request => request.IsHeard) > 0 && _uninterruptible.Count == 0 && _end is null)
            SendTurnDetection(interrupts: true);
    }

    /// <summary>Updates turn detection. Automatic responses stay off if they were turned off, which the effective session may not yet show.</summary>
    /// <param name="interrupts">Whether speech interrupts; null does not change it.</param>
    private void SendTurnDetection(bool? interrupts)
    {
        interrupts ??= _uninterruptible.Count > 0 ? false : null;
        bool? answers = _turnOffAttempts > 0 ? false : null;
        TurnDetection? detection = Effective.TurnDetection switch
        {
            SemanticVad vad => vad with { InterruptResponse = interrupts ?? vad.InterruptResponse, CreateResponse = answers ?? vad.CreateResponse },
            ServerVad vad => vad with { InterruptResponse = interrupts ?? vad.InterruptResponse, CreateResponse = answers ?? vad.CreateResponse },

            // The server has not reported its turn detection, which is server_vad by default.
            null => new ServerVad { InterruptResponse = interrupts, CreateResponse = answers },
            _ => null,
        };
        if (detection is not null)
            _outbox.Add(new SessionUpdateEvent { EventId = _outbox.NewEventId(), Session = new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = detection } } } });
    }
}
