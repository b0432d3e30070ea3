namespace Realtime.Sdk.Internal;

/// <summary>
/// The events that a conversation sends, in the order in which they were decided. They are added under the conversation's lock and sent by
/// <see cref="Flush"/> outside it.
/// </summary>
internal sealed class Outbox(RealtimeConnection connection, TimeProvider time, Action<ClientEvent, Exception> failed)
{
    private readonly WorkTrackingTimeProvider? _work = time as WorkTrackingTimeProvider;
    private readonly Lock _lock = new();
    private readonly Queue<(ClientEvent? Event, CountedSource<bool>? Sent)> _waiting = [];
    private volatile bool _hasWaiting;
    private bool _isSending;
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
            if (_isSending || _waiting.Count == 0)
                return;
            _isSending = true;
        }
        _ = SendAsync();
    }

    private void Add(ClientEvent? clientEvent, CountedSource<bool>? sent)
    {
        _work?.BeginWork();
        lock (_lock)
        {
            _waiting.Enqueue((clientEvent, sent));
            _hasWaiting = true;
        }
    }

    private async Task SendAsync()
    {
        while (Next() is { } next)
        {
            try
            {
                if (next.Event is not null)
                    await connection.SendAsync(next.Event).ConfigureAwait(false);
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
            if (_waiting.TryDequeue(out var next))
                return next;
            (_isSending, _hasWaiting) = (false, false);
            return null;
        }
    }
}
