using System.Buffers;
using System.IO.Pipelines;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The way out of a connection, through <see cref="EmulatorConnection.SendAsync"/>.</summary>
internal sealed class FaultyPipeWriter(PipeWriter transport, EmulatorConnection connection) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _unflushed = new();

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.WrittenCount;

    public override void Advance(int bytes) => _unflushed.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetSpan(sizeHint);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = await connection.SendAsync(transport, _unflushed.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _unflushed.ResetWrittenCount();
        return result;
    }

    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (exception is null && !connection.IsOver)
            transport.Write(_unflushed.WrittenSpan);
        _unflushed.ResetWrittenCount();
        transport.Complete(exception);
    }
}

/// <summary>A connection's two ways: in as it comes, out through <see cref="FaultyPipeWriter"/>.</summary>
internal sealed class FaultyTransport(IDuplexPipe transport, EmulatorConnection connection) : IDuplexPipe
{
    public PipeReader Input => transport.Input;

    public PipeWriter Output { get; } = new FaultyPipeWriter(transport.Output, connection);
}
