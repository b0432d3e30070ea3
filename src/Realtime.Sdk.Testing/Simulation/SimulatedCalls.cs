namespace Realtime.Sdk.Testing.Internal;

/// <summary>The models of calls, each shared by all who join the call. Safe to use from any thread.</summary>
internal sealed class SimulatedCalls(SimulationSettings setting)
{
    /// <summary>The reason that connections are closed with when their call ends.</summary>
    public const string CallEnded = "The call has ended.";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedSession> _models = [];

    /// <summary>The model of a call, which lasts as long as the call.</summary>
    public SimulatedSession Of(string callId, JsonObject session, EmulatorModel script)
    {
        lock (_lock)
        {
            if (!_models.TryGetValue(callId, out var model))
                _models[callId] = model = SimulatedSession.Of(session, hasMedia: true, script, setting);
            return model;
        }
    }

    /// <summary>The call is over, and so are the connections that joined it.</summary>
    public void End(string callId)
    {
        SimulatedSession? model;
        lock (_lock)
            _models.Remove(callId, out model);
        model?.End(1000, CallEnded);
        model?.Dispose();
    }
}
