using System.Text;

namespace Realtime.Sdk.Testing;

/// <content>The methods that let time pass.</content>
public sealed partial class VirtualTime
{
    /// <summary>Timers of <see cref="AdvanceAsync"/> fire after all others that are due at the same time.</summary>
    private const long LastOrder = long.MaxValue / 2;

    private const int ListedTimers = 5;

    private readonly HashSet<Wait> _waits = [];
    private ITimer? _watchdog;
    private long _progress;

    /// <summary>
    /// Lets time pass until <paramref name="task"/> completes. The clock stops at that moment, unless another method waits for time to pass.
    /// </summary>
    /// <param name="task">The task to wait for. If it fails, its exception is thrown.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="TimeoutException">Time could not move for <see cref="ExpectTimeout"/>. The message lists the work in progress.</exception>
    public Task RunUntilAsync(Task task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        return WaitAsync(task, cancellationToken);
    }

    /// <summary>Lets time pass until <paramref name="task"/> completes, and returns its result.</summary>
    /// <inheritdoc cref="RunUntilAsync(Task, CancellationToken)"/>
    public async Task<T> RunUntilAsync<T>(Task<T> task, CancellationToken cancellationToken = default)
    {
        await RunUntilAsync((Task)task, cancellationToken).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>
    /// Lets exactly this much time pass. When it completes, all timers that were due have fired in order, and all work that they caused has ended.
    /// </summary>
    /// <param name="by">The time that passes, at least zero. <see cref="TimeSpan.Zero"/> fires the timers that are due now.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or extends beyond <see cref="DateTimeOffset.MaxValue"/>.</exception>
    /// <exception cref="TimeoutException">Time could not move for <see cref="ExpectTimeout"/>. The message lists the work in progress.</exception>
    public async Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, DateTimeOffset.MaxValue - GetUtcNow());
        var passed = new TaskCompletionSource();
        VirtualTimer timer;
        lock (_lock)
        {
            timer = new(this, static passed => ((TaskCompletionSource)passed!).TrySetResult(), passed, LastOrder + ++_created);
            Add(timer, _now + by.Ticks, isImmediate: false);
        }
        try
        {
            await RunUntilAsync(passed.Task, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Remove(timer);
        }
    }

    private async Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        if (!task.IsCompleted)
        {
            var wait = new Wait(task);
            Begin(wait);
            using var cancellation = cancellationToken.UnsafeRegister(
                static (wait, token) => ((Wait)wait!).Ended.TrySetCanceled(token), wait);
            var ended = await Task.WhenAny(task, wait.Ended.Task).ConfigureAwait(false);
            End(wait);
            if (ended != task)
                await wait.Ended.Task.ConfigureAwait(false);
        }
        await task.ConfigureAwait(false);
    }

    private void Begin(Wait wait)
    {
        RecordProgress();
        lock (_lock)
        {
            _generation++;
            _waits.Add(wait);
            if (_waits.Count == 1 && ExpectTimeout != Timeout.InfiniteTimeSpan)
                StartWatchdog();
        }
        MoveWhenIdle();
    }

    private void End(Wait wait)
    {
        lock (_lock)
        {
            _generation++;
            if (_waits.Remove(wait) && _waits.Count == 0)
                _watchdog?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether a method waits for time to pass. Called under the lock.</summary>
    private bool HasWaiters()
    {
        foreach (var wait in _waits)
        {
            if (!wait.IsOver)
                return true;
        }
        return false;
    }

    private void RecordProgress() => Volatile.Write(ref _progress, System.GetTimestamp());

    private void StartWatchdog()
    {
        if (_watchdog is null)
        {
            // The timer outlives the wait, and must not keep the execution context of its caller.
            using var suppressed = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            _watchdog = System.CreateTimer(static time => ((VirtualTime)time!).CheckProgress(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        _watchdog.Change(ExpectTimeout, Timeout.InfiniteTimeSpan);
    }

    private void CheckProgress()
    {
        Wait[] stuck;
        string state;
        lock (_lock)
        {
            if (_waits.Count == 0)
                return;
            var remaining = ExpectTimeout - System.GetElapsedTime(Volatile.Read(ref _progress));
            if (remaining > TimeSpan.Zero)
            {
                // Timers and timestamps are two clocks: a timer may be a little early.
                _watchdog!.Change(remaining + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }
            state = Describe();
            stuck = [.. _waits];
            _waits.Clear();
        }
        foreach (var wait in stuck)
            wait.Ended.TrySetException(new TimeoutException(state));
    }

    /// <summary>Describes what prevents time from moving, for the exception.</summary>
    private string Describe()
    {
        var text = new StringBuilder($"Virtual time could not move for {ExpectTimeout.TotalSeconds:0.###} s. The current time is {GetUtcNow():O}.");
        var parts = Enum.GetValues<WorkKind>().Where(kind => _inProgress[(int)kind] != 0).Select(kind => $"{Name(kind)}: {_inProgress[(int)kind]}").Concat(DescribeConnections());
        text.Append(" In progress: ").AppendJoin(", ", parts.DefaultIfEmpty("nothing")).Append('.');
        text.Append(" Next timers: ").AppendJoin(", ", _timers.Take(ListedTimers).Select(timer => $"{_start.AddTicks(timer.Due):O}").DefaultIfEmpty("none"));
        return text.Append(_timers.Count > ListedTimers ? $" and {_timers.Count - ListedTimers} more." : ".").ToString();
    }

    private static string Name(WorkKind kind) => kind switch
    {
        WorkKind.Work => "work",
        WorkKind.Emulator => "work of the emulator",
        WorkKind.Callback => "callbacks",
        WorkKind.Timer => "callbacks of timers",
        _ => "holds",
    };

    /// <summary>One method call that waits for time to pass.</summary>
    private sealed class Wait(Task task)
    {
        /// <summary>Whether the task has completed. Its continuation, which removes the wait, may run later, because the runtime may queue it to the thread pool.</summary>
        public bool IsOver => task.IsCompleted;

        /// <summary>Ends the wait before its task has completed.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
