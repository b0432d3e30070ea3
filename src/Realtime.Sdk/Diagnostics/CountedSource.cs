namespace Realtime.Sdk.Internal;

/// <summary>
/// A source of one task. With a clock that counts work, the task completes a moment later, on the thread pool, and what continues with it is counted; without
/// one it completes at once, and continues asynchronously.
/// </summary>
internal sealed class CountedSource<T>(WorkTrackingTimeProvider? clock)
{
    private readonly TaskCompletionSource<T> _source = CountedWork.CreateSource<T>(clock);

    public Task<T> Task => _source.Task;

    public void SetResult(T result) => CountedWork.Run(clock, static set => set.Source.TrySetResult(set.Result), (Source: _source, Result: result));

    public void SetException(Exception exception) =>
        CountedWork.Run(clock, static set => set.Source.TrySetException(set.Exception), (Source: _source, Exception: exception));
}
