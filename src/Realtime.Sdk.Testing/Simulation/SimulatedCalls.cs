namespace Realtime.Sdk.Testing.Internal;

/// <summary>The models of calls, each shared by all who join the call. Safe to use from any thread.</summary>
/// <param name="setting">What the emulator's sessions share.</param>
/// <param name="over">Learns of a call whose model has ended by itself.</param>
internal sealed class SimulatedCalls(SimulationSettings setting, Action<string> over)
{
    /// <summary>The reason that connections are closed with when their call ends.</summary>
    public const string CallEnded = "The call has ended.";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedSession> _models = [];

    /// <summary>The model of a call, which lasts as long as the call.</summary>
    public SimulatedSession Of(string callId, JsonObject session, CallLine line)
    {
        lock (_lock)
        {
            if (_models.TryGetValue(callId, out var model))
                return model;
            _models[callId] = model = SimulatedSession.Of(session, hasMedia: true, line.Call.Model, setting with { Policy = line.Policy }, line.Audio);
            model.Over.Register(() => Forget(callId, line.Audio));
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

    /// <summary>The model is over, so that nothing it has said plays any more. Under the model's lock.</summary>
    private void Forget(string callId, CallAudio audio)
    {
        audio.Stop();
        lock (_lock)
            _models.Remove(callId);
        over(callId);
    }
}
