namespace Realtime.Sdk.Internal;

/// <summary>
/// Estimates when the client of a relay plays the responses: one after the other, from the arrival of their audio, in real time. Reports it to the conversation with the events
/// of a service that plays audio itself. The client's own reports of interruptions are more exact, and follow as truncations.
/// </summary>
internal sealed class RelayPlayback(ConversationEngine engine, TimeProvider time) : IDisposable
{
    /// <summary>A service that begins responses and never ends them must not fill the memory.</summary>
    private const int MaxStopped = 64;

    private readonly Lock _lock = new();
    private readonly Queue<ServerEvent> _reports = [];

    /// <summary>The response that is being played, and those that wait behind it.</summary>
    private readonly List<PlayedResponse> _responses = [];

    /// <summary>The responses that were stopped, and whose audio still arrives and is not played.</summary>
    private readonly Queue<string> _stopped = [];
    private ITimer? _timer;
    private bool _isReporting;
    private bool _isDisposed;

    /// <summary>Called when audio of a response was forwarded.</summary>
    public void Add(string responseId, TimeSpan duration)
    {
        lock (_lock)
        {
            if (_isDisposed || duration <= TimeSpan.Zero || _stopped.Contains(responseId))
                return;
            var response = Find(responseId);
            if (response is null)
            {
                _responses.Add(response = new(responseId));
                if (_responses.Count == 1)
                    Start(response);
            }
            else if (response == _responses[0] && Left(response) is { Ticks: < 0 } left)
            {
                // The client has played everything, and was silent since.
                response.StartedAt -= (long)(left.TotalSeconds * time.TimestampFrequency);
            }
            response.Duration += duration;
        }
        Report();
    }

    /// <summary>Called when no more audio of a response follows.</summary>
    public void Complete(string responseId)
    {
        lock (_lock)
        {
            Find(responseId)?.IsComplete = true;
            EndPlayed();
        }
        Report();
    }

    /// <summary>Called when the client has stopped playing a response, or all if the ID is null. Returns the response that was being played; null if none was stopped.</summary>
    public string? Stop(string? responseId)
    {
        string? played = null;
        lock (_lock)
        {
            foreach (var response in _responses.Where(response => responseId is null || response.Id == responseId).ToList())
            {
                if (response == _responses[0])
                {
                    played = response.Id;
                    _reports.Enqueue(new OutputAudioBufferClearedEvent { ResponseId = response.Id });
                }
                _responses.Remove(response);
                if (response.IsComplete)
                    continue;
                if (_stopped.Count == MaxStopped)
                    _stopped.Dequeue();
                _stopped.Enqueue(response.Id);
            }
            if (played is not null && _responses.Count > 0)
                Start(_responses[0]);
            EndPlayed();
        }
        Report();
        return played;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private PlayedResponse? Find(string responseId)
    {
        foreach (var response in _responses)
        {
            if (response.Id == responseId)
                return response;
        }
        return null;
    }

    private void Start(PlayedResponse response)
    {
        response.StartedAt = time.GetTimestamp();
        _reports.Enqueue(new OutputAudioBufferStartedEvent { ResponseId = response.Id });
    }

    private TimeSpan Left(PlayedResponse response) => response.Duration - time.GetElapsedTime(response.StartedAt);

    private void HandleTimer()
    {
        lock (_lock)
            EndPlayed();
        Report();
    }

    /// <summary>Ends the responses that were played, and starts those that follow.</summary>
    private void EndPlayed()
    {
        while (_responses is [{ IsComplete: true } first, ..])
        {
            var left = Left(first);
            if (left > TimeSpan.Zero)
            {
                Arm(left);
                return;
            }
            _reports.Enqueue(new OutputAudioBufferStoppedEvent { ResponseId = first.Id });
            _responses.RemoveAt(0);
            if (_responses.Count > 0)
                Start(_responses[0]);
        }
    }

    private void Arm(TimeSpan left)
    {
        if (_isDisposed)
            return;
        if (_timer is null)
        {
            // The timer must not capture AsyncLocal values of the code that forwards.
            using (ExecutionContext.SuppressFlow())
                _timer = time.CreateTimer(static playback => ((RelayPlayback)playback!).HandleTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        // The platform's timers have a resolution of a millisecond.
        _timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Passes the reports to the conversation, in order. Outside the lock, because the conversation calls code of the app.</summary>
    private void Report()
    {
        while (true)
        {
            ServerEvent? next;
            lock (_lock)
            {
                if (_isReporting || !_reports.TryDequeue(out next))
                    return;
                _isReporting = true;
            }
            try
            {
                engine.HandlePlayback(next);
            }
            finally
            {
                lock (_lock)
                    _isReporting = false;
            }
        }
    }

    private sealed class PlayedResponse(string id)
    {
        public string Id => id;

        public long StartedAt { get; set; }

        public TimeSpan Duration { get; set; }

        public bool IsComplete { get; set; }
    }
}
