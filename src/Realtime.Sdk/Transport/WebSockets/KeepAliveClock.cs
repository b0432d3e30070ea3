namespace Realtime.Sdk.Internal;

/// <summary>
/// Sends the pings of all connections of a client, and aborts those whose server has stopped answering. One timer serves all of them, because a timer for each
/// costs several times as much CPU time as the pings themselves: thousands of idle connections would wake up a thread each, many times a minute.
/// </summary>
/// <param name="time">
/// The clock of the network. Not the clock of an application that moves its time, for example in a test: no server could answer within an hour that takes a
/// millisecond.
/// </param>
internal sealed class KeepAliveClock(TimeProvider time)
{
    // The number of ticks per interval or timeout, whichever is shorter. A ping is late by at most one tick, and so is the detection of its missing answer.
    private const int TicksPerWait = 8;

    private static readonly TimeSpan MinPeriod = TimeSpan.FromMilliseconds(1), MaxPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<KeepAlive> _all = [];

    // The connections of the current tick, which only its thread uses.
    private readonly List<KeepAlive> _current = [];
    private ITimer? _timer;
    private TimeSpan _period = MaxPeriod;
    private bool _isTicking;
    private long _lastTick;

    // The time that has passed, without the time in which the process did not run. See Tick.
    private TimeSpan _now;

    /// <summary>Sends pings over a connection until <see cref="Remove"/>.</summary>
    public void Add(KeepAlive connection)
    {
        lock (_lock)
        {
            connection.Index = _all.Count;
            _all.Add(connection);
            var period = GetPeriod(connection);
            if (_all.Count > 1 && period >= _period)
                return;
            _period = period;
            if (_all.Count == 1)
                _lastTick = time.GetTimestamp();
            _timer ??= CreateTimer();
            if (!_isTicking)
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
        }
    }

    public void Remove(KeepAlive connection)
    {
        lock (_lock)
        {
            if (connection.Index is not { } index)
                return;
            connection.Index = null;
            var last = _all[^1];
            _all.RemoveAt(_all.Count - 1);
            if (last != connection)
            {
                _all[index] = last;
                last.Index = index;
            }
            if (_all.Count == 0)
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tick()
    {
        TimeSpan now;
        lock (_lock)
        {
            // A change of the period can start the timer again when this thread has not begun.
            if (_isTicking)
                return;
            _isTicking = true;

            // Two periods at most: after the machine has slept, servers get the time to answer that they had before.
            var timestamp = time.GetTimestamp();
            var passed = time.GetElapsedTime(_lastTick, timestamp);
            _now += passed < _period * 2 ? passed : _period * 2;
            _lastTick = timestamp;
            now = _now;
            _current.AddRange(_all);
        }

        // Outside the lock, because writing a ping and aborting a connection take longer than adding one should wait.
        foreach (var connection in _current)
            connection.Check(now);
        _current.Clear();
        lock (_lock)
        {
            _isTicking = false;
            if (_all.Count > 0)
                _timer!.Change(_period, Timeout.InfiniteTimeSpan);
        }
    }

    private static TimeSpan GetPeriod(KeepAlive connection)
    {
        var wait = connection.Timeout == Timeout.InfiniteTimeSpan || connection.Interval < connection.Timeout ? connection.Interval : connection.Timeout;
        return TimeSpan.FromTicks(Math.Clamp(wait.Ticks / TicksPerWait, MinPeriod.Ticks, MaxPeriod.Ticks));
    }

    /// <summary>Creates the timer without the execution context of the connection that happens to be the first, because it serves all of them.</summary>
    private ITimer CreateTimer()
    {
        using var suppressed = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        return time.CreateTimer(static clock => ((KeepAliveClock)clock!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>The pings of one connection. The server is alive as long as any bytes arrive.</summary>
/// <param name="stream">The stream under the connection.</param>
/// <param name="interval">The time without received bytes after which a ping is sent.</param>
/// <param name="timeout">The maximum time until bytes arrive after a ping; infinite waits for none.</param>
/// <param name="expired">Called when nothing has arrived for that time. It must not throw.</param>
internal sealed class KeepAlive(ReadAheadStream stream, TimeSpan interval, TimeSpan timeout, Action expired)
{
    private int _reads = -1;
    private TimeSpan _since;
    private bool _isPinged;

    private volatile bool _isPaused;

    /// <summary>The place in the list of the clock; null if it is not in the list.</summary>
    public int? Index { get; set; }

    /// <summary>Whether the connection does not receive. Meanwhile, the server cannot be expected to answer.</summary>
    public bool IsPaused { set => _isPaused = value; }

    public TimeSpan Interval => interval;

    public TimeSpan Timeout => timeout;

    /// <summary>Sends a ping or ends the connection if it is time. Runs on one thread at a time.</summary>
    public void Check(TimeSpan now)
    {
        if (stream.Reads is var reads && (reads != _reads || _isPaused))
            (_reads, _since, _isPinged) = (reads, now, false);
        else if (!_isPinged && now - _since >= interval && stream.TryPing())
            (_since, _isPinged) = (now, true);
        else if (_isPinged && timeout != System.Threading.Timeout.InfiniteTimeSpan && now - _since >= timeout)
            expired();
    }
}
