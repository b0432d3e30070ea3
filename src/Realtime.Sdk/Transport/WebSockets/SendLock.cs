using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <summary>
/// An asynchronous lock that admits one sender at a time, in the order of the calls. A canceled wait does not affect other senders, waiting does not
/// allocate after a warm-up, and after <see cref="Fail"/> all waiting and later senders fail.
/// </summary>
/// <remarks>
/// It is not a SemaphoreSlim, which guarantees no order, allocates a task for each wait, and cannot make waiting callers fail. It is not a Channel with a
/// sending loop, because each send would switch threads, and a caller could not learn that its message was not sent.
/// </remarks>
internal sealed class SendLock
{
    private const int MaxIdleWaiters = 16;

    // Guards the queue, the idle waiters, _failure and _isHeld. Waiters are completed outside it, because a continuation may call back.
    private readonly Lock _lock = new();

    // A linked list, so that a canceled wait can be removed from the middle in constant time.
    private readonly LinkedList<Waiter> _queue = new();
    private readonly Stack<Waiter> _idle = new();
    private Func<Exception>? _failure;
    private bool _isHeld;

    /// <summary>Waits until the caller may send. <see cref="Exit"/> must follow.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        Waiter waiter;
        lock (_lock)
        {
            if (_failure is not null)
                return ValueTask.FromException(_failure());
            if (!_isHeld)
            {
                _isHeld = true;
                return ValueTask.CompletedTask;
            }
            waiter = _idle.TryPop(out var idle) ? idle : new Waiter(this);
            _queue.AddLast(waiter.Node);
        }
        return waiter.WaitAsync(cancellationToken);
    }

    public void Exit()
    {
        Waiter? next;
        lock (_lock)
        {
            next = Dequeue();
            // The next waiter takes over without the lock becoming free, so that a new caller cannot overtake it.
            _isHeld = next is not null;
        }
        next?.Complete();
    }

    /// <summary>Makes all waiting and later senders fail. The current sender is not affected.</summary>
    public void Fail(Func<Exception> failure)
    {
        lock (_lock)
        {
            // The first failure is the cause. Later ones follow from it.
            _failure ??= failure;
        }

        // From now on no sender is added to the queue, so the loop ends.
        while (true)
        {
            Waiter? waiter;
            lock (_lock)
                waiter = Dequeue();
            if (waiter is null)
                return;
            waiter.Fail(_failure());
        }
    }

    private Waiter? Dequeue()
    {
        var first = _queue.First;
        if (first is null)
            return null;
        _queue.RemoveFirst();
        return first.Value;
    }

    private bool TryLeaveQueue(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node.List is null)
                return false;
            _queue.Remove(waiter.Node);
            return true;
        }
    }

    private void Recycle(Waiter waiter)
    {
        lock (_lock)
        {
            if (_idle.Count < MaxIdleWaiters)
                _idle.Push(waiter);
        }
    }

    private sealed class Waiter : IValueTaskSource
    {
        private readonly SendLock _sendLock;

        // Otherwise the next sender would run inside the Exit call of the previous one, which would not return before that send has begun.
        private ManualResetValueTaskSourceCore<bool> _entry = new() { RunContinuationsAsynchronously = true };
        private CancellationTokenRegistration _registration;

        public Waiter(SendLock sendLock)
        {
            _sendLock = sendLock;
            Node = new(this);
        }

        public LinkedListNode<Waiter> Node { get; }

        public ValueTask WaitAsync(CancellationToken cancellationToken)
        {
            var version = _entry.Version;
            _registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Cancel(token), this);
            return new(this, version);
        }

        public void Complete() => _entry.SetResult(true);

        public void Fail(Exception exception) => _entry.SetException(exception);

        private void Cancel(CancellationToken cancellationToken)
        {
            // The method that removes the waiter from the queue (Exit, Fail or this one) completes it, so it is completed only once.
            if (_sendLock.TryLeaveQueue(this))
                _entry.SetException(new OperationCanceledException(cancellationToken));
        }

        public void GetResult(short token)
        {
            try
            {
                _entry.GetResult(token);
            }
            finally
            {
                // Waits for a running cancellation callback, so that it cannot cancel the next wait.
                _registration.Dispose();
                _entry.Reset();
                _sendLock.Recycle(this);
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _entry.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _entry.OnCompleted(continuation, state, token, flags);
    }
}
