namespace Realtime.Sdk.Internal;

/// <content>The agent's audio, which is played here or by the service.</content>
internal sealed partial class ConversationEngine : IPlaybackHost
{
    private readonly Playback? _playback;
    private readonly Queue<(string ResponseId, string? ItemId)> _audioToComplete = [];
    private readonly Queue<Func<Task>> _deferred = [];

    /// <summary>The IDs of the items that the conversation itself deletes, and those of the events that delete them.</summary>
    private readonly OrderedDictionary<string, string> _deletions = [];

    /// <summary>The response whose audio is being played; null if none is.</summary>
    private ResponseState? _playing;
    private long _playingSince;

    /// <summary>Whether the audio is not played here: the service plays it in a call, and the client of a relay plays it.</summary>
    private bool IsPlayedElsewhere => _playback is null;

    /// <summary>Whether the audio passes through the conversation.</summary>
    public bool HasLocalAudio => !IsPlayedElsewhere;

    /// <summary>Handles output audio, which does not pass through <see cref="Handle"/>.</summary>
    public void HandleAudio(in OutputAudioDelta audio)
    {
        // An empty piece would make an item pending whose end the player never reports.
        if (audio.Audio.IsEmpty)
            return;
        SampleFormat format;
        bool hasPendingActions;
        lock (_lock)
        {
            TrackAudio(audio);
            if (_end is not null || FindItem(audio.ResponseId, audio.ItemId) is not { } item || _responses.Find(audio.ResponseId) is not { IsStopped: false } response)
                return;
            format = Effective.OutputFormat;
            item.HasAudio = response.HasAudio = _hasSpoken = true;

            // A piece may end in the middle of a sample, which counts when the rest of it arrives.
            var bytes = audio.Audio.Length + item.PartialSample;
            item.PartialSample = bytes % format.BytesPerSample;
            item.Duration += format.DurationOf(bytes - item.PartialSample);
            response.PendingAudio.Add(item.Id);
            _telemetry.RecordAudio(response);
            hasPendingActions = HasPendingActions;
        }

        // Outside the lock: handlers and players are code of the app, and the playback notifies this engine on the same thread.
        NotifyAudio(AudioDirection.Output, format, audio.Audio);
        _playback?.Add(audio.ResponseId, audio.ItemId, audio.Audio, format);
        if (hasPendingActions)
            Flush();
    }

    public void OnPlaybackStarted(string responseId, string itemId) => Change(() =>
    {
        if (_responses.Find(responseId) is not { } response)
            return;

        // InterruptionWarmUp counts from the first audio, not from each item.
        if (_playing is null)
            _playingSince = _time.GetTimestamp();
        _playing = response;
        _telemetry.RecordPlaybackStart(response);
    });

    public void OnItemPlayed(string responseId, string itemId, TimeSpan played) => Change(() =>
    {
        if (_responses.Find(responseId) is not { } response || FindItem(response, itemId) is not { } item)
            return;
        if (response.IsOverflowed)
        {
            // The rest of the item was dropped, so it counts as stopped.
            SetHeardDuration(response, item, played);
        }
        // Audio that the reading thread added during a stop is played after it, and does not change what the stop has recorded.
        else if (!item.WasStopped)
        {
            (item.HeardDuration, item.WasHeardCompletely) = (played, true);
            _heardText.UpdateRate(item.Text.Length, played);
        }
        response.PendingAudio.Remove(itemId);
        TrySettle(response);
    });

    public void OnPlaybackIdle() => Change(() =>
    {
        _playing = null;
        _watchdog.ClearAudio();
    });

    public void OnPlayerReplaced(Exception? exception, string reason) =>
        Change(() => Warn(WarningKind.Player, $"{reason} The player is no longer used, and audio is discarded.", exception: exception));

