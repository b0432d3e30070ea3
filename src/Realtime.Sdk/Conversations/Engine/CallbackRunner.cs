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
    public void Run(Func<Task> callback) => Run(static callback => callback(), callback);

    /// <summary>Starts a callback, which must not throw.</summary>
    /// <param name="callback">The callback. Its state is a separate argument, which avoids the allocation of a closure.</param>
    /// <param name="state">The state that is passed to the callback.</param>
    public void Run<TState>(Func<TState, Task> callback, TState state)
    {
        var item = new WorkItem<TState>(callback, state, _context);
        // The context of the current thread need not flow, because the work item runs in the captured one.
        if (_counting is null)
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
        else
            _counting.Post(static item => ((IThreadPoolWorkItem)item!).Execute(), item);
    }

    private sealed class WorkItem<TState>(Func<TState, Task> callback, TState state, ExecutionContext? context) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (context is null)
                Start();
            else
                ExecutionContext.Run(context, static item => ((WorkItem<TState>)item!).Start(), this);
        }

        private void Start() => _ = callback(state);
    }
}
