namespace Realtime.Sdk.Testing.Internal;

/// <summary>The messages that have not been taken, up to a maximum, and the callers that wait for the next one.</summary>
internal sealed class Inbox(ActivityTracker activity)
{
    /// <summary>The maximum total size of the messages that wait for a script. Above it, the connection is not read until the script takes some.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>The cost of an entry besides its bytes, because messages may be empty.</summary>
    private const int EntryBytes = 200;

    private readonly Lock _lock = new();
    private readonly Queue<ReceivedMessage> _unread = [];
    private readonly LinkedList<Waiter> _waiting = [];
    private long _bytes;
    private bool _discardsOldest;
    private TaskCompletionSource? _spaceWait;
    private bool _complete;

    public void Add(ReceivedMessage message)
    {
        lock (_lock)
        {
            if (_waiting.First is not { Value: var waiter })
            {
                _unread.Enqueue(message);
                _bytes += GetSize(message);
                Trim();
                return;
            }
            _waiting.RemoveFirst();
            Wake(waiter, message);
        }
    }

    /// <summary>
    /// Called when the script has ended and messages may no longer be taken. From then on, the oldest messages are discarded at the maximum, so that the
    /// connection is still read, and pings and close frames are answered.
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
    public Task WaitForSpaceAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_bytes < MaxBytes || _discardsOldest)
                return Task.CompletedTask;
            _spaceWait ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _spaceWait.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Called when no more messages will be received.</summary>
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

    /// <summary>Takes the next message; null when no more will be received.</summary>
    /// <param name="isTracked">Whether the caller counts as work while it does not wait.</param>
    /// <param name="timeout">The maximum time to wait, in real time.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="TimeoutException">No message was received in time.</exception>
    public async Task<ReceivedMessage?> TakeAsync(bool isTracked, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (Dequeue() is { } message)
                return message;
            if (_complete)
                return null;
            // Asynchronously, because Wake completes the task under the lock.
            waiter = new(new(TaskCreationOptions.RunContinuationsAsynchronously), isTracked);
            _waiting.AddLast(waiter);
            if (isTracked)
                activity.Leave();
        }
        try
        {
            return await waiter.Arrived.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The message was received at the same time as the wait ended. It must not be lost.
            if (!TryRemove(waiter))
                return await waiter.Arrived.Task.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a wait; false if its message has just been received.</summary>
    private bool TryRemove(Waiter waiter)
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
        _bytes -= GetSize(message);
        if (_bytes < MaxBytes)
            SignalSpace();
        return message;
    }

    private void Trim()
    {
        while (_discardsOldest && _bytes >= MaxBytes)
            Dequeue();
    }

    private void SignalSpace()
    {
        _spaceWait?.TrySetResult();
        _spaceWait = null;
    }

    private static int GetSize(ReceivedMessage message) => message.Bytes.Length + EntryBytes;

    /// <summary>Completes a wait. The work is entered first, so that the emulator is not idle in between.</summary>
    private void Wake(Waiter waiter, ReceivedMessage? message)
    {
        if (waiter.IsTracked)
            activity.Enter();
        waiter.Arrived.TrySetResult(message);
    }

    private sealed record Waiter(TaskCompletionSource<ReceivedMessage?> Arrived, bool IsTracked);
}
