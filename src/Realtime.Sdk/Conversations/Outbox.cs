namespace Realtime.Sdk.Internal;

/// <summary>
/// The events that a conversation sends, in the order in which they were decided. They are added under the conversation's lock and sent by
/// <see cref="Flush"/> outside it. While there is no session, they wait.
/// </summary>
internal sealed class Outbox(RealtimeConnection connection, TimeProvider time, Action<ClientEvent, Exception> failed)
{
    private readonly WorkTrackingTimeProvider? _work = time as WorkTrackingTimeProvider;
    private readonly Lock _lock = new();
    private readonly LinkedList<(ClientEvent? Event, CountedSource<bool>? Sent)> _waiting = [];
    private RealtimeConnection _connection = connection;
    private volatile bool _hasWaiting;
    private bool _isSending;
    private bool _isPaused;
    private int _lastId;

    /// <summary>Whether an event or a wait for the sends before it is queued. Exact for code under the conversation's lock, which is held to add entries.</summary>
    public bool HasWaiting => _hasWaiting;

    /// <summary>Creates an event ID, by which the server's errors name the event.</summary>
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
            if (_isSending || _isPaused || _waiting.Count == 0)
                return;
            _isSending = true;
        }
        _ = SendAsync();
    }

    /// <summary>Sends nothing until <see cref="Resume"/>. Events that wait are not work in progress, because time may have to pass first.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            if (_isPaused)
                return;
            (_isPaused, _hasWaiting) = (true, false);
            for (var i = 0; i < _waiting.Count; i++)
                _work?.EndWork();
        }
    }

    /// <summary>Sends the events over a connection from now on, first those that have waited.</summary>
    public void Resume(RealtimeConnection connection)
    {
        lock (_lock)
        {
            if (!_isPaused)
                return;
            (_isPaused, _connection, _hasWaiting) = (false, connection, _waiting.Count > 0);
            for (var i = 0; i < _waiting.Count; i++)
                _work?.BeginWork();
        }
    }

    /// <summary>Removes an event that was not sent; returns false if it was, or may have been.</summary>
    public bool Withdraw(string? eventId)
    {
        lock (_lock)
        {
            for (var node = _waiting.First; node is not null; node = node.Next)
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
            while (_waiting.First is { } node)
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
                _hasWaiting = true;
            }
            _waiting.AddLast((clientEvent, sent));
        }
    }

    private void Remove(LinkedListNode<(ClientEvent? Event, CountedSource<bool>? Sent)> node)
    {
        _waiting.Remove(node);
        node.Value.Sent?.SetResult(true);
        if (!_isPaused)
            _work?.EndWork();
    }

    private async Task SendAsync()
    {
        while (Next() is { } next)
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

    private (ClientEvent? Event, CountedSource<bool>? Sent)? Next()
    {
        lock (_lock)
        {
            if (!_isPaused && _waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                return next.Value;
            }
            (_isSending, _hasWaiting) = (false, false);
            return null;
        }
    }
}
