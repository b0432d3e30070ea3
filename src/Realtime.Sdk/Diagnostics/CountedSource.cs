namespace Realtime.Sdk.Internal;

/// <summary>
/// The source of a task. With a clock that tracks work, the task completes on the thread pool and its continuations are tracked. Without one, it
/// completes immediately and its continuations run asynchronously. Only the first outcome counts.
/// </summary>
internal sealed class CountedSource<T>(WorkTrackingTimeProvider? clock)
{
    private readonly TaskCompletionSource<T> _source = CountedWork.CreateSource<T>(clock);
    private int _isSet;

    public Task<T> Task => _source.Task;

    public void SetResult(T result)
    {
        if (TrySet())
            CountedWork.Run(clock, static set => set.Source.SetResult(set.Result), (Source: _source, Result: result));
    }

    public void SetException(Exception exception)
    {
        if (TrySet())
            CountedWork.Run(clock, static set => set.Source.SetException(set.Exception), (Source: _source, Exception: exception));
    }

    /// <summary>Decides here which outcome is the first: the thread pool can run two completions in any order.</summary>
    private bool TrySet() => Interlocked.Exchange(ref _isSet, 1) == 0;
}
