namespace Realtime.Sdk.Internal;

/// <summary>
/// Cancels one token for three reasons: a deadline, the caller's token, or the client's disposal. The token is given to code of the application
/// (token callbacks, message handlers), whose callbacks on it may throw: that never comes out of whatever cancels it.
/// </summary>
/// <remarks>One source, because two timers and three linked sources for each request cost more than they tell.</remarks>
internal sealed class DeadlineTokenSource : CancellationTokenSource
{
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _disposedRegistration;
    private readonly ITimer? _timer;

    /// <summary>Starts the deadline.</summary>
    /// <param name="kind">The deadline that the timer stands for.</param>
    /// <param name="delay">The time until the deadline; <see cref="Timeout.InfiniteTimeSpan"/> is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Cancels the source earlier.</param>
    /// <param name="disposed">Cancels the source earlier, too.</param>
    public DeadlineTokenSource(RealtimeDeadline kind, TimeSpan delay, TimeProvider time, CancellationToken caller, CancellationToken disposed)
    {
        Kind = kind;

        // Not the timer of the base class: a callback on the token that throws would end the process from there.
        _timer = delay == Timeout.InfiniteTimeSpan ? null : time.CreateTimer(static source => Cancel(source!), this, delay, Timeout.InfiniteTimeSpan);
        _callerRegistration = caller.UnsafeRegister(static source => Cancel(source!), this);
        _disposedRegistration = disposed.UnsafeRegister(static source => Cancel(source!), this);
    }

    /// <summary>The deadline that the timer stands for.</summary>
    public RealtimeDeadline Kind { get; }

    protected override void Dispose(bool disposing)
    {
        _callerRegistration.Dispose();
        _disposedRegistration.Dispose();
        _timer?.Dispose();
        base.Dispose(disposing);
    }

    private static void Cancel(object source)
    {
        try
        {
            ((DeadlineTokenSource)source).Cancel();
        }
        catch (Exception e) when (e is AggregateException or ObjectDisposedException)
        {
            // What callbacks on the token have thrown; or the timer fired while the source was disposed.
        }
    }
}
