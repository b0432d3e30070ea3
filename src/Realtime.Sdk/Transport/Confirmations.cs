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

    /// <summary>Waits for the first event of the connection, whatever it is. To be called before the pump starts.</summary>
    public Confirmation First()
    {
        var first = new Confirmation(null).Awaited();
        Add(first);
        return first;
    }

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
                _core.Observer = Observe;
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
            _waiting.Remove(confirmation);
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
            StopWhenIdle();
        }
        foreach (var confirmation in waiting)
            confirmation.Fail(end);
    }

    private void Observe(ReadOnlySpan<byte> message, long sequence)
    {
        if (!MayAnswer(message))
            return;
        var serverEvent = _reader.Read(message);
        _session.Follow(serverEvent, sequence);
        Confirmation? answered;
        lock (_lock)
        {
            answered = _waiting.Find(confirmation => confirmation.IsAnsweredBy(serverEvent));
            if (answered is not null)
                _waiting.Remove(answered);
            else if (serverEvent is ErrorEvent { Error.EventId: null or "" })
                _waiting.RemoveAll(confirmation => !confirmation.IsAwaited && confirmation.Event?.EventId is null);
            StopWhenIdle();
        }
        answered?.Complete(serverEvent);
    }

    /// <summary>Reading an event costs more than looking at its type.</summary>
    private bool MayAnswer(ReadOnlySpan<byte> message)
    {
        var type = ServerEventReader.PeekType(message);
        lock (_lock)
        {
            foreach (var confirmation in _waiting)
            {
                if (confirmation.Event is null)
                    return true;
            }
        }
        return !type.EndsWith(".delta"u8);
    }

    private void StopWhenIdle()
    {
        if (_waiting.Count == 0)
            _core.Observer = null;
    }
}
