using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Lets one sender in at a time, in the order of the calls. Canceling a wait affects no other sender, waiting allocates nothing once warm, and
/// a broken gate refuses every waiting and every later sender.
/// </summary>
/// <remarks>
/// Not a SemaphoreSlim: that promises no order, allocates a task for each wait, and cannot refuse those who wait. Not a Channel with a
/// loop that sends: each send would then cost a thread hand-over, and a caller could not learn that its own message was not sent.
/// </remarks>
internal sealed class SendGate
{
    private const int KeptWaiters = 16;

    // Guards the queue, the idle waiters, the refusal and whether the gate is taken. Nothing is completed under it: a continuation may call back.
    private readonly Lock _lock = new();

    // Linked, so that a canceled wait leaves the middle of the queue at no cost.
    private readonly LinkedList<Waiter> _queue = new();
    private readonly Stack<Waiter> _idle = new();
    private Func<Exception>? _refusal;
    private bool _taken;

    /// <summary>Waits for the caller's turn, which ends with <see cref="Exit"/>.</summary>
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
            // The turn passes on without the gate ever being free, or a new caller could overtake those who wait.
            _taken = next is not null;
        }
        next?.Grant();
    }

    /// <summary>Turns every waiting and every coming sender away; who is inside stays until it leaves.</summary>
    public void Break(Func<Exception> refusal)
    {
        lock (_lock)
            _refusal ??= refusal;
        // From here on no sender enters the queue, so this loop ends.
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
            // Whoever takes the waiter out of the queue completes it: Exit, Break, or this, and never two of them.
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
                // Waits for a cancellation that is running, so that none reaches the next wait.
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
