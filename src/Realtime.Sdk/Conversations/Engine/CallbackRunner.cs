namespace Realtime.Sdk.Internal;

/// <summary>
/// Runs asynchronous code of the app on the thread pool, with the execution context of the code that has started the conversation, so that its culture and its
/// <see cref="AsyncLocal{T}"/> values do not depend on the thread that makes the decision. With a clock that counts work, all of it is counted.
/// </summary>
internal sealed class CallbackRunner(WorkTrackingTimeProvider? clock)
{
    private readonly SynchronizationContext? _counting = clock?.CallbackContext;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    /// <summary>Starts a callback, which must not throw.</summary>
    public void Run(Func<Task> callback)
    {
        if (_counting is null)
            ThreadPool.UnsafeQueueUserWorkItem(static run => run.Runner.Invoke(run.Callback), (Runner: this, Callback: callback), preferLocal: false);
        else
            _counting.Post(_ => Invoke(callback), null);
    }

    private void Invoke(Func<Task> callback)
    {
        if (_context is null)
            _ = callback();
        else
            ExecutionContext.Run(_context, static callback => _ = ((Func<Task>)callback!)(), callback);
    }
}
