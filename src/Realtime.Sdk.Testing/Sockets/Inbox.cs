namespace Realtime.Sdk.Testing.Internal;

/// <summary>The messages nobody has taken yet, up to a maximum, for whoever waits for the next one.</summary>
internal sealed class Inbox(ActivityTracker idleness)
{
    /// <summary>How many bytes of messages are kept for a script, and then no more are read until it takes some.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>What an entry costs besides its bytes: messages may be empty.</summary>
    private const int EntryBytes = 200;

    private readonly Lock _lock = new();
    private readonly Queue<ReceivedMessage> _unread = [];
    private readonly LinkedList<Waiter> _waiting = [];
    private long _bytes;
    private bool _discardsOldest;
    private TaskCompletionSource? _room;
    private bool _complete;

    public void Add(ReceivedMessage message)
    {
        lock (_lock)
        {
            if (_waiting.First is not { Value: var waiter })
            {
                _unread.Enqueue(message);
                _bytes += Size(message);
                Trim();
                return;
            }
            _waiting.RemoveFirst();
            Wake(waiter, message);
        }
    }

    /// <summary>
    /// The script is over, and whether anybody takes messages any more is not known: the newest are kept, and the connection is read all the same, so
    /// that pings and closes are answered.
    /// </summary>
    public void DiscardOldest()
    {
        lock (_lock)
        {
            _discardsOldest = true;
            Trim();
        }
    }

    /// <summary>Completes when messages may be added.</summary>
    public Task WhenRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_bytes < MaxBytes || _discardsOldest)
                return Task.CompletedTask;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            foreach (var waiter in _waiting)
                Wake(waiter, null);
            _waiting.Clear();
        }
    }

    /// <summary>Takes the next message; null when nothing more will come.</summary>
    /// <param name="counted">Whether the caller counts as work while it does not wait.</param>
    /// <param name="patience">How long to wait, in real time.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public async Task<ReceivedMessage?> TakeAsync(bool counted, TimeSpan patience, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (Dequeue() is { } message)
                return message;
            if (_complete)
                return null;
            waiter = new(new(TaskCreationOptions.RunContinuationsAsynchronously), counted);
            _waiting.AddLast(waiter);
            if (counted)
                idleness.Leave();
        }
        try
        {
            return await waiter.Arrived.Task.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (!GiveUp(waiter))
                return await waiter.Arrived.Task.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a wait; false when its message has just come.</summary>
    private bool GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(waiter))
                return false;
            Wake(waiter, null);
            return true;
        }
    }

    private ReceivedMessage? Dequeue()
    {
        if (!_unread.TryDequeue(out var message))
            return null;
        _bytes -= Size(message);
        if (_bytes < MaxBytes)
            MakeRoom();
        return message;
    }

    private void Trim()
    {
        while (_discardsOldest && _bytes >= MaxBytes)
            Dequeue();
    }

    private void MakeRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private static int Size(ReceivedMessage message) => message.Bytes.Length + EntryBytes;

    /// <summary>Whoever waited counts as work again before anybody can find the emulator idle.</summary>
    private void Wake(Waiter waiter, ReceivedMessage? message)
    {
        if (waiter.Counted)
            idleness.Enter();
        waiter.Arrived.TrySetResult(message);
    }

    private sealed record Waiter(TaskCompletionSource<ReceivedMessage?> Arrived, bool Counted);
}
