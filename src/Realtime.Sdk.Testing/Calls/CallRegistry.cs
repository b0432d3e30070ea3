namespace Realtime.Sdk.Testing.Internal;

/// <summary>The calls of the emulator, which sideband connections join by ID. Without history, only calls that have not ended are kept.</summary>
internal sealed class CallRegistry : IDisposable
{
    /// <summary>Timers accept at most 49 days.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, CallEntry> _calls = [];
    private readonly LinkedList<CallEntry> _open = [];
    private readonly bool _keepsHistory;
    private readonly TimeSpan _maxDuration;
    private readonly TimeProvider _time;
    private readonly Action<string> _expired;
    private readonly Action<Exception> _failed;
    private readonly ITimer _timer;

    /// <param name="keepsHistory">Whether calls are kept after they have ended.</param>
    /// <param name="maxDuration">The maximum time that a call rings, and then that it is active.</param>
    /// <param name="time">The emulator's clock.</param>
    /// <param name="expired">Called with the ID of a call that has reached the maximum. The registry does not end the call.</param>
    /// <param name="failed">Called with an exception that the clock throws while the registry looks for such calls.</param>
    public CallRegistry(bool keepsHistory, TimeSpan maxDuration, TimeProvider time, Action<string> expired, Action<Exception> failed)
    {
        (_keepsHistory, _maxDuration, _time, _expired, _failed) = (keepsHistory, maxDuration, time, expired, failed);

        // The timer must not capture the execution context of the caller that happens to create it.
        using var suppressed = ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(static registry => ((CallRegistry)registry!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public IReadOnlyList<EmulatedCall> All
    {
        get
        {
            lock (_lock)
                return [.. _calls.Values.Select(entry => entry.Call)];
        }
    }

    /// <summary>Adds a call.</summary>
    public void Add(CallEntry entry)
    {
        lock (_lock)
        {
            _calls[entry.Call.Id] = entry;
            Open(entry);
        }
    }

    /// <summary>Finds a call that has not been removed; null if there is none.</summary>
    public CallEntry? Find(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId);
    }

    /// <summary>Returns a copy of the session of an active call; null if there is no such call.</summary>
    public JsonObject? GetSession(string callId) =>
        Find(callId)?.Call is { State: EmulatedCallState.Active, SessionJson: { } session } ? session.DeepClone().AsObject() : null;

    public bool IsActive(string callId) => Find(callId)?.Call.State == EmulatedCallState.Active;

    /// <summary>Returns the rules of a call's model; empty rules for a call that has been removed.</summary>
    public EmulatorModel GetModel(string callId) => Find(callId)?.Call.Model ?? new();

    /// <summary>
    /// Changes a call that is in the required state. A call in another state is refused as by the service: as already decided if it was accepted or
    /// rejected before, otherwise as unknown.
    /// </summary>
    public void Change(string callId, EmulatedCallState required, Func<EmulatedCall, EmulatedCall> change)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var entry))
                throw EmulatorHttpException.UnknownCall();
            if (entry.Call.State != required)
                throw required == EmulatedCallState.Ringing && entry.Call.IsDecided ? EmulatorHttpException.CallDecided() : EmulatorHttpException.UnknownCall();
            Set(entry, change(entry.Call));
        }
    }

    /// <summary>Ends a call; false if it has already ended.</summary>
    public bool TryEnd(string callId, EmulatedCallParty by)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var entry) || entry.Call.IsOver)
                return false;
            Set(entry, entry.Call with { State = EmulatedCallState.Ended, EndedBy = by });
            return true;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Set(CallEntry entry, EmulatedCall call)
    {
        var wasRinging = entry.Call.State == EmulatedCallState.Ringing;
        entry.Call = call;
        if (call.IsOver)
            Close(entry);
        else if (wasRinging)
            Open(entry);
        if (!_keepsHistory && call.IsOver)
            _calls.Remove(call.Id);
    }

    /// <summary>Measures the duration of a call from now on. All calls have the same maximum, so the first call in the list expires first.</summary>
    private void Open(CallEntry entry)
    {
        Close(entry);
        entry.Since = _time.GetUtcNow();
        entry.Node = _open.AddLast(entry);
        if (_open.Count == 1)
            SetTimer();
    }

    private void Close(CallEntry entry)
    {
        if (entry.Node is { } node)
            _open.Remove(node);
        entry.Node = null;
    }

    private void OnTimer()
    {
        try
        {
            Expire();
        }
#pragma warning disable CA1031 // the clock is code of the test, which may throw any exception, which must not end the process
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failed(e);
        }
    }

    private void Expire()
    {
        var expired = new List<string>();
        lock (_lock)
        {
            while (_open.First is { Value: var oldest } && oldest.Since + _maxDuration <= _time.GetUtcNow())
            {
                Close(oldest);
                expired.Add(oldest.Call.Id);
            }
            SetTimer();
        }
        expired.ForEach(_expired);
    }

    private void SetTimer()
    {
        if (_open.First is not { Value: var oldest })
            return;

        // The call may have become due since the caller read the clock. A negative wait would be refused, or be treated as infinite.
        var wait = oldest.Since + _maxDuration - _time.GetUtcNow();
        _timer.Change(TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, MaxWait.Ticks)), Timeout.InfiniteTimeSpan);
    }
}
