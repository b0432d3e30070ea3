namespace Realtime.Sdk.Internal;

/// <summary>
/// A token source that is canceled by a deadline, by the caller's token or by the disposal of the client. Its token is passed to code of the application
/// (token callbacks, message handlers), which can register callbacks that throw. Such exceptions do not reach the code that cancels the source.
/// </summary>
/// <remarks>A single source, because two timers and three linked sources for each request would be expensive.</remarks>
internal sealed class DeadlineTokenSource : CancellationTokenSource
{
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _disposedRegistration;
    private readonly ITimer? _timer;

    /// <summary>Starts the deadline.</summary>
    /// <param name="kind">The deadline that the timer represents.</param>
    /// <param name="delay">The time until the deadline; <see cref="Timeout.InfiniteTimeSpan"/> disables it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">The token of the caller, which cancels the source earlier.</param>
    /// <param name="disposed">The token of the disposal, which cancels the source earlier.</param>
    public DeadlineTokenSource(RealtimeDeadline kind, TimeSpan delay, TimeProvider time, CancellationToken caller, CancellationToken disposed)
    {
        Kind = kind;

        // Not the timer of the base class: a callback that throws would end the process there.
        _timer = delay == Timeout.InfiniteTimeSpan ? null : time.CreateTimer(static source => Cancel(source!), this, delay, Timeout.InfiniteTimeSpan);
        _callerRegistration = caller.UnsafeRegister(static source => Cancel(source!), this);
        _disposedRegistration = disposed.UnsafeRegister(static source => Cancel(source!), this);
    }

    /// <summary>The deadline that the timer represents.</summary>
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
            // A callback on the token has thrown, or the timer fired while the source was being disposed.
        }
    }
}
