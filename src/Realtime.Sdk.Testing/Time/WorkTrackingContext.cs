namespace Realtime.Sdk.Testing.Internal;

/// <summary>Runs callbacks on the thread pool, in any order. Each counts as work from the time it is posted until it returns.</summary>
internal sealed class WorkTrackingContext(VirtualTime time) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        time.Begin(WorkKind.Callback);
        ThreadPool.QueueUserWorkItem(
            static post =>
            {
                try
                {
                    post.Context.Send(post.Callback, post.State);
                }
                finally
                {
                    post.Context.End();
                }
            },
            (Context: this, Callback: d, State: state),
            preferLocal: false);
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            d(state);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    private void End() => time.End(WorkKind.Callback);
}
