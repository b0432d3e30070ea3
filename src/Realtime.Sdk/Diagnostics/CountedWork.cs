using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Continues waiting code as work that a clock is informed of, from before it can run until it waits again. Continuations run inside the counted work item, so
/// that no moment is left in which they are about to run and nothing is counted.
/// </summary>
internal static class CountedWork
{
    /// <summary>A source to be completed with <see cref="Run"/>: without a clock that counts, its continuations run asynchronously.</summary>
    public static TaskCompletionSource<T> CreateSource<T>(WorkTrackingTimeProvider? clock) =>
        new(clock is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    /// <summary>Runs the completion of such a source: at once without a clock that counts, otherwise on the thread pool and counted.</summary>
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

    /// <summary>To be awaited: what follows, callers that continue with it included, is counted until it waits again.</summary>
    public static CountedYield YieldAsync(WorkTrackingTimeProvider clock) => new(clock);

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

/// <summary>Counts what a cancellation causes as work, until its disposal, whose caller continues before the work ends.</summary>
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
