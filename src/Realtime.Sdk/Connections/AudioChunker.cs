using System.Buffers;
using System.IO.Pipelines;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sends audio that arrives in chunks of any size. It is sent immediately, in whole samples and in pieces of at most one chunk. An incomplete sample
/// is kept for the next chunk.
/// </summary>
internal sealed class AudioChunker(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> append, (int SampleBytes, int ChunkBytes) chunking)
{
    private byte[] _carried = [];
    private int _carriedBytes;

    public async Task SendAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken)
    {
        await foreach (var chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
            await SendAsync(chunk, cancellationToken).ConfigureAwait(false);
        End();
    }

    public async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[chunking.ChunkBytes];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            await SendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        End();
    }

    /// <summary>Audio that was not sent, because of a cancellation or a failure, is not consumed from the pipe.</summary>
    public async Task SendAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        var buffer = new byte[chunking.ChunkBytes];
        ReadResult read;
        do
        {
            read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            try
            {
                while (rest.Length >= chunking.SampleBytes)
                {
                    var piece = rest.Slice(0, Math.Min(rest.Length - (rest.Length % chunking.SampleBytes), chunking.ChunkBytes));
                    piece.CopyTo(buffer);
                    await append(buffer.AsMemory(0, (int)piece.Length), cancellationToken).ConfigureAwait(false);
                    rest = rest.Slice(piece.End);
                }
            }
            finally
            {
                // If sending failed, complete samples remain. They must not be marked as examined: the next read would wait for more data first.
                pipe.AdvanceTo(rest.Start, rest.Length < chunking.SampleBytes ? read.Buffer.End : rest.Start);
            }

            // The bytes themselves stay in the pipe. The number is only needed by End.
            _carriedBytes = (int)Math.Min(rest.Length, chunking.SampleBytes - 1);
        }
        while (!read.IsCompleted && !read.IsCanceled);
        if (!read.IsCanceled)
            End();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        if (_carriedBytes > 0)
            chunk = await CompleteSampleAsync(chunk, cancellationToken).ConfigureAwait(false);
        var whole = chunk.Length - (chunk.Length % chunking.SampleBytes);
        for (var start = 0; start < whole; start += chunking.ChunkBytes)
            await append(chunk[start..Math.Min(start + chunking.ChunkBytes, whole)], cancellationToken).ConfigureAwait(false);
        KeepRemainder(chunk[whole..].Span);
    }

    /// <summary>Sends the kept bytes together with the first bytes of the chunk, and returns the rest of the chunk.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> CompleteSampleAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var all = _carriedBytes + chunk.Length;
        var length = Math.Min(all - (all % chunking.SampleBytes), chunking.ChunkBytes);
        if (length == 0)
            return chunk;
        var piece = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var taken = length - _carriedBytes;
            _carried.AsSpan(0, _carriedBytes).CopyTo(piece);
            chunk.Span[..taken].CopyTo(piece.AsSpan(_carriedBytes));
            _carriedBytes = 0;
            await append(piece.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            return chunk[taken..];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private void KeepRemainder(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (_carried.Length == 0)
            _carried = new byte[chunking.SampleBytes];
        bytes.CopyTo(_carried.AsSpan(_carriedBytes));
        _carriedBytes += bytes.Length;
    }

    private void End()
    {
        if (_carriedBytes > 0)
            throw new InvalidDataException("The audio ended in the middle of a sample. All complete samples were sent.");
    }
}
