namespace Realtime.Sdk.Internal;

/// <summary>The session that the server reported last. It is updated by the receiving thread and by the reader, in any order; the later message wins.</summary>
internal sealed class SessionTracker
{
    private readonly Lock _lock = new();
    private long _sequence = -1;

    public RealtimeSession? Value { get; private set; }

    /// <summary>Updates the session, unless the message has none or a later message already updated it.</summary>
    public void Update(RealtimeSession? session, long sequence)
    {
        if (session is null)
            return;
        lock (_lock)
        {
            if (sequence < _sequence)
                return;
            _sequence = sequence;
            Value = session;
        }
    }
}
