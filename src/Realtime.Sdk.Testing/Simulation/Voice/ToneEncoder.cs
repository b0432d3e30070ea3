using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Encodes words as tones. The phase is continuous within a word, so that there are no clicks between tones.</summary>
internal static class ToneEncoder
{
    private const double Loudness = 0.3 * short.MaxValue;

    private static readonly TimeSpan Ramp = TimeSpan.FromMilliseconds(3);

    public static byte[] Encode(string text, SampleFormat format)
    {
        ToneCode.CheckRate(format);
        var audio = new MemoryStream();
        foreach (var word in ToneCode.Words(text))
            audio.Write(Encode(word, format));
        return audio.ToArray();
    }

    public static TimeSpan DurationOf(string text) =>
        ToneCode.Words(text).Aggregate(TimeSpan.Zero, (sum, word) => sum + LengthOf(word) + ToneCode.Gap);

    private static TimeSpan LengthOf(byte[] word) =>
        ToneCode.GetTones(word).Aggregate(TimeSpan.Zero, (sum, tone) => sum + tone.Length);

    private static byte[] Encode(byte[] word, SampleFormat format)
    {
        var samples = new short[format.SamplesIn(LengthOf(word) + ToneCode.Gap)];
        var voiced = (int)format.SamplesIn(LengthOf(word));
        var ramp = (double)format.SamplesIn(Ramp);
        var (phase, at, end) = (0.0, 0, TimeSpan.Zero);
        foreach (var (tone, length) in ToneCode.GetTones(word))
        {
            // Measured from the beginning of the word, so that rounding errors do not add up.
            end += length;
            var step = Math.Tau * ToneCode.GetFrequency(tone) / format.Rate;
            for (var until = format.SamplesIn(end); at < until; at++)
            {
                phase += step;
                samples[at] = (short)(Loudness * Math.Sin(phase) * Math.Min(1, Math.Min(at, voiced - at) / ramp));
            }
        }
        return AudioConverter.Convert(MemoryMarshal.AsBytes(samples.AsSpan()), SampleFormat.Pcm(format.Rate), format);
    }
}
