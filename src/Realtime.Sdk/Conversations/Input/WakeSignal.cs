using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <summary>
/// An auto-reset event for one waiter, with a timer that sets it. The waiter must check its condition again, because it may be woken too early. Unlike the platform's
/// primitives, it allocates nothing per wait, and reports to a <see cref="WorkTrackingTimeProvider"/> that there is no work during a wait.
/// </summary>
internal sealed class WakeSignal : IValueTaskSource, IThreadPoolWorkItem, IDisposable
{
    private const int Idle = 0, Set = 1, Waiting = 2;

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly WorkTrackingTimeProvider? _work;
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    public WakeSignal(TimeProvider time)
    {
        _time = time;
        _work = time as WorkTrackingTimeProvider;
        _timer = time.CreateTimer(static signal => ((WakeSignal)signal!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes the waiter, or the next one. The waiter continues inside this call.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _state, Set) != Waiting)
            return;
        _work?.BeginWork();
        _core.SetResult(true);
    }

    /// <summary>Wakes the waiter on the thread pool: for a caller that may hold a lock, such as code that cancels a token.</summary>
    public void WakeFromPool()
    {
        _work?.BeginWork();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Waits until the next <see cref="Wake"/>. Operations that wake the waiter must be started before this call.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();

        // A wake-up came before the wait, which therefore ends immediately.
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) != Idle)
        {
            Interlocked.Exchange(ref _state, Idle);
            return ValueTask.CompletedTask;
        }

        // A wake-up before this line has already begun the next work, so the count does not reach zero in between.
        _work?.EndWork();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Like <see cref="WaitAsync()"/>, but for a limited time. The platform's timers count whole milliseconds and may fire early.</summary>
    public ValueTask WaitAsync(TimeSpan limit)
    {
        _timer.Change(limit < Millisecond ? Millisecond : limit, Timeout.InfiniteTimeSpan);
        return WaitAsync();
    }

    /// <summary>Waits until a condition holds, at most for a duration. Code that makes it true must wake the waiter.</summary>
    /// <returns>Whether the condition holds.</returns>
    public async ValueTask<bool> WaitForAsync(Func<bool> condition, TimeSpan limit)
    {
        var start = _time.GetTimestamp();
        while (!condition() && limit - _time.GetElapsedTime(start) is { Ticks: > 0 } left)
            await WaitAsync(left).ConfigureAwait(false);
        return condition();
    }

    public void Dispose() => _timer.Dispose();

    void IThreadPoolWorkItem.Execute()
    {
        Wake();
        _work?.EndWork();
    }

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        Interlocked.Exchange(ref _state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
