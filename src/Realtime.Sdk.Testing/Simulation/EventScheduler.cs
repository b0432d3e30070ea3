namespace Realtime.Sdk.Testing.Internal;

/// <summary>The scheduled actions of one model, with a single timer. Used under the model's lock.</summary>
internal sealed class EventScheduler : IDisposable
{
    /// <summary>Timers accept at most 49 days.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly PriorityQueue<Entry, (long Due, long Order)> _entries = new();

    // PriorityQueue does not keep the order of entries with the same priority.
    private long _order;
    private long? _currentDue;
    private bool _isDisposed;

    /// <param name="time">The clock.</param>
    /// <param name="wake">Called outside the lock when an action is due. It must take the lock and call <see cref="RunDue"/>.</param>
    public EventScheduler(TimeProvider time, Action wake)
    {
        _time = time;

        // The timer must not capture the execution context of the caller that happens to create it.
        using var suppressed = ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(_ => wake(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The current time. While an action runs, the time at which it was due, even if a late timer or a jump of the clock runs it later.</summary>
    public DateTimeOffset Now => _currentDue is { } ticks ? new(ticks, TimeSpan.Zero) : _time.GetUtcNow();

    /// <summary>
    /// Schedules an action. Actions that are due at the same time run in the order in which they were scheduled. Inside an action, the delay is measured from
    /// the time at which that action was due, so that a late timer or a jump of the clock does not delay the actions that follow.
    /// </summary>
    public Entry Schedule(TimeSpan delay, Action action)
    {
        var entry = new Entry(action);
        if (!_isDisposed)
            _entries.Enqueue(entry, (Now.UtcTicks + Math.Max(0, delay.Ticks), _order++));
        return entry;
    }

    /// <summary>Runs the actions that are due, including those that become due meanwhile, and sets the timer for the rest.</summary>
    public void RunDue()
    {
        var outer = _currentDue;
        while (!_isDisposed && _entries.TryPeek(out var entry, out var when))
        {
            var wait = when.Due - _time.GetUtcNow().UtcTicks;

            // A canceled entry is removed now, even if it is not due, so that it does not set the timer.
            if (wait > 0 && !entry.IsCanceled)
            {
                _timer.Change(TimeSpan.FromTicks(Math.Min(wait, MaxWait.Ticks)), Timeout.InfiniteTimeSpan);
                break;
            }
            _entries.Dequeue();
            _currentDue = when.Due;
            entry.Run();
        }
        _currentDue = outer;
    }

    /// <summary>Runs the steps of an iterator. Each element is the time until the next step.</summary>
    public void RunSteps(IEnumerable<TimeSpan> steps) => RunSteps(steps.GetEnumerator());

    /// <summary>Drops all actions. No action runs afterwards.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _entries.Clear();
        _timer.Dispose();
    }

    private void RunSteps(IEnumerator<TimeSpan> steps)
    {
        if (steps.MoveNext())
            Schedule(steps.Current, () => RunSteps(steps));
    }

    /// <summary>A scheduled action.</summary>
    internal sealed class Entry(Action action)
    {
        public bool IsCanceled { get; private set; }

        public void Cancel() => IsCanceled = true;

        public void Run()
        {
            if (!IsCanceled)
                action();
        }
    }
}
