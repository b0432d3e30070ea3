namespace Realtime.Sdk.Internal;

/// <content>The agent's audio, which is played here or by the service.</content>
internal sealed partial class ConversationEngine : IPlaybackHost
{
    private readonly Playback? _playback;
    private readonly Queue<(string ResponseId, string? ItemId)> _toComplete = [];
    private readonly Queue<Func<Task>> _deferred = [];

    /// <summary>The items that the conversation itself deletes, and the IDs of the events that do.</summary>
    private readonly OrderedDictionary<string, string> _deletions = [];

    /// <summary>The response that is heard; null if none is.</summary>
    private ResponseState? _sounding;
    private long _soundingSince;

    /// <summary>Whether the service plays the audio, as in a call.</summary>
    private bool IsPlayedByService => _playback is null;

    /// <summary>Receives the output audio, which then bypasses the connection's read loop.</summary>
    public void HandleAudio(in OutputAudioDelta audio)
    {
        if (audio.Audio.IsEmpty)
            return;
        SampleFormat format;
        bool hasDecided;
        lock (_lock)
        {
            NoteAudio(audio);
            if (_end is not null || FindItem(audio.ResponseId, audio.ItemId) is not { } item || _responses.Find(audio.ResponseId) is not { IsCut: false } response)
                return;
            format = Effective.OutputFormat;
            item.HasAudio = response.HasAudio = true;
            var bytes = audio.Audio.Length + item.PartialSample;
            item.PartialSample = bytes % format.BytesPerSample;
            item.Duration += format.DurationOf(bytes - item.PartialSample);
            response.Unheard.Add(item.Id);
            _telemetry.AudioReceived(response);
            hasDecided = HasDecided;
        }
        NotifyAudio(AudioDirection.Output, format, audio.Audio);
        _playback?.Add(audio.ResponseId, audio.ItemId, audio.Audio, format);
        if (hasDecided)
            Flush();
    }

    public void PlaybackStarted(string responseId, string itemId) => Change(() =>
    {
        if (_responses.Find(responseId) is not { } response)
            return;
        if (_sounding is null)
            _soundingSince = _time.GetTimestamp();
        _sounding = response;
        _telemetry.SoundStarted(response);
    });

    public void ItemPlayed(string responseId, string itemId, TimeSpan played) => Change(() =>
    {
        if (_responses.Find(responseId) is not { } response || FindItem(response, itemId) is not { } item)
            return;
        if (response.IsOverflowed)
        {
            SetHeard(response, item, played);
        }
        else
        {
            (item.Heard, item.WasHeardWhole) = (played, true);
            _heardText.Learn(item.Text.Length, played);
        }
        response.Unheard.Remove(itemId);
        TrySettle(response);
    });

    public void PlaybackIdle() => Change(() =>
    {
        _sounding = null;
        _watchdog.AudioEnded();
    });

    public void PlayerReplaced(Exception? exception, string reason) =>
        Change(() => Warn(WarningKind.Player, reason, exception: exception));

    public void BufferFull(string responseId) => Change(() =>
    {
        Warn(WarningKind.Player, $"More than {_options.Limits.MaxBufferedAudioBytes} bytes of audio are waiting for the player. The response is canceled, and the audio received so far is played.");
        if (_responses.Find(responseId) is not { } response)
            return;
        response.SetCut(_time.GetTimestamp());
        response.IsOverflowed = true;
        Cancel(response);
    });

    /// <summary>Adds code of the app to be called outside the lock, immediately after the current thread has left it.</summary>
    private void Defer(Func<Task> work)
    {
        _deferred.Enqueue(work);
        _work?.BeginWork();
    }

    private void RunDeferred()
    {
        while (true)
        {
            Func<Task>? work;
            lock (_lock)
            {
                if (!_deferred.TryDequeue(out work))
                    return;
            }
            _ = work();

            // From here on the code counts its own work, because it may have to wait by the clock, for example for a player.
            _work?.EndWork();
        }
    }

    /// <summary>Called when all audio of an item was received.</summary>
    private void AudioReceived(string responseId, string itemId) => _toComplete.Enqueue((responseId, itemId));

    private void CompleteAudio()
    {
        while (true)
        {
            (string ResponseId, string? ItemId) next;
            lock (_lock)
            {
                if (!_toComplete.TryDequeue(out next))
                    return;
            }
            if (next.ItemId is { } itemId)
                _playback?.CompleteItem(next.ResponseId, itemId);
            else
                _playback?.CompleteResponse(next.ResponseId);
        }
    }

