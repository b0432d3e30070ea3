using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Realtime.Sdk.Internal;

/// <summary>What stands before the audio of a WAV file.</summary>
/// <param name="Format">The encoding and the rate of each channel.</param>
/// <param name="Channels">1 or 2, interleaved.</param>
/// <param name="DataLength">Bytes of audio, whole samples of all channels; null when only the end of the file tells.</param>
internal readonly record struct WavHeader(SampleFormat Format, int Channels, long? DataLength)
{
    public const int TagPcm = 1;
    public const int TagPcma = 6;
    public const int TagPcmu = 7;
    public const uint UnknownLength = uint.MaxValue;

    // All that comes before the audio: generous to tags and cover pictures, not to endless junk.
    private const int MaxHeaderBytes = 16 << 20;

    private const int TagExtensible = 0xFFFE;
    private const int FormatLength = 16;
    private const int ExtensibleLength = 40;

    // Programs that cannot seek back write 0, the largest length, or one a little below 2 GiB.
    private const uint MinUnknownLength = 0x7FFF_0000;

    /// <summary>What follows the format tag in the GUID of an extensible header, when it says no more than the tag.</summary>
    private static ReadOnlySpan<byte> TagGuid => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Bytes of one sample of all channels.</summary>
    public int FrameLength => Format.BytesPerSample * Channels;

    /// <summary>Reads up to the first byte of audio; buffers no more than a few bytes at a time.</summary>
    /// <exception cref="InvalidDataException">This is no WAV file, or not one we can read.</exception>
    public static async ValueTask<WavHeader> ReadAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        var start = await TakeAsync(pipe, 12, cancellationToken).ConfigureAwait(false);
        if (!start.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !start.AsSpan(8).SequenceEqual("WAVE"u8))
            throw new InvalidDataException("This is not a WAV file: it does not begin with RIFF and WAVE.");

        WavHeader? format = null;
        for (long position = start.Length; position <= MaxHeaderBytes;)
        {
            var chunk = await TakeAsync(pipe, 8, cancellationToken).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4));
            if (chunk.AsSpan(0, 4).SequenceEqual("data"u8))
                return format?.WithData(length) ?? throw new InvalidDataException("The WAV file has its data before its format.");

            var padded = length + (length & 1L);
            position += chunk.Length + padded;
            if (position > MaxHeaderBytes)
                break;
            if (chunk.AsSpan(0, 4).SequenceEqual("fmt "u8))
            {
                if (format is not null)
                    throw new InvalidDataException("The WAV file has two formats.");
                var fields = await TakeAsync(pipe, (int)Math.Min(length, ExtensibleLength), cancellationToken).ConfigureAwait(false);
                format = Parse(fields);
                padded -= fields.Length;
            }
            await SkipAsync(pipe, padded, cancellationToken).ConfigureAwait(false);
        }
        throw new InvalidDataException($"The WAV file has no audio within its first {MaxHeaderBytes >> 20} MiB.");
    }

    private static WavHeader Parse(ReadOnlySpan<byte> fields)
    {
        if (fields.Length < FormatLength)
            throw new InvalidDataException($"The WAV file's format has {fields.Length} bytes; at least {FormatLength} are needed.");
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(fields);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(fields[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(fields[4..]);
        var frameLength = BinaryPrimitives.ReadUInt16LittleEndian(fields[12..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[14..]);
        if (tag == TagExtensible && fields.Length == ExtensibleLength && fields[26..].SequenceEqual(TagGuid))
            tag = BinaryPrimitives.ReadUInt16LittleEndian(fields[24..]);

        if (channels is not (1 or 2))
            throw new InvalidDataException($"The WAV file has {channels} channels; 1 or 2 can be read.");
        if (rate is 0 or > SampleFormat.MaxRate)
            throw new InvalidDataException($"The WAV file has {rate} samples per second; 1 to {SampleFormat.MaxRate} can be read.");
        var format = (tag, bits) switch
        {
            (TagPcm, 16) => SampleFormat.Pcm((int)rate),
            (TagPcmu, 8) => SampleFormat.Pcmu((int)rate),
            (TagPcma, 8) => SampleFormat.Pcma((int)rate),
            _ => throw new InvalidDataException(
                $"The WAV file has {bits}-bit audio of format 0x{tag:X4}; 16-bit PCM (1), 8-bit A-law (6) and µ-law (7) can be read."),
        };
        var header = new WavHeader(format, channels, null);
        return frameLength == header.FrameLength
            ? header
            : throw new InvalidDataException($"The WAV file says {frameLength} bytes per sample of all channels; they are {header.FrameLength}.");
    }

    private WavHeader WithData(uint length)
    {
        if (length is 0 or >= MinUnknownLength)
            return this;
        return length % FrameLength == 0
            ? this with { DataLength = length }
            : throw new InvalidDataException($"The WAV file has {length} bytes of audio, not a whole number of {FrameLength}-byte samples.");
    }

    private static async ValueTask<byte[]> TakeAsync(PipeReader pipe, int count, CancellationToken cancellationToken)
    {
        if (count == 0)
            return [];
        var buffer = (await pipe.ReadAtLeastAsync(count, cancellationToken).ConfigureAwait(false)).BufferOrThrow();
        if (buffer.Length < count)
            throw Truncated();
        var bytes = buffer.Slice(0, count).ToArray();
        pipe.AdvanceTo(buffer.GetPosition(count));
        return bytes;
    }

    private static async ValueTask SkipAsync(PipeReader pipe, long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var buffer = (await pipe.ReadAtLeastAsync(1, cancellationToken).ConfigureAwait(false)).BufferOrThrow();
            if (buffer.IsEmpty)
                throw Truncated();
            var skipped = Math.Min(count, buffer.Length);
            pipe.AdvanceTo(buffer.GetPosition(skipped));
            count -= skipped;
        }
    }

    private static InvalidDataException Truncated() => new("The WAV file ends within its header.");
}

internal static class PipeExtensions
{
    /// <summary>The bytes that were read.</summary>
    /// <exception cref="OperationCanceledException">Someone cancelled the pipe's pending read.</exception>
    public static ReadOnlySequence<byte> BufferOrThrow(this ReadResult result) =>
        result.IsCanceled ? throw new OperationCanceledException("The pipe's read was cancelled.") : result.Buffer;
}
