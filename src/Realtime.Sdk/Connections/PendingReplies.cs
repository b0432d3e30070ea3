namespace Realtime.Sdk.Internal;

/// <summary>
/// The events that wait for a reply from the server, in the order of sending. Incoming messages are examined only while there are any. Replies to
/// session.update, commit and clear do not identify the event, so they are matched in order (FIFO). Therefore such events have an entry even if no caller
/// waits for the reply.
/// </summary>
internal sealed class PendingReplies<TClientEvent, TServerEvent>
    where TClientEvent : WireObject, IClientEvent
    where TServerEvent : WireObject, IServerEvent
{
    private const int MaxPending = 256;

    private readonly ConnectionProtocol<TClientEvent, TServerEvent> _protocol;
    private readonly WebSocketTransport _transport;
    private readonly SessionTracker _session;
    private readonly IEventReader<TServerEvent> _reader;
    private readonly Lock _lock = new();
    private readonly List<PendingReply<TClientEvent, TServerEvent>> _pending = [];
    private CloseInfo? _end;

    public PendingReplies(ConnectionProtocol<TClientEvent, TServerEvent> protocol, WebSocketTransport transport, SessionTracker session)
    {
        _protocol = protocol;
        _transport = transport;
        _session = session;
        // A separate reader, because it runs on the receiving thread, in parallel with the connection's reader.
        _reader = protocol.CreateReader();
        AddInSendOrder = reply => Add((PendingReply<TClientEvent, TServerEvent>)reply);
    }

    /// <summary><see cref="Add"/> as the delegate that the transport needs, created once.</summary>
    public Action<object> AddInSendOrder { get; }

    /// <summary>Adds an event whose reply is expected. Called in the order of sending.</summary>
    public void Add(PendingReply<TClientEvent, TServerEvent> reply)
    {
        CloseInfo? end;
        lock (_lock)
        {
            end = _end;
            if (end is null)
            {
                // An entry without a waiting caller only keeps the order. A server that never replies must not make the list grow.
                if (_pending.Count == MaxPending && _pending.FindIndex(pending => !pending.IsAwaited) is >= 0 and var stale)
                    _pending.RemoveAt(stale);
                _pending.Add(reply);
                if (_pending.Count == 1)
                    _transport.AddObserver(Observe);
            }
        }
        if (end is not null)
            reply.Fail(end);
    }

    /// <summary>Removes an event: it was not sent, or its reply can be identified and no caller waits for it anymore.</summary>
    public void Remove(PendingReply<TClientEvent, TServerEvent> reply)
    {
        lock (_lock)
        {
            if (_pending.Remove(reply))
                StopWhenEmpty();
        }
    }

    public void Fail(CloseInfo end)
    {
        PendingReply<TClientEvent, TServerEvent>[] pending;
        lock (_lock)
        {
            _end = end;
            pending = [.. _pending];
            _pending.Clear();
            _transport.RemoveObserver(Observe);
        }
        foreach (var reply in pending)
            reply.Fail(end);
    }

    private void Observe(ReadOnlyMemory<byte> message, long sequence)
    {
        // Examines the whole message: a message with contradictory types has an empty type here, so it is not skipped as a delta but read.
        var type = WireMessage.PeekType(message.Span);
        if (type.EndsWith(".delta"u8))
            return;
        var serverEvent = _protocol.ReadReply(_reader, message.Span, type);
        _session.Update(serverEvent.ReportedSession, sequence);
        PendingReply<TClientEvent, TServerEvent>? answered;
        lock (_lock)
        {
            if (_pending.Count == 0)
                return;

            // A reply that names its event takes precedence. Only a reply without a match may belong to the oldest event that expects such a reply.
            answered = _pending.Find(pending => _protocol.IsReply(pending.Event, serverEvent) || pending.IsAdditionalReply?.Invoke(serverEvent) == true)
                ?? _pending.Find(pending => _protocol.IsUncorrelatedReply(pending.Event, serverEvent));
            if (answered is not null)
                _pending.Remove(answered);
            // The error may be the reply to any event that was sent without an ID. A stale entry would be matched with the reply to a later event.
            else if (serverEvent.ReportedError is { EventId: null or "" })
                _pending.RemoveAll(pending => !pending.IsAwaited && pending.Event.EventId is null);
            StopWhenEmpty();
        }
        answered?.Complete(serverEvent);
    }

    private void StopWhenEmpty()
    {
        if (_pending.Count == 0)
            _transport.RemoveObserver(Observe);
    }
}
