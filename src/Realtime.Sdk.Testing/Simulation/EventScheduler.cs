namespace Realtime.Sdk.Testing.Internal;

/// <summary>The scheduled actions of one model, with a single timer. Used under the model's lock.</summary>
internal sealed class EventScheduler : IDisposable
{
    /// <summary>Timers take no more than 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly PriorityQueue<Entry, (long Due, long Order)> _entries = new();
    private long _order;
    private long? _doing;
    private bool _over;

    /// <param name="time">The time it goes by.</param>
    /// <param name="wake">Called when something is due, outside the lock: it takes the lock and calls <see cref="RunDue"/>.</param>
    public EventScheduler(TimeProvider time, Action wake)
    {
        _time = time;

        // The timer must not capture the context of the caller that happens to create it.
        using var suppressed = ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(_ => wake(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The time it is for what is being done: when it was due, if a late timer or a jump of time has it done later.</summary>
    public DateTimeOffset Now => _doing is { } ticks ? new(ticks, TimeSpan.Zero) : _time.GetUtcNow();

    /// <summary>
    /// Has something done later; what is due at the same time is done in the order of asking. Asked from something that is being done, later
    /// counts from when that was due: a late timer delays nothing behind it, and time may jump.
    /// </summary>
    public Entry After(TimeSpan delay, Action action)
    {
        var entry = new Entry(action);
        if (!_over)
            _entries.Enqueue(entry, (Now.UtcTicks + Math.Max(0, delay.Ticks), _order++));
        return entry;
    }

    /// <summary>Does what is due, what that makes due at once included, and sets the timer for the rest.</summary>
    public void RunDue()
    {
        var outer = _doing;
        while (!_over && _entries.TryPeek(out var entry, out var when))
        {
            var wait = when.Due - _time.GetUtcNow().UtcTicks;
            if (wait > 0 && !entry.IsCanceled)
            {
                _timer.Change(TimeSpan.FromTicks(Math.Min(wait, LongestWait.Ticks)), Timeout.InfiniteTimeSpan);
                break;
            }
            _entries.Dequeue();
            _doing = when.Due;
            entry.Run();
        }
        _doing = outer;
    }

    /// <summary>Does something in steps; each element is the time until the next.</summary>
    public void Play(IEnumerable<TimeSpan> steps) => Play(steps.GetEnumerator());

    /// <summary>Drops everything; nothing is done any more.</summary>
    public void Dispose()
    {
        _over = true;
        _entries.Clear();
        _timer.Dispose();
    }

    private void Play(IEnumerator<TimeSpan> steps)
    {
        if (steps.MoveNext())
            After(steps.Current, () => Play(steps));
    }

    /// <summary>One thing to do.</summary>
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
