namespace Realtime.Sdk.Internal;

/// <summary>The session as the server last told it. Reader and pump both tell it, in any order; the later message wins.</summary>
internal sealed class SessionTracker
{
    private readonly Lock _lock = new();
    private long _sequence = -1;

    public RealtimeSession? Value { get; private set; }

    /// <summary>Takes the session a message tells of, if it tells of one and none after it has.</summary>
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
