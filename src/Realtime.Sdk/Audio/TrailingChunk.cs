using System.Buffers;
using System.Buffers.Binary;

namespace Realtime.Sdk.Internal;

/// <summary>Finds the chunk that follows audio of unknown length, where it can be distinguished from audio.</summary>
/// <remarks>
/// Two kinds of chunks can be distinguished: tags, which have a second name after their length, and short chunks with a well-known name
/// that end within the declared end of the file. In random audio, one of them appears by chance about once in 2^44 bytes.
/// </remarks>
internal static class TrailingChunk
{
    /// <summary>Bytes at the beginning of a chunk that are needed to recognize it.</summary>
    public const int NeededLength = 12;

    private const int HeaderLength = 8;

    // Longer ones than this are tags, which are recognized by their content.
    private const int MaxLength = 64 << 10;

    private static readonly SearchValues<byte> FirstLetters = SearchValues.Create("LiIbcsfP_aD"u8);

    private static ReadOnlySpan<byte> Ids => "LISTid3 ID3 bextiXMLcue smplinstfactPEAK_PMXaxmlDISP"u8;

    /// <summary>Counts the bytes before the first chunk, or before what may turn out to be one when more bytes are there.</summary>
    /// <param name="bytes">The audio, and what may follow it.</param>
    /// <param name="position">Where <paramref name="bytes"/> begin, in bytes from the beginning of the file.</param>
    /// <param name="riffEnd">Where the file ends according to its header; null when the header has no length.</param>
    /// <param name="isChunk">Whether the bytes that are not counted begin with a chunk.</param>
    public static int CountAudioBefore(ReadOnlySpan<byte> bytes, long position, long? riffEnd, out bool isChunk)
    {
        isChunk = false;
        var count = 0;
        while (bytes[count..].IndexOfAny(FirstLetters) is var skipped and >= 0)
        {
            count += skipped;
            if (IsChunk(bytes[count..], position + count, riffEnd) is not false and var answer)
            {
                isChunk = answer is true;
                return count;
            }
            count++;
        }
        return bytes.Length;
    }

    /// <summary>Whether a chunk begins here; null when there are too few bytes to tell.</summary>
    private static bool? IsChunk(ReadOnlySpan<byte> bytes, long position, long? riffEnd)
    {
        var known = Math.Min(bytes.Length, ChunkId.Length);
        for (var ids = Ids; !ids.IsEmpty; ids = ids[ChunkId.Length..])
        {
            if (!ids[..known].SequenceEqual(bytes[..known]))
                continue;
            if (bytes.Length < NeededLength)
                return null;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChunkId.Length..]);
            return HasTag(bytes[HeaderLength..]) || (length is > 0 and <= MaxLength && position + HeaderLength + length <= riffEnd);
        }
        return false;
    }

    private static bool HasTag(ReadOnlySpan<byte> content) =>
        content.StartsWith("INFO"u8) || content.StartsWith("adtl"u8) || content.StartsWith("ID3"u8);
}
