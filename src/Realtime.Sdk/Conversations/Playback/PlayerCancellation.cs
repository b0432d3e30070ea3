namespace Realtime.Sdk.Internal;

/// <summary>Cancels a call of the player.</summary>
#pragma warning disable CA1001 // A source without a timer has nothing to release, and the call may outlive all code that could dispose it.
internal sealed class PlayerCancellation
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    /// <summary>Cancels on the thread pool, because cancellation callbacks are code of the app.</summary>
    public void Cancel(WorkTrackingTimeProvider? work)
    {
        work?.BeginWork();
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                try
                {
                    state._source.Cancel();
                }
                catch (AggregateException)
                {
                    // Exceptions of cancellation callbacks are ignored: the call either ends or is abandoned.
                }
                state.work?.EndWork();
            },
            (_source, work),
            preferLocal: false);
    }
}
