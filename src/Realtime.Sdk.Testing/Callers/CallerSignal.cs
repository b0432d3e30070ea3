namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Wakes the methods of a caller that wait for something to happen. With a <see cref="VirtualTime"/>, the continuations of a signal are counted as work, so that the
/// clock does not move until the method waits again or has returned. Thread-safe.
/// </summary>
internal sealed class CallerSignal(TimeProvider time)
{
    private readonly VirtualTime? _clock = time as VirtualTime;
    private readonly Lock _lock = new();
    private TaskCompletionSource? _next;

    /// <summary>Completes with the next signal.</summary>
    public Task WhenSetAsync()
    {
        lock (_lock)
        {
            // With a virtual clock, continuations run inline, while they are counted.
            _next ??= new(_clock is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
            return _next.Task;
        }
    }

    /// <summary>Gives a signal. Never runs a continuation itself, so it may be called under a lock.</summary>
    public void Set()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
            (waiting, _next) = (_next, null);
        if (waiting is null)
            return;
        if (_clock is null)
        {
            waiting.TrySetResult();
            return;
        }
        _clock.BeginWork();
        ThreadPool.UnsafeQueueUserWorkItem(
            static signal =>
            {
                signal.Source.TrySetResult();
                signal.Clock.EndWork();
            },
            (Source: waiting, Clock: _clock),
            preferLocal: false);
    }
}
