using System.Numerics;
using System.Runtime.InteropServices;

namespace Realtime.Sdk;

/// <summary>How loud a stretch of audio is, as shares of full scale.</summary>
/// <param name="Rms">The root of the mean square, 0 to 1: the level speech is told from silence by. A full sine has 0.707.</param>
/// <param name="Peak">The largest sample, 0 to 1; 1 is full scale.</param>
public readonly record struct AudioLevel(double Rms, double Peak)
{
    /// <summary><see cref="Rms"/> in decibels below full scale: 0 at most, −3 for a full sine, negative infinity for silence.</summary>
    public double RmsDecibels => 20 * Math.Log10(Rms);

    /// <summary><see cref="Peak"/> in decibels below full scale: 0 at most, negative infinity for silence.</summary>
    public double PeakDecibels => 20 * Math.Log10(Peak);
}

/// <summary>Measures how loud audio is, chunk by chunk, for meters and for speech detection by energy.</summary>
/// <remarks>
/// The chunking does not change the level. One instance serves one stream and one thread at a time. After construction nothing
/// is allocated.
/// </remarks>
/// <param name="format">What the audio is made of.</param>
public sealed class LevelMeter(SampleFormat format)
{
    private const int Block = 512;

    private readonly SampleDecoder _decoder = new(format, Block);
    private Sums _sums;

    /// <summary>What the audio is made of.</summary>
    public SampleFormat Format { get; } = format;

    /// <summary>The level of all audio since the start or the last <see cref="TakeLevel"/>; zeros when there was none.</summary>
    public AudioLevel Level => _sums.Level;

    /// <summary>The level of one stretch of audio.</summary>
    /// <param name="audio">The audio; none gives zeros.</param>
    /// <param name="format">What it is made of.</param>
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

    /// <summary>Takes the next chunk, of any length; half a sample waits for its other half.</summary>
    /// <param name="audio">The next bytes of the stream.</param>
    public void Add(ReadOnlySpan<byte> audio)
    {
        while (_decoder.TryTake(ref audio, out var samples))
            _sums.Add(samples);
    }

    /// <summary>The present <see cref="Level"/>; the next one begins here, in the same stream.</summary>
    public AudioLevel TakeLevel()
    {
        var level = Level;
        _sums = default;
        return level;
    }

    /// <summary>Forgets the stream so far, as if new.</summary>
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
                // Two squares of at most 2^30 each: within 32 bits unsigned.
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
