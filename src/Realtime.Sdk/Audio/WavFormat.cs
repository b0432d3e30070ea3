using System.Buffers.Binary;

namespace Realtime.Sdk.Internal;

/// <summary>The content of the <c>fmt</c> chunk of a WAV file.</summary>
/// <param name="Encoding">The encoding of a sample.</param>
/// <param name="Channels">The number of interleaved channels, 1 to <see cref="MaxChannels"/>.</param>
/// <param name="Rate">The samples of each channel per second, 1 to <see cref="SampleFormat.MaxRate"/>.</param>
internal readonly record struct WavFormat(WavEncoding Encoding, int Channels, int Rate)
{
    public const int TagPcm = 1;
    public const int TagPcma = 6;
    public const int TagPcmu = 7;

    /// <summary>The length of the longest supported <c>fmt</c> chunk in bytes. Of a longer one, the rest is ignored.</summary>
    public const int MaxLength = 40;

    // FFmpeg has the same limit. One sample of all channels then has at most 4,096 bytes.
    private const int MaxChannels = 512;

    private const int TagFloat = 3;
    private const int TagExtensible = 0xFFFE;

    // The oldest form of the chunk does not contain the bits per sample, which were always 8.
    private const int MinLength = 14;
    private const int DefaultBits = 8;

    /// <summary>The bytes after the format tag in the GUID of an extensible format, if that format has a tag.</summary>
    private static ReadOnlySpan<byte> TagGuid => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>The number of bytes of one sample of one channel.</summary>
    public int SampleLength => Encoding switch
    {
        WavEncoding.Int16 => 2,
        WavEncoding.Int24 => 3,
        WavEncoding.Int32 or WavEncoding.Float32 => 4,
        WavEncoding.Int64 or WavEncoding.Float64 => 8,
        _ => 1,
    };

    /// <summary>The number of bytes of one sample of all channels.</summary>
    public int FrameLength => SampleLength * Channels;

    /// <summary>The format that the reader returns: G.711 is unchanged, everything else is converted to 16-bit PCM.</summary>
    public SampleFormat Output => Encoding switch
    {
        WavEncoding.Pcmu => SampleFormat.Pcmu(Rate),
        WavEncoding.Pcma => SampleFormat.Pcma(Rate),
        _ => SampleFormat.Pcm(Rate),
    };

    /// <summary>
    /// Parses the chunk. Bytes per second and block alignment are ignored, because they follow from the other fields, and some files contain wrong
    /// values. The valid bits of an extensible format are ignored too, because they are always the upper bits of a sample.
    /// </summary>
    /// <exception cref="InvalidDataException">The format is not supported.</exception>
    public static WavFormat Parse(ReadOnlySpan<byte> fields)
    {
        if (fields.Length < MinLength)
            throw new InvalidDataException($"The format chunk of the WAV file has {fields.Length} bytes, but at least {MinLength} are required.");
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(fields);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(fields[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(fields[4..]);
        var bits = fields.Length < MinLength + sizeof(ushort) ? DefaultBits : BinaryPrimitives.ReadUInt16LittleEndian(fields[14..]);
        if (tag == TagExtensible && fields.Length >= MaxLength && fields[26..MaxLength].SequenceEqual(TagGuid))
            tag = BinaryPrimitives.ReadUInt16LittleEndian(fields[24..]);

        if (channels is 0 or > MaxChannels)
            throw new InvalidDataException($"The WAV file has {channels} channels; 1 to {MaxChannels} are supported.");
        if (rate is 0 or > SampleFormat.MaxRate)
            throw new InvalidDataException($"The WAV file has {rate} samples per second; 1 to {SampleFormat.MaxRate} are supported.");
        return new WavFormat(GetEncoding(tag, bits), channels, (int)rate);
    }

    // A sample occupies whole bytes: 12 bits are stored in the upper bits of two bytes.
    private static WavEncoding GetEncoding(int tag, int bits) => (tag, (bits + 7) / 8) switch
    {
        (TagPcm, 1) => WavEncoding.UInt8,
        (TagPcm, 2) => WavEncoding.Int16,
        (TagPcm, 3) => WavEncoding.Int24,
        (TagPcm, 4) => WavEncoding.Int32,
        (TagPcm, 8) => WavEncoding.Int64,
        (TagFloat, 4) => WavEncoding.Float32,
        (TagFloat, 8) => WavEncoding.Float64,
        (TagPcma, _) => WavEncoding.Pcma,
        (TagPcmu, _) => WavEncoding.Pcmu,
        _ => throw new InvalidDataException(
            $"The WAV file has {bits}-bit audio of format 0x{tag:X4}; 8, 16, 24, 32 and 64-bit PCM (0x0001), 32 and 64-bit floating point "
            + "(0x0003), A-law (0x0006) and µ-law (0x0007) are supported."),
    };
}
