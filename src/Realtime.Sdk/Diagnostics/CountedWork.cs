using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Runs continuations as work that a clock tracks, until they wait again. Continuations run inside the tracked work item: otherwise there would be a
/// moment in which they are about to run and no work is tracked, and the clock could move.
/// </summary>
internal static class CountedWork
{
    /// <summary>Creates a source that is completed by <see cref="Run"/>. Without a clock, its continuations run asynchronously.</summary>
    public static TaskCompletionSource<T> CreateSource<T>(WorkTrackingTimeProvider? clock) =>
        new(clock is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    /// <summary>Completes such a source: immediately without a clock, otherwise on the thread pool, tracked as work.</summary>
    public static void Run<TState>(WorkTrackingTimeProvider? clock, Action<TState> complete, TState state)
    {
        if (clock is null)
        {
            complete(state);
            return;
        }
        clock.BeginWork();
        ThreadPool.UnsafeQueueUserWorkItem(new Completion<TState>(clock, complete, state), preferLocal: false);
    }

    /// <summary>Returns an awaitable. The code after the await, including callers that continue with it, is tracked until it waits again.</summary>
    public static CountedYield YieldAsync(WorkTrackingTimeProvider clock) => new(clock);

    /// <summary>
    /// Reports that work has ended until a task completes. The code that completes the task must report the work again first: if the waiting code did so, time
    /// could move in between.
    /// </summary>
    public static Task SuspendAsync(WorkTrackingTimeProvider clock, Task task)
    {
        var resumed = new TaskCompletionSource();
        _ = task.ContinueWith(
            _ =>
            {
                clock.BeginWork();
                resumed.SetResult();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        clock.EndWork();
        return resumed.Task;
    }

    private sealed class Completion<TState>(WorkTrackingTimeProvider clock, Action<TState> complete, TState state) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            try
            {
                complete(state);
            }
            finally
            {
                clock.EndWork();
            }
        }
    }
}

/// <summary>Tracks the effects of a cancellation as work until it is disposed. The caller of the disposal continues before the work ends.</summary>
internal sealed class CountedCancellation : IAsyncDisposable
{
    private readonly WorkTrackingTimeProvider _clock;
    private readonly CancellationTokenRegistration _registration;
    private bool _isCanceled;

    public CountedCancellation(WorkTrackingTimeProvider clock, CancellationToken cancellationToken)
    {
        _clock = clock;
        _registration = cancellationToken.UnsafeRegister(static cancellation => ((CountedCancellation)cancellation!).Cancel(), this);
    }

    public async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync().ConfigureAwait(false);
        if (!_isCanceled)
            return;
        await CountedWork.YieldAsync(_clock);
        _clock.EndWork();
    }

    private void Cancel()
    {
        _clock.BeginWork();
        _isCanceled = true;
    }
}

/// <inheritdoc cref="CountedWork.YieldAsync"/>
internal readonly struct CountedYield(WorkTrackingTimeProvider clock) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public CountedYield GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => CountedWork.Run(clock, static next => next(), continuation);

    public void UnsafeOnCompleted(Action continuation) => OnCompleted(continuation);
}
