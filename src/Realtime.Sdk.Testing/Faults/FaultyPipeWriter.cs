using System.Buffers;
using System.IO.Pipelines;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The output of a connection, which is sent with <see cref="EmulatorConnection.SendAsync"/>.</summary>
internal sealed class FaultyPipeWriter(PipeWriter transport, EmulatorConnection connection) : PipeWriter
{
    private PooledBuffer _unflushed = new();

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.Length;

    public override void Advance(int bytes) => _unflushed.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetSpan(sizeHint);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // This flush owns the buffer: Complete may be called during it, and must neither send the bytes again nor return the buffer to the pool.
        var flushing = Interlocked.Exchange(ref _unflushed, new());
        var result = await connection.SendAsync(transport, flushing.Written, cancellationToken).ConfigureAwait(false);
        flushing.Clear();
        return result;
    }

    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        var unflushed = Interlocked.Exchange(ref _unflushed, new());
        if (exception is null && !connection.IsOver)
            transport.Write(unflushed.Written.Span);
        unflushed.Clear();
        transport.Complete(exception);
    }
}

/// <summary>The transport of a connection: input is unchanged, output passes through <see cref="FaultyPipeWriter"/>.</summary>
internal sealed class FaultyTransport(IDuplexPipe transport, EmulatorConnection connection) : IDuplexPipe
{
    public PipeReader Input => transport.Input;

    public PipeWriter Output { get; } = new FaultyPipeWriter(transport.Output, connection);
}