    public void OnBufferFull(string responseId) => Change(() =>
    {
        Warn(WarningKind.Player, $"More than {_options.Limits.MaxBufferedAudioBytes} bytes of audio are waiting for the player. The response is canceled, and the audio received so far is played.");
        if (_responses.Find(responseId) is not { } response)
            return;
        response.MarkStopped(_time.GetTimestamp());
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
                // Taken one by one, so that work that is added meanwhile runs in order.
                if (!_deferred.TryDequeue(out work))
                    return;
            }
            _ = work();

            // The code counts its own work from here on, because it may wait by the clock, for example for a player.
            _work?.EndWork();
        }
    }

    /// <summary>Records that all audio of an item was received. The playback is notified outside the lock.</summary>
    private void QueueAudioCompletion(string responseId, string itemId) => _audioToComplete.Enqueue((responseId, itemId));

    private void CompleteAudio()
    {
        while (true)
        {
            (string ResponseId, string? ItemId) next;
            lock (_lock)
            {
                if (!_audioToComplete.TryDequeue(out next))
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
        var responses = _responses.All.Where(response => response is { CanBeStopped: true, Request: null or { Options.AllowInterruptions: true, IsExtraction: false } }).ToList();
        _telemetry.RecordInterruption(_playing, responses);
        InterruptCalls();
        InterruptFillers();

        // The server cancels the response in the conversation by itself. In a call, it also stops the playback and truncates the item; in a relay, the client does.
        if (IsPlayedElsewhere)
        {
            foreach (var response in responses)
            {
                response.IsInterrupted = true;
                RecordStop(response, isInterruption: true);
            }
            return;
        }
        StopResponses(responses, isInterruption: true, cancels: response => response.IsOutOfBand);
    }

    /// <summary>Stops responses: they are canceled, audio that was not played is discarded, and the server is informed of what was heard.</summary>
    /// <param name="responses">The responses.</param>
    /// <param name="isInterruption">Whether the user or the app interrupts the agent; otherwise a single reply is canceled.</param>
    /// <param name="cancels">Selects the responses to cancel; null cancels all.</param>
    private void StopResponses(List<ResponseState> responses, bool isInterruption, Predicate<ResponseState>? cancels = null)
    {
        // The user no longer waits for a correction of what was heard to its end.
        foreach (var heard in responses.Where(response => response.AwaitsOnlyChecks))
            heard.IsInterrupted |= isInterruption;
        responses = responses.FindAll(response => !response.AwaitsOnlyChecks);
        if (responses.Count == 0)
            return;
        foreach (var response in responses)
        {
            RecordStop(response, isInterruption);
            response.MarkStopped(_time.GetTimestamp());
            (response.IsOverflowed, response.IsInterrupted) = (false, response.IsInterrupted || isInterruption);
            if (response.Turn is { } turn)
                turn.WasInterrupted = true;
            if (!response.IsDone && cancels?.Invoke(response) != false)
                Cancel(response);

            // The duration that was heard is known only when the player has stopped.
            response.IsStopping = response.PendingAudio.Count > 0 && !IsPlayedElsewhere;
        }

        // In a call, only the service can stop the audio; in a relay, only the client.
        if (IsPlayedElsewhere && responses.Any(response => response.IsPlayingElsewhere || response.PendingAudio.Count > 0))
        {
            if (_relay is { } relay)
                Defer(relay.StopPlaybackAsync);
            else
                _outbox.Add(new OutputAudioBufferClearEvent { EventId = _outbox.NewEventId() });
        }
        foreach (var response in responses.Where(response => IsPlayedElsewhere && response is { IsDone: true, IsPlayingElsewhere: false }))
            DropUnplayed(response);
        if (_playback is not null && responses.Any(response => response.IsStopping))
            BeginPlaybackStop(_playback, responses);
    }

    private void Cancel(ResponseState response)
    {
        if (response.IsDone || response.IsCanceled)
            return;
        response.IsCanceled = true;
        _outbox.Add(new ResponseCancelEvent { EventId = _outbox.NewEventId(), ResponseId = response.Id });
    }

    private void BeginPlaybackStop(Playback playback, List<ResponseState> responses)
    {
        // Without audio of other responses, one stop of the whole playback is enough.
        var all = _responses.All.All(response => response.IsStopped || response.PendingAudio.Count == 0);
        Defer(() => StopPlaybackAsync(playback, responses, all));
    }

    private async Task StopPlaybackAsync(Playback playback, List<ResponseState> responses, bool all)
    {
        var stopped = new List<StoppedItem>();
        if (all)
        {
            stopped.AddRange(await playback.StopAsync().AsTask().Counted(_work));
        }
        else
        {
            foreach (var response in responses)
                stopped.AddRange(await playback.StopAsync(response.Id).AsTask().Counted(_work));
        }
        Change(() => CompletePlaybackStop(responses, stopped));
    }

    private void CompletePlaybackStop(List<ResponseState> responses, List<StoppedItem> stopped)
    {
        _watchdog.ClearAudio();
        foreach (var item in stopped)
        {
            // The response may have been settled while the player stopped.
            if (_responses.Find(item.ResponseId) is not { } response || FindItem(response, item.ItemId) is not { } heard)
                continue;
            response.PendingAudio.Remove(item.ItemId);
            SetHeardDuration(response, heard, item.Played);
        }
        foreach (var response in responses)
        {
            response.IsStopping = false;
            _telemetry.RecordPlaybackStop(response);
            DeleteUnheardItems(response);
            TrySettle(response);
        }
        if (_playing is { } playing && responses.Contains(playing))
            _playing = null;
    }

    /// <summary>Records how much of an item was heard before its playback was stopped, and informs the server.</summary>
    private void SetHeardDuration(ResponseState response, TurnItem item, TimeSpan played)
    {
        var heard = played < item.Duration ? played : item.Duration;
        (item.HeardDuration, item.WasStopped) = (heard, true);
        item.HeardLength = _heardText.EstimateLength(item.Text.Slice(0).Span, heard, item.Duration, isComplete: response.IsDone && !response.IsCanceled);

        // The server refuses to truncate an item that it does not have.
        if (response.IsOutOfBand || response.IsFromLostSession || item.IsDeleted)
            return;

        // The service refuses a truncation at 0 ms, so an item of which nothing was heard is deleted instead.
        if (heard < TimeSpan.FromMilliseconds(1))
        {
            RecordHeard(item, isUnheard: true);
            response.ItemsToDelete.Add(item.Id);
            return;
        }
        RecordHeard(item);
        _outbox.Add(new ConversationItemTruncateEvent { EventId = _outbox.NewEventId(), ItemId = item.Id, AudioEnd = heard });
    }
}
