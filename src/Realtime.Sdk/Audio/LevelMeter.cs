using System.Numerics;
using System.Runtime.InteropServices;

namespace Realtime.Sdk;

/// <summary>The level of audio, relative to full scale.</summary>
/// <param name="Rms">The root mean square, 0 to 1, suited to distinguish speech from silence. A full-scale sine has 0.707.</param>
/// <param name="Peak">The largest absolute sample value, 0 to 1.</param>
public readonly record struct AudioLevel(double Rms, double Peak)
{
    /// <summary><see cref="Rms"/> in decibels relative to full scale: at most 0, about −3 for a full-scale sine, negative infinity for silence.</summary>
    public double RmsDecibels => 20 * Math.Log10(Rms);

    /// <summary><see cref="Peak"/> in decibels relative to full scale: at most 0, negative infinity for silence.</summary>
    public double PeakDecibels => 20 * Math.Log10(Peak);
}

/// <summary>Measures the level of audio chunk by chunk, for level meters and energy-based speech detection.</summary>
/// <remarks>
/// The result does not depend on the size of the chunks. Use one instance per stream; it is not thread-safe. It allocates only when it is created.
/// </remarks>
/// <param name="format">The format of the audio.</param>
public sealed class LevelMeter(SampleFormat format)
{
    private const int Block = 512;

    private readonly SampleDecoder _decoder = new(format, Block);
    private Sums _sums;

    /// <summary>The format of the audio.</summary>
    public SampleFormat Format { get; } = format;

    /// <summary>The level of all audio since the start or the last <see cref="TakeLevel"/>; zero if there was none.</summary>
    public AudioLevel Level => _sums.Level;

    /// <summary>Measures the level of complete audio.</summary>
    /// <param name="audio">The audio. The level of empty audio is zero.</param>
    /// <param name="format">The format of the audio.</param>
    /// <exception cref="ArgumentException">The audio ends in the middle of a sample.</exception>
    public static AudioLevel Measure(ReadOnlySpan<byte> audio, SampleFormat format)
    {
        _ = format.SamplesIn(audio.Length);
        var sums = default(Sums);
        Span<short> samples = stackalloc short[Block];
        while (!audio.IsEmpty)
        {
            var chunk = audio[..Math.Min(audio.Length, Block * format.BytesPerSample)];
            SampleCodec.Decode(format.Encoding, chunk, samples);
            sums.Add(samples[..(chunk.Length / format.BytesPerSample)]);
            audio = audio[chunk.Length..];
        }
        return sums.Level;
    }

    /// <summary>Adds the next chunk, of any length. It may end in the middle of a sample.</summary>
    /// <param name="audio">The next bytes of the stream.</param>
    public void Add(ReadOnlySpan<byte> audio)
    {
        while (_decoder.TryTake(ref audio, out var samples))
            _sums.Add(samples);
    }

    /// <summary>Returns the current <see cref="Level"/> and starts a new measurement in the same stream.</summary>
    public AudioLevel TakeLevel()
    {
        var level = Level;
        _sums = default;
        return level;
    }

    /// <summary>Discards all state, so that the meter can be used for a new stream.</summary>
    public void Reset()
    {
        _decoder.Reset();
        _sums = default;
    }

    private struct Sums
    {
        private const double FullScale = 32_768;

        private long _count;
        private ulong _squares;
        private int _peak;

        public readonly AudioLevel Level =>
            _count == 0 ? default : new(Math.Sqrt((double)_squares / _count) / FullScale, _peak / FullScale);

        public void Add(ReadOnlySpan<short> samples)
        {
            _count += samples.Length;
            var (min, max, squares) = (Vector<short>.Zero, Vector<short>.Zero, Vector<ulong>.Zero);
            foreach (var vector in MemoryMarshal.Cast<short, Vector<short>>(samples))
            {
                min = Vector.Min(min, vector);
                max = Vector.Max(max, vector);
                Vector.Widen(vector, out var low, out var high);
                // Each square is at most 2^30, so the sum of two fits in 32 bits unsigned.
                Vector.Widen(Vector.AsVectorUInt32((low * low) + (high * high)), out var evens, out var odds);
                squares += evens + odds;
            }
            _squares += Vector.Sum(squares);
            for (var lane = 0; lane < Vector<short>.Count; lane++)
                _peak = Math.Max(_peak, Math.Max(-min[lane], max[lane]));

            foreach (var sample in samples[^(samples.Length % Vector<short>.Count)..])
            {
                _squares += (ulong)(sample * sample);
                _peak = Math.Max(_peak, Math.Abs((int)sample));
            }
        }
    }
}
