using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The encoding of a word in tones: lead-in, sync, two tones for each byte, two for the checksum, and the end mark.</summary>
internal static class ToneCode
{
    /// <summary>The tones that are not digits.</summary>
    public const int LeadIn = 16, Sync = 17, End = 18, Count = 19;

    public const int MinRate = 8_000, MaxWordBytes = 250;

    private const double LowestFrequency = 500, Spacing = 150;
    private const byte ChecksumPolynomial = 0x07, ChecksumStart = 0x5A;

    /// <summary>
    /// Long enough that turn detection, which works in frames of 20 ms, can cut off the first frame without damaging the sync after it.
    /// </summary>
    public static readonly TimeSpan LeadInLength = TimeSpan.FromMilliseconds(40);

    public static readonly TimeSpan SyncLength = TimeSpan.FromMilliseconds(20), Symbol = TimeSpan.FromMilliseconds(15), Gap = TimeSpan.FromMilliseconds(55);

    public static double GetFrequency(int tone) => LowestFrequency + (tone * Spacing);

    public static void CheckRate(SampleFormat format)
    {
        if (format.Rate < MinRate)
            throw new ArgumentException($"The rate is {format.Rate}, but tones require at least {MinRate} samples per second.", nameof(format));
    }

    /// <summary>Returns the words of a text as UTF-8. A word that is too long is split.</summary>
    public static IEnumerable<byte[]> Words(string text)
    {
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            for (var at = 0; at < bytes.Length;)
            {
                var end = Math.Min(at + MaxWordBytes, bytes.Length);

                // A piece ends between characters: a byte of the form 10xxxxxx continues a character.
                while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
                    end--;
                yield return bytes[at..end];
                at = end;
            }
        }
    }

    /// <summary>Returns the tones of a word and their durations.</summary>
    public static IEnumerable<(int Tone, TimeSpan Length)> GetTones(byte[] word)
    {
        yield return (LeadIn, LeadInLength);
        yield return (Sync, SyncLength);
        foreach (var value in word.Append(ComputeChecksum(word)))
        {
            yield return (value >> 4, Symbol);
            yield return (value & 0x0F, Symbol);
        }
        yield return (End, Symbol);
    }

    /// <summary>Returns the CRC-8 of a word.</summary>
    public static byte ComputeChecksum(ReadOnlySpan<byte> word)
    {
        var checksum = ChecksumStart;
        foreach (var value in word)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
                checksum = (byte)((checksum & 0x80) != 0 ? (checksum << 1) ^ ChecksumPolynomial : checksum << 1);
        }
        return checksum;
    }
}
