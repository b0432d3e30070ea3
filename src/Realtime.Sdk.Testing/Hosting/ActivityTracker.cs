namespace Realtime.Sdk.Testing.Internal;

/// <summary>Tracks whether the emulator has anything left to do before the client acts or time passes.</summary>
/// <param name="time">The virtual clock to inform; null for any other clock.</param>
internal sealed class ActivityTracker(VirtualTime? time = null)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _busy;

    /// <summary>Called when work begins.</summary>
    public void Enter()
    {
        time?.Begin(WorkKind.Emulator);
        EnterSend();
    }

    /// <summary>Called when work ends, or begins to wait for the client or for time to pass.</summary>
    public void Leave()
    {
        LeaveSend();
        time?.End(WorkKind.Emulator);
    }

    /// <summary>Called when a send begins. The virtual clock is not informed: it counts each message until the client has received it (<see cref="ConnectionTracker"/>).</summary>
    public void EnterSend()
    {
        lock (_lock)
            _busy++;
    }

    /// <summary>Called when a send ends.</summary>
    public void LeaveSend()
    {
        lock (_lock)
        {
            if (--_busy > 0)
                return;
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    /// <summary>Waits for time to pass. The caller must count as work (<see cref="Enter"/>), and does not during the wait.</summary>
    public async Task DelayAsync(TimeSpan delay, TimeProvider clock, CancellationToken cancellationToken)
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

        var timer = clock.CreateTimer(_ => End(isCanceled: false), state: null, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        await using (cancellationToken.Register(() => End(isCanceled: true)).ConfigureAwait(false))
        {
            Leave();
            await passed.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Completes as soon as there is no work; immediately if there is none now.</summary>
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
