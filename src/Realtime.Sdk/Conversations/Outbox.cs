namespace Realtime.Sdk.Internal;

/// <summary>
/// The events that a conversation sends, in the order in which they were decided. They are added under the conversation's lock and sent by
/// <see cref="Flush"/> outside it. While there is no session, they wait.
/// </summary>
internal sealed class Outbox(RealtimeConnection connection, TimeProvider time, Action<ClientEvent, Exception> failed)
{
    private readonly WorkTrackingTimeProvider? _work = time as WorkTrackingTimeProvider;
    private readonly Lock _lock = new();
    private readonly LinkedList<(ClientEvent? Event, CountedSource<bool>? Sent)> _queue = [];
    private RealtimeConnection _connection = connection;

    // Volatile, because it is read without the lock of this object.
    private volatile bool _hasQueued;
    private bool _isSending;
    private bool _isPaused;
    private int _lastId;

    /// <summary>Whether entries are queued. Exact under the conversation's lock, because entries are added only there.</summary>
    public bool HasQueued => _hasQueued;

    /// <summary>Creates an event ID. The errors of the server refer to events by their IDs.</summary>
    public string NewEventId() => $"conv_{Interlocked.Increment(ref _lastId)}";

    public void Add(ClientEvent clientEvent) => Add(clientEvent, null);

    /// <summary>Completes when everything that was added before has been sent, or has failed.</summary>
    public Task WhenSentAsync()
    {
        var sent = new CountedSource<bool>(_work);
        Add(null, sent);
        Flush();
        return sent.Task;
    }

    /// <summary>Sends the queued events, unless another thread is already sending them.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isSending || _isPaused || _queue.Count == 0)
                return;
            _isSending = true;
        }
        _ = SendAsync();
    }

    /// <summary>Sends nothing until <see cref="Resume"/>. Queued events do not count as work meanwhile, so that a virtual clock can advance.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            if (_isPaused)
                return;
            (_isPaused, _hasQueued) = (true, false);
            for (var i = 0; i < _queue.Count; i++)
                _work?.EndWork();
        }
    }

    /// <summary>Sends the queued events, and all later ones, over a connection.</summary>
    public void Resume(RealtimeConnection connection)
    {
        lock (_lock)
        {
            if (!_isPaused)
                return;
            (_isPaused, _connection, _hasQueued) = (false, connection, _queue.Count > 0);
            for (var i = 0; i < _queue.Count; i++)
                _work?.BeginWork();
        }
    }

    /// <summary>Removes an event that was not sent; returns false if it was, or may have been.</summary>
    public bool TryRemove(string? eventId)
    {
        lock (_lock)
        {
            for (var node = _queue.First; node is not null; node = node.Next)
            {
                if (node.Value.Event is { } waiting && waiting.EventId == eventId)
                {
                    Remove(node);
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Removes all events, which belong to a session that was lost.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            while (_queue.First is { } node)
                Remove(node);
        }
    }

    private void Add(ClientEvent? clientEvent, CountedSource<bool>? sent)
    {
        lock (_lock)
        {
            if (!_isPaused)
            {
                _work?.BeginWork();
                _hasQueued = true;
            }
            _queue.AddLast((clientEvent, sent));
        }
    }

    private void Remove(LinkedListNode<(ClientEvent? Event, CountedSource<bool>? Sent)> node)
    {
        _queue.Remove(node);
        node.Value.Sent?.SetResult(true);
        if (!_isPaused)
            _work?.EndWork();
    }

    private async Task SendAsync()
    {
        while (TryDequeue() is { } next)
        {
            try
            {
                if (next.Event is not null)
                    await _connection.SendAsync(next.Event).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // a failure belongs to one event; the events after it are still sent
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed(next.Event!, e);
            }
            next.Sent?.SetResult(true);
            _work?.EndWork();
        }
    }

    private (ClientEvent? Event, CountedSource<bool>? Sent)? TryDequeue()
    {
        lock (_lock)
        {
            if (!_isPaused && _queue.First is { } next)
            {
                _queue.RemoveFirst();
                return next.Value;
            }
            (_isSending, _hasQueued) = (false, false);
            return null;
        }
    }
}
