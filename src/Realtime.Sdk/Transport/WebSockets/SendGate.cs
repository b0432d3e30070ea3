using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <summary>
/// An asynchronous lock that admits one sender at a time, in the order of the calls. A canceled wait does not affect other senders, waiting does not
/// allocate after a warm-up, and after <see cref="Break"/> all waiting and later senders fail.
/// </summary>
/// <remarks>
/// It is not a SemaphoreSlim, which guarantees no order, allocates a task for each wait, and cannot make waiting callers fail. It is not a Channel with a
/// sending loop, because each send would switch threads, and a caller could not learn that its message was not sent.
/// </remarks>
internal sealed class SendGate
{
    private const int KeptWaiters = 16;

    // Guards the queue, the idle waiters, _refusal and _taken. Waiters are completed outside it, because a continuation may call back.
    private readonly Lock _lock = new();

    // A linked list, so that a canceled wait can be removed from the middle in constant time.
    private readonly LinkedList<Waiter> _queue = new();
    private readonly Stack<Waiter> _idle = new();
    private Func<Exception>? _refusal;
    private bool _taken;

    /// <summary>Waits until the caller may send. <see cref="Exit"/> must follow.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        Waiter waiter;
        lock (_lock)
        {
            if (_refusal is not null)
                return ValueTask.FromException(_refusal());
            if (!_taken)
            {
                _taken = true;
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
            // The next waiter takes over without the gate becoming free, so that a new caller cannot overtake it.
            _taken = next is not null;
        }
        next?.Grant();
    }

    /// <summary>Makes all waiting and later senders fail. The current sender is not affected.</summary>
    public void Break(Func<Exception> refusal)
    {
        lock (_lock)
            _refusal ??= refusal;
        // From now on no sender is added to the queue, so the loop ends.
        while (true)
        {
            Waiter? waiter;
            lock (_lock)
                waiter = Dequeue();
            if (waiter is null)
                return;
            waiter.Refuse(_refusal());
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

    private void Keep(Waiter waiter)
    {
        lock (_lock)
        {
            if (_idle.Count < KeptWaiters)
                _idle.Push(waiter);
        }
    }

    private sealed class Waiter : IValueTaskSource
    {
        private readonly SendGate _gate;
        private ManualResetValueTaskSourceCore<bool> _turn = new() { RunContinuationsAsynchronously = true };
        private CancellationTokenRegistration _registration;

        public Waiter(SendGate gate)
        {
            _gate = gate;
            Node = new(this);
        }

        public LinkedListNode<Waiter> Node { get; }

        public ValueTask WaitAsync(CancellationToken cancellationToken)
        {
            var version = _turn.Version;
            _registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Cancel(token), this);
            return new(this, version);
        }

        public void Grant() => _turn.SetResult(true);

        public void Refuse(Exception exception) => _turn.SetException(exception);

        private void Cancel(CancellationToken cancellationToken)
        {
            // The method that removes the waiter from the queue (Exit, Break or this one) completes it, so it is completed only once.
            if (_gate.TryLeaveQueue(this))
                _turn.SetException(new OperationCanceledException(cancellationToken));
        }

        public void GetResult(short token)
        {
            try
            {
                _turn.GetResult(token);
            }
            finally
            {
                // Waits for a running cancellation callback, so that it cannot cancel the next wait.
                _registration.Dispose();
                _turn.Reset();
                _gate.Keep(this);
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _turn.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _turn.OnCompleted(continuation, state, token, flags);
    }
}