    /// <summary>Stops the responses that are being played or generated and can be interrupted, because the user speaks.</summary>
    private void InterruptBySpeech()
    {
        var responses = _responses.All.Where(response => response is { CanBeCut: true, Request: null or { Options.AllowInterruptions: true } }).ToList();
        _telemetry.Interrupted(_sounding, responses);
        InterruptCalls();

        // The server itself cancels the response in the conversation; in a call, it also stops playback and truncates the item.
        if (IsPlayedByService)
        {
            foreach (var response in responses)
            {
                response.IsInterrupted = true;
                NoteCut(response, isInterruption: true);
            }
            return;
        }
        Cut(responses, isInterruption: true, cancels: response => response.IsOutOfBand);
    }

    /// <summary>Stops responses: they are canceled, audio that was not played is discarded, and the server is informed of the audio that was heard.</summary>
    /// <param name="responses">The responses.</param>
    /// <param name="isInterruption">Whether the user or the app interrupts the agent; otherwise a single reply is canceled.</param>
    /// <param name="cancels">Which of them to cancel; null is all.</param>
    private void Cut(List<ResponseState> responses, bool isInterruption, Predicate<ResponseState>? cancels = null)
    {
        if (responses.Count == 0)
            return;
        foreach (var response in responses)
        {
            NoteCut(response, isInterruption);
            response.SetCut(_time.GetTimestamp());
            (response.IsOverflowed, response.IsInterrupted) = (false, response.IsInterrupted || isInterruption);
            if (response.Turn is { } turn)
                turn.WasInterrupted = true;
            if (!response.IsDone && cancels?.Invoke(response) != false)
                Cancel(response);
            response.IsBeingCut = response.Unheard.Count > 0 && !IsPlayedByService;
        }
        if (IsPlayedByService && responses.Any(response => response.IsPlayedByService || response.Unheard.Count > 0))
            _outbox.Add(new OutputAudioBufferClearEvent { EventId = _outbox.NewEventId() });
        foreach (var response in responses.Where(response => IsPlayedByService && response is { IsDone: true, IsPlayedByService: false }))
            DropUnplayed(response);
        if (_playback is not null && responses.Any(response => response.IsBeingCut))
            BeginStop(_playback, responses);
    }

    private void Cancel(ResponseState response)
    {
        if (response.IsDone || response.IsCanceled)
            return;
        response.IsCanceled = true;
        _outbox.Add(new ResponseCancelEvent { EventId = _outbox.NewEventId(), ResponseId = response.Id });
    }

    private void BeginStop(Playback playback, List<ResponseState> responses)
    {
        var all = _responses.All.All(response => response.IsCut || response.Unheard.Count == 0);
        Defer(() => StopAsync(playback, responses, all));
    }

    private async Task StopAsync(Playback playback, List<ResponseState> responses, bool all)
    {
        var cut = new List<CutItem>();
        if (all)
        {
            cut.AddRange(await playback.StopAsync().AsTask().Counted(_work));
        }
        else
        {
            foreach (var response in responses)
                cut.AddRange(await playback.StopAsync(response.Id).AsTask().Counted(_work));
        }
        Change(() => Stopped(responses, cut));
    }

    private void Stopped(List<ResponseState> responses, List<CutItem> cut)
    {
        _watchdog.AudioEnded();
        foreach (var item in cut)
        {
            if (_responses.Find(item.ResponseId) is not { } response || FindItem(response, item.ItemId) is not { } heard)
                continue;
            response.Unheard.Remove(item.ItemId);
            SetHeard(response, heard, item.Played);
        }
        foreach (var response in responses)
        {
            response.IsBeingCut = false;
            _telemetry.SoundStopped(response);
            DeleteUnheard(response);
            TrySettle(response);
        }
        if (_sounding is { } sounding && responses.Contains(sounding))
            _sounding = null;
    }

    /// <summary>Records how much of an item was heard before it was cut off, and tells the server.</summary>
    private void SetHeard(ResponseState response, TurnItem item, TimeSpan played)
    {
        var heard = played < item.Duration ? played : item.Duration;
        (item.Heard, item.WasCut) = (heard, true);
        item.HeardLength = _heardText.Estimate(item.Text.Slice(0).Span, heard, item.Duration, isWhole: response.IsDone && !response.IsCanceled);
        if (response.IsOutOfBand || response.IsOfLostSession || item.IsDeleted)
            return;
        if (heard < TimeSpan.FromMilliseconds(1))
        {
            NoteHeard(item, isUnheard: true);
            response.ToDelete.Add(item.Id);
            return;
        }
        NoteHeard(item);
        _outbox.Add(new ConversationItemTruncateEvent { EventId = _outbox.NewEventId(), ItemId = item.Id, AudioEnd = heard });
    }
}
