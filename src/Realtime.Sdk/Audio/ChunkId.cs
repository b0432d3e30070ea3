using System.Buffers.Binary;

namespace Realtime.Sdk.Internal;

/// <summary>The four letters that begin each chunk of a WAV file, as a number whose lowest byte is the first letter.</summary>
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

    /// <summary><c>ds64</c>: the lengths that do not fit into 32 bits.</summary>
    public const uint LongLengths = 0x3436_7364;

    public static uint Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>Whether these bytes may be an id: each is a printable character of ASCII.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
