namespace Realtime.Sdk.Testing.Internal;

/// <summary>The calls the emulator knows, which sidebands join by id: all of them, or without a history those that are not over.</summary>
/// <param name="keepsHistory">Whether calls that are over are kept.</param>
/// <param name="maxDuration">The maximum duration of a call, that of its session.</param>
internal sealed class CallRegistry(bool keepsHistory, TimeSpan maxDuration)
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, CallLine> _calls = [];

    public IReadOnlyList<EmulatedCall> All
    {
        get
        {
            lock (_lock)
                return [.. _calls.Values.Select(line => line.Call)];
        }
    }

    /// <summary>Adds a call.</summary>
    /// <returns>The calls that were removed because they exceeded the maximum duration.</returns>
    public IReadOnlyList<string> Add(CallLine line)
    {
        var expired = new List<string>();
        var call = line.Call;
        lock (_lock)
        {
            _calls[call.Id] = line;
            while (!keepsHistory && _calls.GetAt(0).Value is { Call: var oldest } first && oldest.BeganAt + maxDuration < call.BeganAt)
            {
                _calls.RemoveAt(0);
                first.Call = oldest with { State = EmulatedCallState.Ended, EndedBy = EmulatedCallParty.Service };
                expired.Add(oldest.Id);
            }
        }
        return expired;
    }

    /// <summary>A call that has not been removed; null when there is none.</summary>
    public CallLine? Find(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId);
    }

    /// <summary>The session of a running call; null when there is no such call.</summary>
    public JsonObject? SessionOf(string callId) =>
        Find(callId)?.Call is { State: EmulatedCallState.Active, SessionJson: { } session } ? session.DeepClone().AsObject() : null;

    public bool IsActive(string callId) => Find(callId)?.Call.State == EmulatedCallState.Active;

    /// <summary>What the model of a call says, calls and hears; without effect when there is no such call any more.</summary>
    public EmulatorModel ModelOf(string callId) => Find(callId)?.Call.Model ?? new();

    /// <summary>
    /// Changes a call that is in the state the change needs. Any other is refused as the service does it: as decided when it was accepted or rejected
    /// before, otherwise as unknown.
    /// </summary>
    public void Change(string callId, EmulatedCallState needed, Func<EmulatedCall, EmulatedCall> change)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var line))
                throw EmulatorHttpException.UnknownCall();
            if (line.Call.State != needed)
                throw needed == EmulatedCallState.Ringing && line.Call.IsDecided ? EmulatorHttpException.CallDecided() : EmulatorHttpException.UnknownCall();
            Set(line, change(line.Call));
        }
    }

    /// <summary>Ends a call that is not over; false when it is.</summary>
    public bool TryEnd(string callId, EmulatedCallParty by)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var line) || line.Call.IsOver)
                return false;
            Set(line, line.Call with { State = EmulatedCallState.Ended, EndedBy = by });
            return true;
        }
    }

    private void Set(CallLine line, EmulatedCall call)
    {
        line.Call = call;
        if (!keepsHistory && call.IsOver)
            _calls.Remove(call.Id);
    }
}
