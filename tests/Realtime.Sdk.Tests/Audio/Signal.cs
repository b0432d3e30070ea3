using System.Runtime.InteropServices;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>Tones, and what is left of them.</summary>
internal static class Signal
{
    private const double Amplitude = 16_000;

    public static short[] Tone(double frequency, int rate, int samples) =>
        [.. Enumerable.Range(0, samples).Select(i => (short)Math.Round(Amplitude * Math.Sin(2 * Math.PI * frequency * i / rate)))];

    public static short[] Noise(int seed, int samples)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))];
    }

    public static byte[] Bytes(ReadOnlySpan<short> samples) => MemoryMarshal.AsBytes(samples).ToArray();

    public static short[] Samples(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, short>(bytes).ToArray();

    public static double Power(IEnumerable<double> values) => values.Average(value => value * value);

    /// <summary>The power of a tone in decibels over all that is not that very tone, its phase and amplitude included.</summary>
    public static double SignalToError(ReadOnlySpan<short> heard, double frequency, int rate, int firstSample)
    {
        var error = new double[heard.Length];
        for (var i = 0; i < heard.Length; i++)
            error[i] = heard[i] - (Amplitude * Math.Sin(2 * Math.PI * frequency * (firstSample + i) / rate));
        return Decibels(Amplitude * Amplitude / 2 / Power(error));
    }

    /// <summary>The power of what is heard over the power of a tone, in decibels.</summary>
    public static double OverTone(ReadOnlySpan<short> heard) =>
        Decibels(Power(heard.ToArray().Select(sample => (double)sample)) / (Amplitude * Amplitude / 2));

    public static double Decibels(double ratio) => 10 * Math.Log10(ratio);
}
