using System.Buffers;
using System.Buffers.Binary;

namespace Realtime.Sdk.Internal;

/// <summary>Finds the chunk that follows audio of unknown length, if it can be distinguished from audio.</summary>
/// <remarks>
/// Two kinds of chunks can be distinguished: tags, which have a second ID after their length, and short chunks with a well-known ID that end
/// within the declared end of the file. Random audio matches one of them about once in 2^44 bytes.
/// </remarks>
internal static class TrailingChunk
{
    /// <summary>The number of bytes at the start of a chunk that are needed to recognize it.</summary>
    public const int NeededLength = 12;

    private const int HeaderLength = 8;

    // Longer chunks are recognized only if they are tags.
    private const int MaxLength = 64 << 10;

    private static readonly SearchValues<byte> FirstLetters = SearchValues.Create("LiIbcsfP_aD"u8);

    private static ReadOnlySpan<byte> Ids => "LISTid3 ID3 bextiXMLcue smplinstfactPEAK_PMXaxmlDISP"u8;

    /// <summary>Counts the bytes before the first chunk, or before bytes that may prove to be the start of a chunk when more bytes have arrived.</summary>
    /// <param name="bytes">The audio and the bytes that follow it.</param>
    /// <param name="position">The position of <paramref name="bytes"/> in the file.</param>
    /// <param name="riffEnd">The end of the file according to its header; null if the header has no length.</param>
    /// <param name="isChunk">Whether a chunk starts after the counted bytes.</param>
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

    /// <summary>Whether a chunk starts here; null if there are too few bytes to decide.</summary>
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
