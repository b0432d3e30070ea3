using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Realtime.Sdk.Internal;

/// <summary>Reads a WAV file up to the first byte of audio, with a small buffer.</summary>
/// <param name="pipe">The file.</param>
/// <param name="fileLength">The length of the file in bytes; null if it is not known.</param>
internal sealed class WavHeaderReader(PipeReader pipe, long? fileLength)
{
    public const uint UnknownLength = uint.MaxValue;

    // Enough for tags and cover images, and a limit for files that contain no audio.
    private const int MaxHeaderBytes = 16 << 20;

    // Larger lengths are not realistic, and at the lowest rate the duration would overflow.
    private const long MaxKnownLength = 1L << 39;

    private const int ChunkHeaderLength = 8;
    private const int LongLengths = 16;

    private readonly byte[] _bytes = new byte[WavFormat.MaxLength];
    private long _position;
    private WavFormat? _format;
    private long? _riffLength;
    private long? _longDataLength;

    /// <exception cref="InvalidDataException">The file is not a WAV file, or its format is not supported.</exception>
    public async ValueTask<WavHeader> ReadAsync(CancellationToken cancellationToken)
    {
        ReadStart((await TakeAsync(12, cancellationToken).ConfigureAwait(false)).Span);
        while (true)
        {
            var (id, length) = ReadChunkHeader((await TakeAsync(ChunkHeaderLength, cancellationToken).ConfigureAwait(false)).Span);
            if (id == ChunkId.Data)
                return WithData(length);

            if (_position + length > MaxHeaderBytes)
                throw new InvalidDataException($"The WAV file has no audio within its first {MaxHeaderBytes >> 20} MiB.");
            var end = _position + length;
            if (id == ChunkId.Format)
                ReadFormat((await TakeAsync((int)Math.Min(length, WavFormat.MaxLength), cancellationToken).ConfigureAwait(false)).Span);
            else if (id == ChunkId.LongLengths && length >= LongLengths)
                ReadLongLengths((await TakeAsync(LongLengths, cancellationToken).ConfigureAwait(false)).Span);
            await SkipAsync(end - _position, cancellationToken).ConfigureAwait(false);
            if (length % 2 == 1 && await IsPaddedAsync(cancellationToken).ConfigureAwait(false))
                await SkipAsync(1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether a length is a placeholder: programs that cannot seek back to fill it in write 0, or a value near 2 or 4 GiB.
    /// </summary>
    private static bool IsUnknown(long length) =>
        length is <= 0 or (>= 0x7FFF_0000 and < 0x8000_1000) or (>= 0xFFFF_0000 and <= UnknownLength) or > MaxKnownLength;

    private static (uint Id, uint Length) ReadChunkHeader(ReadOnlySpan<byte> bytes) =>
        (ChunkId.Read(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));

    private void ReadStart(ReadOnlySpan<byte> start)
    {
        var (id, length) = ReadChunkHeader(start);
        if (id is not (ChunkId.Riff or ChunkId.Rf64 or ChunkId.Bw64) || ChunkId.Read(start[8..]) != ChunkId.Wave)
            throw new InvalidDataException("The file is not a WAV file: it does not start with RIFF, RF64 or BW64 followed by WAVE.");
        _riffLength = IsUnknown(length) ? null : length;
    }

    // If there are several format chunks, the first one wins, as in FFmpeg.
    private void ReadFormat(ReadOnlySpan<byte> fields) => _format ??= WavFormat.Parse(fields);

    private void ReadLongLengths(ReadOnlySpan<byte> lengths)
    {
        var (riff, data) = (BinaryPrimitives.ReadInt64LittleEndian(lengths), BinaryPrimitives.ReadInt64LittleEndian(lengths[8..]));
        _riffLength ??= IsUnknown(riff) ? null : riff;
        _longDataLength = IsUnknown(data) ? null : data;
    }

    private WavHeader WithData(uint declared)
    {
        var format = _format ?? throw new InvalidDataException("The WAV file has no format chunk before its audio.");
        var length = IsUnknown(declared) ? _longDataLength : declared;
        return new WavHeader(format, _position, length > fileLength - _position ? null : length, _riffLength + ChunkHeaderLength);
    }

    // A chunk of odd length is followed by a padding byte, usually 0, that its length does not include. Some programs omit it, so that an ID follows directly.
    private async ValueTask<bool> IsPaddedAsync(CancellationToken cancellationToken)
    {
        const int needed = 1 + ChunkId.Length;
        var buffer = (await pipe.ReadAtLeastAsync(needed, cancellationToken).ConfigureAwait(false)).BufferOrThrow();
        if (buffer.Length < needed)
            throw Truncated();
        buffer.Slice(0, needed).CopyTo(_bytes);
        pipe.AdvanceTo(buffer.Start);
        return !ChunkId.IsPrintable(_bytes.AsSpan(0, ChunkId.Length)) || ChunkId.Read(_bytes.AsSpan(1)) is ChunkId.Data or ChunkId.Format;
    }

    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = (await pipe.ReadAtLeastAsync(count, cancellationToken).ConfigureAwait(false)).BufferOrThrow();
        if (buffer.Length < count)
            throw Truncated();
        buffer.Slice(0, count).CopyTo(_bytes);
        pipe.AdvanceTo(buffer.GetPosition(count));
        _position += count;
        return _bytes.AsMemory(0, count);
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var buffer = (await pipe.ReadAtLeastAsync(1, cancellationToken).ConfigureAwait(false)).BufferOrThrow();
            if (buffer.IsEmpty)
                throw Truncated();
            var skipped = Math.Min(count, buffer.Length);
            pipe.AdvanceTo(buffer.GetPosition(skipped));
            _position += skipped;
            count -= skipped;
        }
    }

    private static InvalidDataException Truncated() => new("The WAV file ends within its header.");
}

internal static class PipeExtensions
{
    /// <summary>Returns the bytes that were read.</summary>
    /// <exception cref="OperationCanceledException">The pending read of the pipe was canceled.</exception>
    public static ReadOnlySequence<byte> BufferOrThrow(this ReadResult result) =>
        result.IsCanceled ? throw new OperationCanceledException("The pipe's read was canceled.") : result.Buffer;
}
