namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reports the emulator's end of one WebSocket to a virtual clock.</summary>
internal sealed class ServerLink
{
    private readonly VirtualTime _time;
    private readonly string _key;

    private ServerLink(VirtualTime time, string key)
    {
        _time = time;
        _key = key;
    }

    /// <summary>Reports that a handshake was received; null when the clock is not virtual, or the request is not a handshake.</summary>
    public static ServerLink? Begin(TimeProvider time, RecordedRequest request)
    {
        if (time is not VirtualTime clock || !request.IsUpgrade || !request.Headers.TryGetValue("Sec-WebSocket-Key", out var key))
            return null;
        var link = new ServerLink(clock, key);
        clock.Change(key, static link => link.Server = LinkEnd.Opening, creates: true);
        return link;
    }

    /// <summary>Called before the answer to the handshake is sent.</summary>
    public void Answer() => _time.Change(_key, static link => (link.IsAnswered, link.Server) = (true, LinkEnd.Open));

    /// <summary>Called before a message or a close is sent.</summary>
    public void BeginSend() => _time.Change(_key, static link => (link.SentByServer, link.ServerSends) = (link.SentByServer + 1, link.ServerSends + 1));

    /// <summary>Called when the sends of messages have ended and the code that waits for them has continued.</summary>
    public void EndSends(int count) => _time.Change(_key, link => link.ServerSends -= count);

    /// <summary>Called when a message or a close was received, which then counts as work of the emulator.</summary>
    public void Receive() => _time.Change(_key, static link => link.ReceivedByServer++);

    /// <summary>Called when receiving pauses until <see cref="ResumeReceiving"/>.</summary>
    public void PauseReceiving() => _time.Change(_key, static link => link.ServerPauses++);

    public void ResumeReceiving() => _time.Change(_key, static link => link.ServerPauses--);

    /// <summary>Called when sending waits for time to pass.</summary>
    public void PauseSending() => _time.Change(_key, static link => link.ClientPauses++);

    public void ResumeSending() => _time.Change(_key, static link => link.ClientPauses--);

    /// <summary>Called when a fault has ended the connection.</summary>
    /// <param name="isNoticed">Whether the client will notice.</param>
    public void Cut(bool isNoticed) => _time.Change(_key, link => (link.IsCut, link.IsSilent) = (isNoticed || link.IsCut, !isNoticed || link.IsSilent));

    /// <summary>Called when nothing more is received.</summary>
    public void End() => _time.Change(_key, static link => link.Server = LinkEnd.Ended);
}
