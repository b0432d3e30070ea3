namespace Realtime.Sdk.Internal;

/// <summary>
/// Who waits for which answer of the server. Looks at incoming messages only while somebody does. Events whose answers name nothing
/// (session.update, commit, clear) are matched first in, first out, so those sent without asking for an answer take their place too.
/// </summary>
internal sealed class Confirmations
{
    private const int MostWaiting = 256;

    private readonly SocketCore _core;
    private readonly LatestSession _session;
    private readonly Lock _lock = new();
    private readonly List<Confirmation> _waiting = [];
    private readonly ServerEventReader _reader = new();
    private ConnectionEnd? _end;

    public Confirmations(SocketCore core, LatestSession session)
    {
        _core = core;
        _session = session;
        AddOnTurn = confirmation => Add((Confirmation)confirmation);
    }

    /// <summary><see cref="Add"/> in the shape the gate calls, made once.</summary>
    public Action<object> AddOnTurn { get; }

    /// <summary>In the order of sending: the answer may come from now on.</summary>
    public void Add(Confirmation confirmation)
    {
        ConnectionEnd? end;
        lock (_lock)
        {
            end = _end;
            if (end is null)
            {
                if (_waiting.Count == MostWaiting && _waiting.FindIndex(waiting => !waiting.IsAwaited) is >= 0 and var stale)
                    _waiting.RemoveAt(stale);
                _waiting.Add(confirmation);
                if (_waiting.Count == 1)
                    _core.AddObserver(Observe);
            }
        }
        if (end is not null)
            confirmation.Fail(end);
    }

    /// <summary>The event was not sent, or its answer can be told apart and nobody waits for it any more.</summary>
    public void Remove(Confirmation confirmation)
    {
        lock (_lock)
        {
            if (_waiting.Remove(confirmation))
                StopWhenIdle();
        }
    }

    public void Fail(ConnectionEnd end)
    {
        Confirmation[] waiting;
        lock (_lock)
        {
            _end = end;
            waiting = [.. _waiting];
            _waiting.Clear();
            _core.RemoveObserver(Observe);
        }
        foreach (var confirmation in waiting)
            confirmation.Fail(end);
    }

    private void Observe(ReadOnlySpan<byte> message, long sequence)
    {
        if (WireMessage.PeekFirstType(message).EndsWith(".delta"u8))
            return;
        var serverEvent = _reader.Read(message);
        _session.Follow(LatestSession.Of(serverEvent), sequence);
        Confirmation? answered;
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return;
            answered = _waiting.Find(confirmation => confirmation.IsAnsweredBy(serverEvent));
            if (answered is not null)
                _waiting.Remove(answered);
            else if (serverEvent is ErrorEvent { Error.EventId: null or "" })
                _waiting.RemoveAll(confirmation => !confirmation.IsAwaited && confirmation.Event.EventId is null);
            StopWhenIdle();
        }
        answered?.Complete(serverEvent);
    }

    private void StopWhenIdle()
    {
        if (_waiting.Count == 0)
            _core.RemoveObserver(Observe);
    }
}
