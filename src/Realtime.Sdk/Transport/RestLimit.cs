namespace Realtime.Sdk.Internal;

/// <summary>What ends waiting, all through one token: the caller, the client's disposal, or the clock.</summary>
internal sealed class RestLimit : CancellationTokenSource
{
    private readonly CancellationToken _caller;
    private readonly CancellationToken _disposed;
    private readonly CancellationTokenRegistration _byCaller;
    private readonly CancellationTokenRegistration _byDisposal;

    /// <summary>Begins to run.</summary>
    /// <param name="after">When the clock ends it; <see cref="Timeout.InfiniteTimeSpan"/> is never.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Ends it before.</param>
    /// <param name="disposed">Ends it before, too.</param>
    public RestLimit(TimeSpan after, TimeProvider time, CancellationToken caller, CancellationToken disposed) : base(after, time)
    {
        (_caller, _disposed) = (caller, disposed);
        _byCaller = caller.UnsafeRegister(static limit => ((RestLimit)limit!).Cancel(), this);
        _byDisposal = disposed.UnsafeRegister(static limit => ((RestLimit)limit!).Cancel(), this);
    }

    /// <summary>Whether it was the clock.</summary>
    public bool Passed => IsCancellationRequested && !_caller.IsCancellationRequested && !_disposed.IsCancellationRequested;

    protected override void Dispose(bool disposing)
    {
        _byCaller.Dispose();
        _byDisposal.Dispose();
        base.Dispose(disposing);
    }
}
