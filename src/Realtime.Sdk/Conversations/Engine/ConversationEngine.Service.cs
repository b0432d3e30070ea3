namespace Realtime.Sdk.Internal;

/// <content>Playback by the service, as in a call: the service stops and truncates by itself, and reports only times of whole responses.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>Longer than any session, and short enough that durations can be added without overflow.</summary>
    private static readonly TimeSpan MaxHeard = TimeSpan.FromDays(1);

    private readonly HashSet<ReplyRequest> _uninterruptible = [];

    /// <summary>The responses that are generated and whose playback the service has not announced.</summary>
    private IEnumerable<ResponseState> Unannounced =>
        IsPlayedByService && _sounding is null ? _responses.All.Where(response => response is { IsDone: true, IsPlayedByService: false, Unheard.Count: > 0 }) : [];

    private void ApplyServicePlayback(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case OutputAudioBufferStartedEvent { ResponseId: var id } when Known(id) is { } response:
                (response.IsPlayedByService, response.HasAudio, response.PlayedSince) = (true, true, _time.GetTimestamp());
                _sounding = response;
                _soundingSince = response.PlayedSince;
                _telemetry.SoundStarted(response);
                break;
            case OutputAudioBufferStoppedEvent { ResponseId: var id } when Known(id) is { } response:
                StoppedByService(response, isWhole: true);
                break;
            case OutputAudioBufferClearedEvent { ResponseId: var id }:
                ClearedByService(Known(id));
                break;
            default:
                break;
        }
    }

    private ResponseState? Known(string responseId) => IsPlayedByService ? _responses.Find(responseId) : null;

    /// <summary>Called when text is spoken in a call. It counts as heard when the service has played it, which may begin after everything was generated.</summary>
    private void ExpectPlayback(ResponseContentEvent content)
    {
        if (!IsPlayedByService || FindItem(content.ResponseId, content.ItemId) is not { } item || _responses.Find(content.ResponseId) is not { IsCut: false } response)
            return;
        if (!item.HasAudio)
            response.Unheard.Add(item.Id);
        item.HasAudio = response.HasAudio = true;
    }

    /// <summary>Called when the service has discarded its audio: the response that was being played and, although it does not report them, those that were queued behind it.</summary>
    private void ClearedByService(ResponseState? playing)
    {
        if (playing is not null)
            StoppedByService(playing, isWhole: false);
        if (!IsPlayedByService)
            return;
        foreach (var response in _responses.All.Where(response => response is { IsPlayedByService: false, Unheard.Count: > 0 }).ToList())
            DropUnplayed(response);
    }

    /// <summary>Called when the service will not play a response that it has not begun to play.</summary>
    private void DropUnplayed(ResponseState response)
    {
        response.Unheard.Clear();
        response.SetCut(_time.GetTimestamp());
        if (response.Turn is { } turn)
            turn.WasInterrupted = true;
        foreach (var item in response.Items.Where(item => item.HasAudio))
            item.WasCut = true;
        TrySettle(response);
    }

    /// <summary>Assumes that a response was heard if the service has not reported its playback for too long: not all services do.</summary>
    private void ExpireUnannounced()
    {
        foreach (var response in Unannounced.Where(response => _time.GetElapsedTime(response.DoneAt) >= _options.Limits.ReplyTimeout).ToList())
        {
            response.Unheard.Clear();
            foreach (var item in response.Items)
                item.WasHeardWhole = true;
            TrySettle(response);
        }
    }

    private void StoppedByService(ResponseState response, bool isWhole)
    {
        var rest = response.IsPlayedByService ? _time.GetElapsedTime(response.PlayedSince) : TimeSpan.Zero;
        response.IsPlayedByService = false;
        response.Unheard.Clear();
        if (_sounding == response)
            _sounding = null;
        if (!isWhole)
        {
            response.SetCut(_time.GetTimestamp());
            _telemetry.SoundStopped(response);
        }
        if (!isWhole && response.Turn is { } turn)
            turn.WasInterrupted = true;
        foreach (var item in response.Items)
        {
            // The service reports only the duration of the response. It is distributed over the items by the speaking rate; the last item gets the rest.
            var share = item == response.Items[^1] ? rest : _heardText.DurationOf(item.Text.Length, rest);
            rest -= share;
            (item.HasAudio, item.Duration, item.Heard, item.WasHeardWhole, item.WasCut) = (true, share, share, isWhole, !isWhole);
            if (isWhole)
                _heardText.Learn(item.Text.Length, share);
            else
                item.HeardLength = _heardText.Estimate(item.Text.Slice(0).Span, share, TimeSpan.Zero, isWhole: false);
        }
        TrySettle(response);
    }

    /// <summary>Called when the server has truncated an item: at an interruption in a call, or because another client asked for it.</summary>
    private void ItemTruncated(string itemId, TimeSpan audioEnd)
    {
        if (!IsPlayedByService || _turns.Find(itemId) is not { Turn.Role: TurnRole.Agent } item)
            return;
        audioEnd = TimeSpan.FromTicks(Math.Clamp(audioEnd.Ticks, 0, MaxHeard.Ticks));
        (item.HasAudio, item.Heard, item.WasHeardWhole, item.WasCut) = (true, audioEnd, false, true);
        if (item.Duration < audioEnd)
            item.Duration = audioEnd;
        item.HeardLength = _heardText.Estimate(item.Text.Slice(0).Span, audioEnd, TimeSpan.Zero, isWhole: false);
        item.Turn.WasInterrupted = true;
        NoteHeard(item);
        _turns.Changed(item.Turn);
        if (_responses.All.FirstOrDefault(response => response.Items.Contains(item)) is { } response && response.Unheard.Remove(itemId))
        {
            response.SetCut(_time.GetTimestamp());
            TrySettle(response);
        }
    }

    /// <summary>Instructs the service not to interrupt a reply that is requested now, since the audio of the user cannot be held back in a call.</summary>
    private void BeginUninterruptible(ReplyRequest request)
    {
        if (!IsPlayedByService || request.Options.AllowInterruptions || (_uninterruptible.Count == 0 && !Effective.IsInterruptedBySpeech))
            return;
        if (_uninterruptible.Add(request) && _uninterruptible.Count == 1)
            SendTurnDetection(interrupts: false);
    }

    /// <summary>Lets the service interrupt again once every reply that must not be interrupted has ended in any way.</summary>
    private void EndUninterruptible()
    {
        if (_uninterruptible.Count > 0 && _uninterruptible.RemoveWhere(request => request.IsHeard) > 0 && _uninterruptible.Count == 0 && _end is null)
            SendTurnDetection(interrupts: true);
    }

    /// <summary>Updates turn detection. Automatic answers stay off if they were turned off: the effective session may not show it yet.</summary>
    /// <param name="interrupts">Whether speech interrupts; null does not change it.</param>
    private void SendTurnDetection(bool? interrupts)
    {
        interrupts ??= _uninterruptible.Count > 0 ? false : null;
        bool? answers = _turningsOff > 0 ? false : null;
        TurnDetection? detection = Effective.TurnDetection switch
        {
            SemanticVad vad => vad with { InterruptResponse = interrupts ?? vad.InterruptResponse, CreateResponse = answers ?? vad.CreateResponse },
            ServerVad vad => vad with { InterruptResponse = interrupts ?? vad.InterruptResponse, CreateResponse = answers ?? vad.CreateResponse },
            null => new ServerVad { InterruptResponse = interrupts, CreateResponse = answers },
            _ => null,
        };
        if (detection is not null)
            _outbox.Add(new SessionUpdateEvent { EventId = _outbox.NewEventId(), Session = new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = detection } } } });
    }

}
