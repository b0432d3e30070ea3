namespace Realtime.Sdk.Testing.Internal;

/// <summary>Knows whether the emulator has anything left to do before the client acts or time passes.</summary>
internal sealed class Idleness
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

    /// <summary>Waits for time to pass, which is no work.</summary>
    public async Task DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
            return;
        var passed = Task.Delay(delay, time, cancellationToken);
        Leave();
        try
        {
            await passed.ConfigureAwait(false);
        }
        finally
        {
            Enter();
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
