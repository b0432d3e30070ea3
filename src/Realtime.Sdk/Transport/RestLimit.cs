namespace Realtime.Sdk.Internal;

/// <summary>
/// A deadline together with the cancellation by the caller and by the disposal of the client, as one token. The token is given to code of the
/// application (token callbacks, message handlers), whose callbacks on it may throw: that never comes out of whatever cancels it.
/// </summary>
internal sealed class RestLimit : CancellationTokenSource
{
    private readonly CancellationToken _caller;
    private readonly CancellationToken _disposed;
    private readonly CancellationTokenRegistration _byCaller;
    private readonly CancellationTokenRegistration _byDisposal;
    private readonly ITimer? _timer;

    /// <summary>Starts the deadline.</summary>
    /// <param name="after">The time until the deadline; <see cref="Timeout.InfiniteTimeSpan"/> is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Cancels it before.</param>
    /// <param name="disposed">Cancels it before, too.</param>
    public RestLimit(TimeSpan after, TimeProvider time, CancellationToken caller, CancellationToken disposed)
    {
        (_caller, _disposed) = (caller, disposed);
        // Not the timer of the base class: a callback on the token that throws would end the process from there.
        _timer = after == Timeout.InfiniteTimeSpan ? null : time.CreateTimer(static limit => End(limit!), this, after, Timeout.InfiniteTimeSpan);
        _byCaller = caller.UnsafeRegister(static limit => End(limit!), this);
        _byDisposal = disposed.UnsafeRegister(static limit => End(limit!), this);
    }

    /// <summary>Whether the deadline has passed.</summary>
    public bool Passed => IsCancellationRequested && !_caller.IsCancellationRequested && !_disposed.IsCancellationRequested;

    protected override void Dispose(bool disposing)
    {
        _byCaller.Dispose();
        _byDisposal.Dispose();
        _timer?.Dispose();
        base.Dispose(disposing);
    }

    private static void End(object limit)
    {
        try
        {
            ((RestLimit)limit).Cancel();
        }
        catch (Exception e) when (e is AggregateException or ObjectDisposedException)
        {
            // What callbacks on the token have thrown; or the timer fired while the limit was disposed.
        }
    }
}
