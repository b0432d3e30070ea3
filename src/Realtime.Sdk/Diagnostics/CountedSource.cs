namespace Realtime.Sdk.Internal;

/// <summary>
/// The source of a task. With a clock that tracks work, the task completes on the thread pool and its continuations are tracked. Without one, it
/// completes immediately and its continuations run asynchronously.
/// </summary>
internal sealed class CountedSource<T>(WorkTrackingTimeProvider? clock)
{
    private readonly TaskCompletionSource<T> _source = CountedWork.CreateSource<T>(clock);

    public Task<T> Task => _source.Task;

    public void SetResult(T result) => CountedWork.Run(clock, static set => set.Source.TrySetResult(set.Result), (Source: _source, Result: result));

    public void SetException(Exception exception) =>
        CountedWork.Run(clock, static set => set.Source.TrySetException(set.Exception), (Source: _source, Exception: exception));
}
