namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reports the emulator's end of one WebSocket to a virtual clock.</summary>
internal sealed class ConnectionTracker
{
    private readonly VirtualTime _time;
    private readonly string _key;

    private ConnectionTracker(VirtualTime time, string key)
    {
        _time = time;
        _key = key;
    }

    /// <summary>Reports that a handshake was received; null when the clock is not virtual, or the request is not a handshake.</summary>
    public static ConnectionTracker? Begin(TimeProvider time, RecordedRequest request)
    {
        if (time is not VirtualTime clock || !request.IsUpgrade || !request.Headers.TryGetValue("Sec-WebSocket-Key", out var key))
            return null;
        var tracker = new ConnectionTracker(clock, key);
        clock.Change(key, static state => state.Server = ConnectionEnd.Opening, creates: true);
        return tracker;
    }

    /// <summary>Called before the answer to the handshake is sent.</summary>
    public void Answer() => _time.Change(_key, static state => (state.IsAnswered, state.Server) = (true, ConnectionEnd.Open));

    /// <summary>Called before a message or a close is sent.</summary>
    public void BeginSend() => _time.Change(_key, static state => (state.SentByServer, state.ServerSends) = (state.SentByServer + 1, state.ServerSends + 1));

    /// <summary>Called when the sends of messages have ended and the code that waits for them has continued.</summary>
    public void EndSends(int count) => _time.Change(_key, state => state.ServerSends -= count);

    /// <summary>Called when a message or a close was received, which then counts as work of the emulator.</summary>
    public void Receive() => _time.Change(_key, static state => state.ReceivedByServer++);

    /// <summary>Called when receiving pauses until <see cref="ResumeReceiving"/>.</summary>
    public void PauseReceiving() => _time.Change(_key, static state => state.ServerPauses++);

    public void ResumeReceiving() => _time.Change(_key, static state => state.ServerPauses--);

    /// <summary>Called when sending waits for time to pass.</summary>
    public void PauseSending() => _time.Change(_key, static state => state.ClientPauses++);

    public void ResumeSending() => _time.Change(_key, static state => state.ClientPauses--);

    /// <summary>Called when a fault has ended the connection.</summary>
    /// <param name="isNoticed">Whether the client will notice.</param>
    public void ReportFault(bool isNoticed) => _time.Change(_key, state => (state.IsCut, state.IsSilent) = (isNoticed || state.IsCut, !isNoticed || state.IsSilent));

    /// <summary>Called when nothing more is received.</summary>
    public void End() => _time.Change(_key, static state => state.Server = ConnectionEnd.Ended);
}
