namespace Realtime.Sdk.Testing.Internal;

/// <summary>The messages nobody has taken yet, for whoever waits for the next one.</summary>
internal sealed class Inbox(ActivityTracker idleness)
{
    private readonly Lock _lock = new();
    private readonly Queue<ReceivedMessage> _unread = [];
    private readonly LinkedList<Waiter> _waiting = [];
    private bool _complete;

    public void Add(ReceivedMessage message)
    {
        lock (_lock)
        {
            if (_waiting.First is not { Value: var waiter })
            {
                _unread.Enqueue(message);
                return;
            }
            _waiting.RemoveFirst();
            Wake(waiter, message);
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
            if (_unread.TryDequeue(out var message))
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

    /// <summary>Whoever waited counts as work again before anybody can find the emulator idle.</summary>
    private void Wake(Waiter waiter, ReceivedMessage? message)
    {
        if (waiter.Counted)
            idleness.Enter();
        waiter.Arrived.TrySetResult(message);
    }

    private sealed record Waiter(TaskCompletionSource<ReceivedMessage?> Arrived, bool Counted);
}
