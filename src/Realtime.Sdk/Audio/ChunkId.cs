using System.Buffers.Binary;

namespace Realtime.Sdk.Internal;

/// <summary>The four-letter IDs of the chunks of a WAV file, as little-endian numbers: the lowest byte is the first letter.</summary>
internal static class ChunkId
{
    public const int Length = sizeof(uint);

    public const uint Riff = 0x4646_4952;
    public const uint Rf64 = 0x3436_4652;
    public const uint Bw64 = 0x3436_5742;
    public const uint Wave = 0x4556_4157;
    public const uint Data = 0x6174_6164;

    /// <summary><c>fmt </c></summary>
    public const uint Format = 0x2074_6D66;

    /// <summary><c>ds64</c>: lengths that do not fit in 32 bits.</summary>
    public const uint LongLengths = 0x3436_7364;

    public static uint Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>Whether the bytes can be a chunk ID: all are printable ASCII characters.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
