namespace Realtime.Sdk.Testing.Internal;

/// <summary>The calls the emulator knows, which sidebands join by id.</summary>
internal sealed class CallRegistry
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

    public void Add(EmulatedCall call)
    {
        lock (_lock)
            _calls[call.Id] = call;
    }

    /// <summary>The session of a running call; null when there is no such call.</summary>
    public JsonObject? SessionOf(string callId)
    {
        lock (_lock)
            return _calls.TryGetValue(callId, out var call) && call.State == EmulatedCallState.Active ? call.SessionJson!.DeepClone().AsObject() : null;
    }

    /// <summary>Changes a call that is in the state the change needs; any other is refused as unknown, as the service does.</summary>
    public void Change(string callId, EmulatedCallState needed, Func<EmulatedCall, EmulatedCall> change)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(callId, out var call) || call.State != needed)
                throw Refusal.UnknownCall();
            _calls[callId] = change(call);
        }
    }
}
