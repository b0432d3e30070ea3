using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The link under a connection of the HTTP handler. A WebSocket grown out of that connection asks for the link and then speaks to it
/// directly, so that the handler's connection, its request and its two 4 KB buffers need not live as long as the session. An end that
/// comes instead of the answer to a request is reported as a failure, so that the handler does not send the request again.
/// </summary>
internal sealed class DetachableStream(Stream link) : Stream
{
    private volatile bool _taken;
    private volatile bool _awaitsAnswer;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>What is read and written below from now on belongs to the caller, who also disposes it.</summary>
    public Stream Take()
    {
        _taken = true;
        _ = ForgetHandshakeAsync();
        return link;
    }

    /// <summary>
    /// Reads, or answers a question. The handler's connection passes a read on only when it holds no bytes itself, so that none are lost.
    /// </summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!buffer.IsEmpty)
            return ReadBytesAsync(buffer, cancellationToken);
        if (!MemoryMarshal.TryGetMemoryManager<byte, DetachProbe>(buffer, out var question))
            return link.ReadAsync(buffer, cancellationToken);
        question.Answer = this;
        return new(0);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Read(link.Read(buffer), buffer.Length);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _awaitsAnswer = true;
        return link.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _awaitsAnswer = true;
        link.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => link.FlushAsync(cancellationToken);

    public override void Flush() => link.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private ValueTask<int> ReadBytesAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = link.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Read(read.Result, buffer.Length)) : ReadBytesAsync(read, buffer.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadBytesAsync(ValueTask<int> read, int asked) => Read(await read.ConfigureAwait(false), asked);

    /// <summary>Passes on how much was read, unless it is the end in the place of an answer.</summary>
    /// <remarks>
    /// The handler takes an end of the link before the first byte of an answer for an idle connection that was closed, and sends a request
    /// that has no body, such as a handshake, again on another connection: up to three times. But the server may have read the request.
    /// An end that is an exception is final to the handler. An end before anything was written still is one that it may recover from.
    /// </remarks>
    private int Read(int count, int asked)
    {
        if (count > 0)
            _awaitsAnswer = false;
        else if (asked > 0 && _awaitsAnswer)
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The server closed the connection without answering.");
        return count;
    }

    /// <summary>A socket keeps the buffer of its last write, here the handshake with its credential; an empty write takes its place.</summary>
    private async Task ForgetHandshakeAsync()
    {
        if (link is not NetworkStream)
            return;
        try
        {
            await link.WriteAsync(ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The next read says so too.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_taken)
            link.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>
/// An empty buffer that asks the stream it is read into whether a <see cref="DetachableStream"/> lies at the end of it. To every other stream it
/// is what it looks like, a wait for bytes.
/// </summary>
internal sealed class DetachProbe : MemoryManager<byte>
{
    public DetachableStream? Answer { get; set; }

    public override Span<byte> GetSpan() => default;

    public override MemoryHandle Pin(int elementIndex = 0) => default;

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
