namespace Realtime.Sdk.Testing.Internal;

/// <summary>The calls the emulator knows, which sidebands join by id: all of them, or without a history those that are not over.</summary>
/// <param name="keepsHistory">Whether calls that are over are kept.</param>
/// <param name="maxDuration">The maximum duration of a call, that of its session.</param>
internal sealed class CallRegistry(bool keepsHistory, TimeSpan maxDuration)
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, EmulatedCall> _calls = [];

    public IReadOnlyList<EmulatedCall> All
    {
        get
        {
            lock (_lock)
                return [.. _calls.Values];
        }
    }

    /// <summary>Adds a call.</summary>
    /// <returns>The calls that were removed because they exceeded the maximum duration.</returns>
    public IReadOnlyList<string> Add(EmulatedCall call)
    {
        var expired = new List<string>();
        lock (_lock)
        {
            _calls[call.Id] = call;
            while (!keepsHistory && _calls.GetAt(0).Value is var oldest && oldest.BeganAt + maxDuration < call.BeganAt)
            {
                _calls.RemoveAt(0);
                expired.Add(oldest.Id);
            }
        }
        return expired;
    }

    /// <summary>The session of a running call; null when there is no such call.</summary>
    public JsonObject? SessionOf(string callId)
    {
        lock (_lock)
            return _calls.TryGetValue(callId, out var call) && call.State == EmulatedCallState.Active ? call.SessionJson!.DeepClone().AsObject() : null;
    }

    /// <summary>What the model of a call says, calls and hears; without effect when there is no such call any more.</summary>
    public EmulatorModel ModelOf(string callId)
    {
        lock (_lock)
            return _calls.TryGetValue(callId, out var call) ? call.Model : new();
    }

    public bool IsActive(string callId)
    {
        lock (_lock)
            return _calls.TryGetValue(callId, out var call) && call.State == EmulatedCallState.Active;
    }

    /// <summary>Changes a call that is in the state the change needs; any other is refused as unknown, as the service does.</summary>
    public void Change(string callId, EmulatedCallState needed, Func<EmulatedCall, EmulatedCall> change)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var call) || call.State != needed)
                throw EmulatorHttpException.UnknownCall();
            call = change(call);
            if (keepsHistory || call.State is EmulatedCallState.Ringing or EmulatedCallState.Active)
                _calls[callId] = call;
            else
                _calls.Remove(callId);
        }
    }
}
