using System.Diagnostics;

namespace Realtime.Sdk.Testing;

/// <content>The timers, and the move from one to the next.</content>
public sealed partial class VirtualTime
{
    private readonly SortedSet<VirtualTimer> _timers = new(Comparer<VirtualTimer>.Create(
        static (a, b) => a.Due == b.Due ? a.Order.CompareTo(b.Order) : a.Due.CompareTo(b.Due)));

    private long _created;
    private int _immediate;

    /// <summary>The number of timers that are set.</summary>
    internal int Timers
    {
        get
        {
            lock (_lock)
                return _timers.Count;
        }
    }

    internal bool Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _generation++;
            if (timer.IsDisposed)
                return false;
            Deactivate(timer);
            timer.Period = Math.Max(0, period.Ticks);
            if (dueTime >= TimeSpan.Zero)
                Add(timer, _now + dueTime.Ticks, isImmediate: dueTime == TimeSpan.Zero);
        }
        MoveWhenIdle();
        return true;
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_lock)
        {
            _generation++;
            timer.IsDisposed = true;
            Deactivate(timer);
        }
    }

    /// <returns>The result of <paramref name="wait"/> if the callback is running; otherwise null.</returns>
    internal Task? Remove(VirtualTimer timer, Func<Task> wait)
    {
        lock (_lock)
        {
            Remove(timer);
            return timer.IsRunning ? wait() : null;
        }
    }

    private void Add(VirtualTimer timer, long due, bool isImmediate)
    {
        timer.Due = due;
        timer.IsImmediate = isImmediate;
        if (_timers.Add(timer) && isImmediate)
            _immediate++;
    }

    private void Deactivate(VirtualTimer timer)
    {
        if (_timers.Remove(timer) && timer.IsImmediate)
            _immediate--;
    }

    /// <summary>Starts to move if no work is in progress. Called whenever that may have become true, and never while the caller holds the lock.</summary>
    private void MoveWhenIdle()
    {
        lock (_lock)
        {
            if (!CanMove())
                return;
        }
        _mover.Start();
    }

    private bool CanMove() => InProgress <= 0 && (_immediate > 0 || (_timers.Count > 0 && HasWaiters()));

    /// <summary>Takes the timer that fires next, and moves the time to it. Null if the task of the last wait has just completed.</summary>
    private VirtualTimer? TakeNext()
    {
        // If no method waits, time must not pass, so only a timer that was set to fire immediately may fire.
        var next = HasWaiters() ? _timers.Min : _timers.FirstOrDefault(timer => timer.IsImmediate);
        if (next is null)
            return null;
        Deactivate(next);

        // Interlocked, because the time is read without the lock, and a 64-bit read could be torn on 32-bit platforms.
        Interlocked.Exchange(ref _now, Math.Max(_now, next.Due));
        if (next.Period > 0)
            Add(next, _now + next.Period, isImmediate: false);
        next.IsRunning = true;

        // While the lock is held, so that time does not move again before the callback has run.
        _inProgress[(int)WorkKind.Timer]++;
        _generation++;
        return next;
    }

    private void Fire(VirtualTimer timer)
    {
        try
        {
            timer.Run();
        }
        finally
        {
            bool isDisposed;
            lock (_lock)
            {
                timer.IsRunning = false;
                isDisposed = timer.IsDisposed;
            }
            timer.NotifyReturned(isDisposed);
            RecordProgress();
            End(WorkKind.Timer);
        }
    }

    /// <summary>
    /// Moves the time after the thread pool has run a few work items, so that code that is not counted can continue: at least three, and more while the pool is busy.
    /// The same object is queued each time, one at a time.
    /// </summary>
    private sealed class Mover(VirtualTime time) : IThreadPoolWorkItem
    {
        private const int MinTurns = 3, MaxTurns = 20;

        private long _seen;
        private int _turns;
        private int _isActive;

        public void Start()
        {
            if (Interlocked.Exchange(ref _isActive, 1) == 0)
                Queue();
        }

        public void Execute()
        {
            VirtualTimer? next = null;
            lock (time._lock)
            {
                if (!time.CanMove())
                {
                    // Set under the lock, so that a later change that makes the move possible starts it again.
                    Volatile.Write(ref _isActive, 0);
                    return;
                }
                if (_seen != time._generation)
                    (_seen, _turns) = (time._generation, 0);
                if (++_turns > MinTurns && (_turns > MaxTurns || ThreadPool.PendingWorkItemCount == 0))
                {
                    Volatile.Write(ref _isActive, 0);
                    next = time.TakeNext();
                    if (next is null)
                        return;
                }
            }
            if (next is null)
                Queue();
            else
                time.Fire(next);
        }

        private void Queue()
        {
            // Not the local queue, from which the thread takes the newest item first: the work that is already queued must run before this.
            var queued = ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            Debug.Assert(queued, "The thread pool accepts every item.");
        }
    }
}
