using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// A signal that resembles a voice for a level meter, an encoder and turn detection: each voice has its own pitch, overtones change from letter to
/// letter, each word rises and falls, and there is silence between words. The same words give the same samples.
/// </summary>
internal sealed class SyntheticVoice(string name, SampleFormat format)
{
    private const int TableLength = 1024, Tables = 5, Harmonics = 8;
    private const double Loudness = 0.28, Lowest = 95, Spread = 110, PauseShare = 0.8;

    private static readonly short[][] Vowels = [.. Enumerable.Range(0, Tables).Select(SynthesizeVowel)];

    private readonly double _pitch = Lowest + (Spread * (Hash(name) % 100) / 100.0);

    /// <summary>Synthesizes a word with a given duration.</summary>
    public byte[] Say(string word, TimeSpan length)
    {
        var samples = new short[format.SamplesIn(length)];
        var voiced = (int)(samples.Length * PauseShare);
        var letters = word.AsSpan().Trim();
        var phase = 0.0;
        for (var i = 0; i < voiced; i++)
        {
            var at = (double)i / voiced;
            var letter = letters.IsEmpty ? 'a' : letters[(int)(at * letters.Length)];
            phase += _pitch * (1.1 - (0.2 * at)) * TableLength / format.Rate;
            phase -= phase >= TableLength ? TableLength : 0;
            samples[i] = (short)(Vowels[letter % Tables][(int)phase] * ComputeEnvelope(at));
        }
        return Encode(samples);
    }

    private byte[] Encode(short[] samples)
    {
        if (format.Encoding == SampleEncoding.Pcm && BitConverter.IsLittleEndian)
            return MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
        var bytes = new byte[samples.Length];
        if (format.Encoding == SampleEncoding.Pcmu)
            G711.EncodePcmu(samples, bytes);
        else
            G711.EncodePcma(samples, bytes);
        return bytes;
    }

    /// <summary>Fades a word in and out, so that it has no clicks.</summary>
    private static double ComputeEnvelope(double at) => Math.Min(1, Math.Min(at, 1 - at) * 12);

    private static short[] SynthesizeVowel(int index)
    {
        var table = new short[TableLength];
        var formant = 1.5 + (index * 1.2);
        for (var i = 0; i < TableLength; i++)
        {
            var value = 0.0;
            for (var harmonic = 1; harmonic <= Harmonics; harmonic++)
                value += Math.Sin(2 * Math.PI * harmonic * i / TableLength) / (1 + Math.Abs(harmonic - formant));
            table[i] = (short)(Loudness * short.MaxValue * value / 2.5);
        }
        return table;
    }

    private static int Hash(string text)
    {
        var hash = 17;
        foreach (var character in text)
            hash = ((hash * 31) + character) & 0xFFFFFF;
        return hash;
    }
}
