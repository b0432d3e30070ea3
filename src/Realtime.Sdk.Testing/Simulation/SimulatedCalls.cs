namespace Realtime.Sdk.Testing.Internal;

/// <summary>The models of calls, each shared by all connections of its call. Thread-safe.</summary>
/// <param name="settings">The settings that all model sessions share.</param>
/// <param name="ended">Called with the ID of a call whose model ended the session.</param>
internal sealed class SimulatedCalls(SimulationSettings settings, Action<string> ended)
{
    /// <summary>The reason with which connections are closed when their call ends.</summary>
    public const string CallEnded = "The call has ended.";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedSession> _models = [];

    /// <summary>Returns the model of a call, creating it on first use.</summary>
    public SimulatedSession GetOrCreate(string callId, JsonObject session, CallEntry entry)
    {
        lock (_lock)
        {
            if (_models.TryGetValue(callId, out var model))
                return model;
            _models[callId] = model = SimulatedSession.Create(session, hasMedia: true, entry.Call.Model, settings with { Policy = entry.Policy }, entry.Audio);
            model.Over.Register(() => Remove(callId, entry.Audio));
            return model;
        }
    }

    /// <summary>Whether a call has a model.</summary>
    public bool Contains(string callId)
    {
        lock (_lock)
            return _models.ContainsKey(callId);
    }

    /// <summary>Ends the model of a call and the connections that joined it.</summary>
    public void End(string callId)
    {
        SimulatedSession? model;
        lock (_lock)
            _models.Remove(callId, out model);
        model?.End(1000, CallEnded);
        model?.Dispose();
    }

    /// <summary>Removes a model that has ended, and stops its playback. Runs under the model's lock.</summary>
    private void Remove(string callId, CallAudio audio)
    {
        audio.Stop();
        lock (_lock)
            _models.Remove(callId);
        ended(callId);
    }
}
