using System.Collections.Concurrent;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The calls the emulator knows, which sidebands join by id.</summary>
internal sealed class CallRegistry
{
    private readonly ConcurrentDictionary<string, byte> _calls = new();

    public void Add(string callId) => _calls[callId] = 0;

    public void Remove(string callId) => _calls.TryRemove(callId, out _);

    public bool Contains(string callId) => _calls.ContainsKey(callId);
}
