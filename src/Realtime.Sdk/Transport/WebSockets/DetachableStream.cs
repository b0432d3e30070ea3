using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A stream under a connection of the HTTP handler. After the upgrade to a WebSocket, the underlying stream can be detached from it and used directly, so
/// that the handler's connection, its request and its two 4 KB buffers do not live as long as the session. If the stream ends before the response to
/// a request, it throws an exception, so that the handler does not send the request again.
/// </summary>
internal sealed class DetachableStream(Stream inner) : Stream
{
    private volatile bool _detached;
    private volatile bool _awaitsResponse;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Detaches the underlying stream. The caller owns it from now on and must dispose it.</summary>
    public Stream Detach()
    {
        _detached = true;
        _ = ReleaseWriteBufferAsync();
        return inner;
    }

    /// <summary>
    /// Reads, or identifies itself to a <see cref="DetachProbe"/>. The handler's connection passes a read on only if it has buffered no bytes, so none are
    /// lost.
    /// </summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!buffer.IsEmpty)
            return ReadBytesAsync(buffer, cancellationToken);
        if (!MemoryMarshal.TryGetMemoryManager<byte, DetachProbe>(buffer, out var probe))
            return inner.ReadAsync(buffer, cancellationToken);
        probe.Stream = this;
        return new(0);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Read(inner.Read(buffer), buffer.Length);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _awaitsResponse = true;
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _awaitsResponse = true;
        inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private ValueTask<int> ReadBytesAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Read(read.Result, buffer.Length)) : ReadBytesAsync(read, buffer.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadBytesAsync(ValueTask<int> read, int requested) => Read(await read.ConfigureAwait(false), requested);

    /// <summary>Returns the number of bytes, or throws if the stream ended in place of a response.</summary>
    /// <remarks>
    /// If a stream ends before the first byte of a response, the handler assumes that an idle connection was closed. It then sends a request without a
    /// body, such as a handshake, again on another connection, up to three times, although the server may have received it. The handler does not retry
    /// after an exception. An end before anything was written is passed on, so that the handler can still recover from it.
    /// </remarks>
    private int Read(int count, int requested)
    {
        if (count > 0)
            _awaitsResponse = false;
        else if (requested > 0 && _awaitsResponse)
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The server closed the connection without responding.");
        return count;
    }

    /// <summary>Makes the socket release the buffer of its last write, which contains the handshake with the credential, by writing nothing.</summary>
    private async Task ReleaseWriteBufferAsync()
    {
        if (inner is not NetworkStream)
            return;
        try
        {
            await inner.WriteAsync(ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The next read fails with the same error.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_detached)
            inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>
/// An empty buffer that finds out whether the stream that it is read from ends in a <see cref="DetachableStream"/>. For all other streams it is an
/// ordinary zero-byte read.
/// </summary>
internal sealed class DetachProbe : MemoryManager<byte>
{
    public DetachableStream? Stream { get; set; }

    public override Span<byte> GetSpan() => default;

    public override MemoryHandle Pin(int elementIndex = 0) => default;

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
