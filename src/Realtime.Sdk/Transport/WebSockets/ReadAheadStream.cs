using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The stream under a WebSocket, with read-ahead in whole blocks: the WebSocket reads a few bytes of header and then the payload, and each would be a
/// system call. It holds a block only while there are bytes in it or more are about to arrive. The block grows if more bytes arrive than fit in it, so
/// that a single event in a quiet session uses little memory. It also writes the frames of messages and pings between those of the WebSocket.
/// </summary>
internal sealed class ReadAheadStream(Stream inner, BlockPool pool) : Stream
{
    private const int FirstBlock = BlockPool.BlockSize, NextBlock = 4 * BlockPool.BlockSize;
    private const int FullTlsRecord = 16 * 1024;

    // A final ping frame without a payload. Its mask is zero, because there is nothing to mask.
    private static readonly byte[] Ping = [0x89, 0x80, 0, 0, 0, 0];

    // Held while a frame is written. The WebSocket writes each of its frames in one call.
#pragma warning disable CA2213 // it holds no handle, and a write may end after the disposal
    private readonly SemaphoreSlim _writing = new(1, 1);
#pragma warning restore CA2213
    private readonly DetachProbe _probe = new();
    private Stream _inner = inner;
    private WeakReference<Stream>? _detachedFrom;
    private byte[]? _block;
    private int _start, _end, _lastRead;
    // An app can set the switch at startup if the HTTP connection must keep its stream, for example to diagnose a problem.
    private readonly bool _mayDetach = !(AppContext.TryGetSwitch("Realtime.Sdk.DisableSocketDetaching", out var disabled) && disabled);
    private bool _hasMore;
    private ushort _lastBytes;
    private volatile int _reads;
    private volatile bool _disposed;

    /// <summary>
    /// Whether the last bytes that were read are a close frame without a code. Only meaningful after the WebSocket has reported a close with code 1000 and no
    /// reason: it reports a missing code as 1000 too, so the frame ended either with these bytes or with the two bytes of the code.
    /// </summary>
    // 0x88 is the final frame of a close, and 0x00 an unmasked payload of length zero.
    public bool EndsInEmptyClose => _lastBytes == 0x8800;

    /// <summary>The number of reads that have received bytes. It may overflow, so it can only be compared for equality.</summary>
    public int Reads => _reads;

    /// <summary>Whether bytes were read ahead.</summary>
    public bool HasBytes => _end > _start;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (HasBytes)
            return new(Take(buffer.Span));
        if (!buffer.IsEmpty)
            return FillAsync(buffer, cancellationToken);
        return _hasMore ? new(0) : WaitAsync(cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => HasBytes ? Take(buffer.AsSpan(offset, count)) : _inner.Read(buffer, offset, count);

    /// <summary>Writes a frame of the WebSocket.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WriteFrameAsync(buffer, isFlushed: false, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);

    /// <summary>Writes a frame that the WebSocket does not know of.</summary>
    public ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame) => WriteFrameAsync(frame, isFlushed: true, CancellationToken.None);

    /// <summary>Writes a ping. Returns false if a frame is being written, or if the stream is disposed. A failure is reported by the next read.</summary>
    public bool TryPing()
    {
        if (_disposed || !_writing.Wait(0, CancellationToken.None))
            return false;
        _ = PingAsync();
        return true;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => _inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Closes the underlying stream. A read in progress ends and returns its block itself.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            // A concurrent read that fills a block stores the block and then reads _disposed, whereas this method stores _disposed and then reads the block.
            // Without a full fence on both sides, each could miss the other's store, and the block would not be returned.
            Interlocked.MemoryBarrier();
            _inner.Dispose();
            if (_detachedFrom is not null && _detachedFrom.TryGetTarget(out var previous))
                previous.Dispose();
            ((IDisposable)_probe).Dispose();
            ReturnBlock();
        }
        base.Dispose(disposing);
    }

    private async Task PingAsync()
    {
        try
        {
            await WriteAndFlushAsync(Ping, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the stream may throw anything; the next read reports the failure
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            _writing.Release();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, bool isFlushed, CancellationToken cancellationToken)
    {
        if (!_writing.Wait(0, CancellationToken.None))
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isFlushed)
                await WriteAndFlushAsync(frame, cancellationToken).ConfigureAwait(false);
            else
                await _inner.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes like a WebSocket, for an application's stream that keeps bytes until it is flushed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAndFlushAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _inner.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await _inner.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for bytes. The first wait also detaches the underlying stream from an HTTP connection that merely passes bytes on.</summary>
    private ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        if (_detachedFrom is null && _mayDetach)
        {
            var wait = _inner.ReadAsync(_probe.Memory, cancellationToken);
            if (_probe.Stream is not { } detachable || !wait.IsCompletedSuccessfully)
                return wait;
            // It has completed, and must be consumed once like every ValueTask.
            _ = wait.Result;
            ReplaceInner(detachable);
        }
        return _inner.ReadAsync(Memory<byte>.Empty, cancellationToken);
    }

    /// <summary>
    /// Replaces the stream. The HTTP connection is not disposed here, because a message may be in transit through it. It is garbage collected, or disposed with
    /// this stream, whichever comes first. Both release its slot in the handler's connection pool.
    /// </summary>
    private void ReplaceInner(DetachableStream taken)
    {
        _detachedFrom = new(_inner);
        _probe.Stream = null;
        var inner = taken.Detach();
        // Publishes the stream before _disposed is read: either a concurrent Dispose sees the new stream, or this method sees that it is disposed.
        Interlocked.Exchange(ref _inner, inner);
        if (_disposed)
            inner.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var size = _lastRead < FirstBlock ? FirstBlock : NextBlock;
        var block = pool.Rent(size);
        var read = 0;
        try
        {
            read = await _inner.ReadAsync(block.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (read == 0)
                pool.Return(block);
        }
        if (read == 0)
            return 0;
        _reads++;
        // After a full block or a full TLS record, more bytes are usually there already, so the next read need not wait for them.
        (_start, _end, _lastRead, _hasMore) = (0, read, read, read == size || read == FullTlsRecord);
        Keep(block);
        return Take(buffer.Span);
    }

    private int Take(Span<byte> target)
    {
        if (Interlocked.Exchange(ref _block, null) is not { } block)
            return 0;
        var count = Math.Min(target.Length, _end - _start);
        var taken = block.AsSpan(_start, count);
        taken.CopyTo(target);
        if (count >= 2)
            _lastBytes = BinaryPrimitives.ReadUInt16BigEndian(taken[^2..]);
        else if (count == 1)
            _lastBytes = (ushort)((_lastBytes << 8) | taken[0]);
        _start += count;
        Keep(block);
        return count;
    }

    /// <summary>Keeps the block for the rest of its bytes. Returns it to the pool if no bytes remain, or after <see cref="Dispose(bool)"/>.</summary>
    private void Keep(byte[] block)
    {
        Interlocked.Exchange(ref _block, block);
        if (_start == _end || _disposed)
            ReturnBlock();
    }

    private void ReturnBlock()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block)
            pool.Return(block);
    }
}

/// <summary>The content of the response that switched protocols, with read-ahead.</summary>
internal sealed class ReadAheadContent(HttpContent content, BlockPool pool) : HttpContent
{
    /// <summary>The stream that was created; null before.</summary>
    public ReadAheadStream? Stream { get; private set; }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        Stream = new ReadAheadStream(content.ReadAsStream(cancellationToken), pool);

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(CreateContentReadStream(CancellationToken.None));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
