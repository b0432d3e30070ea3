namespace Realtime.Sdk.Testing.Internal;

/// <summary>One timer of a virtual clock. The clock's lock guards its state; its callback runs outside the lock.</summary>
/// <param name="time">The clock.</param>
/// <param name="callback">The callback, which runs in the execution context of the creator.</param>
/// <param name="state">The argument of the callback.</param>
/// <param name="order">The order among timers that are due at the same time.</param>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state, long order) : ITimer
{
    /// <summary>The maximum of the platform's timers: 49.7 days.</summary>
    private const long MaxMilliseconds = uint.MaxValue - 1;

#pragma warning disable CA2213 // disposing it has no effect, and the timer does not own the context of its creator
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
#pragma warning restore CA2213
    private TaskCompletionSource? _disposal;

    public long Order => order;

    /// <summary>The time at which the timer fires, in ticks since the start. Not meaningful while the timer is not set.</summary>
    public long Due { get; set; }

    /// <summary>The period in ticks; 0 for a timer that fires once.</summary>
    public long Period { get; set; }

    /// <summary>Whether the timer was set to fire immediately, so that no time has to pass.</summary>
    public bool IsImmediate { get; set; }

    public bool IsDisposed { get; set; }

    public bool IsRunning { get; set; }

    public static void ThrowIfInvalid(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfInvalid(dueTime, nameof(dueTime));
        ThrowIfInvalid(period, nameof(period));
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfInvalid(dueTime, period);
        return time.Set(this, dueTime, period);
    }

    public void Dispose() => time.Remove(this);

    /// <summary>Disposes the timer; completes when its callback has returned, if it runs.</summary>
    public ValueTask DisposeAsync() => time.Remove(this, () => (_disposal ??= new()).Task) is { } running ? new(running) : ValueTask.CompletedTask;

    public void Run()
    {
        // In the context of the creator, like the timers of the platform.
        if (_context is null)
            callback(state);
        else
            ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Call(), this);
    }

    /// <summary>Completes <see cref="DisposeAsync"/>. Its continuations run here, while the timer still counts as work.</summary>
    public void NotifyReturned(bool isDisposed)
    {
        if (isDisposed)
            _disposal?.TrySetResult();
    }

    private void Call() => callback(state);

    private static void ThrowIfInvalid(TimeSpan value, string name)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, MaxMilliseconds, name);
    }
}
