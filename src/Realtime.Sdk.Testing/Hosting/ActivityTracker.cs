namespace Realtime.Sdk.Testing.Internal;

/// <summary>Tracks whether the emulator has anything left to do before the client acts or time passes.</summary>
internal sealed class ActivityTracker
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _busy;

    /// <summary>Work begins.</summary>
    public void Enter()
    {
        lock (_lock)
            _busy++;
    }

    /// <summary>Work ends, or starts to wait for the client or for time.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_busy > 0)
                return;
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    /// <summary>Waits for time to pass, which does not count as work. The caller must count as work.</summary>
    public async Task DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        if (delay == TimeSpan.Zero)
            return;
        cancellationToken.ThrowIfCancellationRequested();

        // The work is entered before the wait completes, so that the emulator is not idle in between.
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var over = 0;
        void End(bool isCanceled)
        {
            if (Interlocked.Exchange(ref over, 1) != 0)
                return;
            Enter();
            _ = isCanceled ? passed.TrySetCanceled(cancellationToken) : passed.TrySetResult();
        }

        var timer = time.CreateTimer(_ => End(isCanceled: false), state: null, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        await using (cancellationToken.Register(() => End(isCanceled: true)).ConfigureAwait(false))
        {
            Leave();
            await passed.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Completes at the next moment without work; at once when this is one.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_busy == 0)
                return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }
}
