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

    /// <inheritdoc cref="CreateSource{T}"/>
    public static TaskCompletionSource CreateSource(WorkTrackingTimeProvider? clock) =>
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
    /// Returns an awaitable that ends work which was reported with <see cref="WorkTrackingTimeProvider.BeginWork"/>, for the end of an asynchronous method. The code
    /// after the await, including callers that continue with it, runs before the work ends: a method that ended it itself would leave a moment in which its callers
    /// are about to continue and no work is tracked.
    /// </summary>
    public static CountedEnd EndAsync(WorkTrackingTimeProvider? clock) => new(clock);

    /// <summary>Runs a continuation on the thread pool, then ends the work.</summary>
    public static void End(WorkTrackingTimeProvider clock, Action continuation) =>
        ThreadPool.UnsafeQueueUserWorkItem(new Completion<Action>(clock, static next => next(), continuation), preferLocal: false);

    /// <summary>
    /// Returns an awaitable for a task, in place of <c>ConfigureAwait(false)</c>. The code after the await is tracked from the moment the task completes until it
    /// waits again.
    /// </summary>
    /// <remarks>
    /// The runtime queues a continuation to the thread pool, untracked, if the task completes after the await has checked it and before the continuation is
    /// registered, or on a thread with a synchronization context. A continuation of <see cref="Task.ContinueWith(Action{Task})"/> that executes synchronously
    /// runs on the completing or the registering thread in both cases.
    /// </remarks>
    public static CountedAwaiter Counted(this Task task, WorkTrackingTimeProvider? clock) => new(task, clock);

    /// <inheritdoc cref="Counted(Task, WorkTrackingTimeProvider?)"/>
    public static CountedAwaiter<T> Counted<T>(this Task<T> task, WorkTrackingTimeProvider? clock) => new(task, clock);

    /// <summary>Registers the continuation of an await.</summary>
    public static void Continue(Task task, WorkTrackingTimeProvider? clock, Action continuation)
    {
        if (clock is null)
        {
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(continuation);
            return;
        }
        _ = task.ContinueWith(
            static (_, state) =>
            {
                var (clock, continuation) = ((WorkTrackingTimeProvider, Action))state!;
                clock.BeginWork();
                try
                {
                    continuation();
                }
                finally
                {
                    clock.EndWork();
                }
            },
            (clock, continuation),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

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

/// <inheritdoc cref="CountedWork.Counted(Task, WorkTrackingTimeProvider?)"/>
internal readonly struct CountedAwaiter(Task task, WorkTrackingTimeProvider? clock) : ICriticalNotifyCompletion
{
    public bool IsCompleted => task.IsCompleted;

    public CountedAwaiter GetAwaiter() => this;

    public void GetResult() => task.GetAwaiter().GetResult();

    public void OnCompleted(Action continuation) => CountedWork.Continue(task, clock, continuation);

    public void UnsafeOnCompleted(Action continuation) => CountedWork.Continue(task, clock, continuation);
}

/// <inheritdoc cref="CountedWork.Counted(Task, WorkTrackingTimeProvider?)"/>
internal readonly struct CountedAwaiter<T>(Task<T> task, WorkTrackingTimeProvider? clock) : ICriticalNotifyCompletion
{
    public bool IsCompleted => task.IsCompleted;

    public CountedAwaiter<T> GetAwaiter() => this;

    public T GetResult() => task.GetAwaiter().GetResult();

    public void OnCompleted(Action continuation) => CountedWork.Continue(task, clock, continuation);

    public void UnsafeOnCompleted(Action continuation) => CountedWork.Continue(task, clock, continuation);
}

/// <inheritdoc cref="CountedWork.EndAsync"/>
internal readonly struct CountedEnd(WorkTrackingTimeProvider? clock) : ICriticalNotifyCompletion
{
    public bool IsCompleted => clock is null;

    public CountedEnd GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => CountedWork.End(clock!, continuation);

    public void UnsafeOnCompleted(Action continuation) => CountedWork.End(clock!, continuation);
}
