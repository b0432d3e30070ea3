namespace Realtime.Sdk.Internal;

/// <summary>The session as the server last told it. Reader and pump both tell it, in any order; the later message wins.</summary>
internal sealed class LatestSession
{
    private readonly Lock _lock = new();
    private long _sequence = -1;

    public RealtimeSession? Value { get; private set; }

    public void Follow(ServerEvent serverEvent, long sequence)
    {
        if (SessionOf(serverEvent) is not { } session)
            return;
        lock (_lock)
        {
            if (sequence < _sequence)
                return;
            _sequence = sequence;
            Value = session;
        }
    }

    public static RealtimeSession? SessionOf(ServerEvent serverEvent) => serverEvent switch
    {
        SessionCreatedEvent created => created.Session,
        SessionUpdatedEvent updated => updated.Session,
        TranscriptionSessionCreatedEvent created => created.Session,
        TranscriptionSessionUpdatedEvent updated => updated.Session,
        _ => null,
    };
}
