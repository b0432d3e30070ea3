namespace Realtime.Sdk.Testing.Internal;

/// <summary>The calls of the emulator, which sidebands join by ID: all of them, or without a history those that have not ended.</summary>
/// <param name="keepsHistory">Whether calls are kept after they have ended.</param>
/// <param name="maxDuration">The maximum duration of a call, that of its session.</param>
internal sealed class CallRegistry(bool keepsHistory, TimeSpan maxDuration)
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, CallEntry> _calls = [];

    public IReadOnlyList<EmulatedCall> All
    {
        get
        {
            lock (_lock)
                return [.. _calls.Values.Select(entry => entry.Call)];
        }
    }

    /// <summary>Adds a call.</summary>
    /// <returns>The calls that were removed because they exceeded the maximum duration.</returns>
    public IReadOnlyList<string> Add(CallEntry entry)
    {
        var expired = new List<string>();
        var call = entry.Call;
        lock (_lock)
        {
            _calls[call.Id] = entry;
            while (!keepsHistory && _calls.GetAt(0).Value is { Call: var oldest } first && oldest.BeganAt + maxDuration < call.BeganAt)
            {
                _calls.RemoveAt(0);
                first.Call = oldest with { State = EmulatedCallState.Ended, EndedBy = EmulatedCallParty.Service };
                expired.Add(oldest.Id);
            }
        }
        return expired;
    }

    /// <summary>Finds a call that has not been removed; null if there is none.</summary>
    public CallEntry? Find(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId);
    }

    /// <summary>A copy of the session of an active call; null if there is none.</summary>
    public JsonObject? SessionOf(string callId) =>
        Find(callId)?.Call is { State: EmulatedCallState.Active, SessionJson: { } session } ? session.DeepClone().AsObject() : null;

    public bool IsActive(string callId) => Find(callId)?.Call.State == EmulatedCallState.Active;

    /// <summary>The rules of a call's model; for a call that has been removed, rules without effect.</summary>
    public EmulatorModel ModelOf(string callId) => Find(callId)?.Call.Model ?? new();

    /// <summary>
    /// Changes a call that is in the required state. Any other call is refused as by the service: as already decided if it was accepted or rejected
    /// before, otherwise as unknown.
    /// </summary>
    public void Change(string callId, EmulatedCallState needed, Func<EmulatedCall, EmulatedCall> change)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var entry))
                throw EmulatorHttpException.UnknownCall();
            if (entry.Call.State != needed)
                throw needed == EmulatedCallState.Ringing && entry.Call.IsDecided ? EmulatorHttpException.CallDecided() : EmulatorHttpException.UnknownCall();
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

    private void Set(CallEntry entry, EmulatedCall call)
    {
        entry.Call = call;
        if (!keepsHistory && call.IsOver)
            _calls.Remove(call.Id);
    }
}
