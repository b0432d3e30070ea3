using System.Numerics;
using System.Runtime.InteropServices;

namespace Realtime.Sdk;

/// <summary>
/// Changes the rate of a stream of 16-bit samples chunk by chunk. The result does not depend on the size of the chunks.
/// </summary>
/// <remarks>
/// <para>
/// The filter is a windowed-sinc polyphase filter: flat up to 90 % of the Nyquist frequency of the lower rate, with images and aliases below −85 dB.
/// Output sample n represents the time n ÷ <see cref="ToRate"/> of the input, so the signal is not shifted. N input samples and a
/// <see cref="Flush"/> return ⌈N × to ÷ from⌉ output samples.
/// </para>
/// <para>Use one instance per stream; it is not thread-safe. It allocates only when it is created.</para>
/// </remarks>
public sealed class Resampler
{
    private const int Block = 512;

    private readonly int _up;
    private readonly int _down;
    private readonly int _taps;
    private readonly float[] _filter;

    // Input samples that later output needs. The taps of the next output start at _next, in phase _phase.
    private readonly float[] _held;
    private int _heldCount;
    private int _next;
    private int _phase;

    /// <summary>Creates a resampler.</summary>
    /// <param name="fromRate">The rate of the input in samples per second, 1 to <see cref="SampleFormat.MaxRate"/>.</param>
    /// <param name="toRate">
    /// The rate of the output in samples per second, 1 to <see cref="SampleFormat.MaxRate"/>. If it equals the input rate, samples are copied.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    /// <exception cref="ArgumentException">The ratio of the rates requires a filter of several megabytes, for example 44,101 to 48,000 Hz.</exception>
    public Resampler(int fromRate, int toRate)
    {
        FromRate = SampleFormat.Pcm(fromRate).Rate;
        ToRate = SampleFormat.Pcm(toRate).Rate;
        var divisor = (int)BigInteger.GreatestCommonDivisor(fromRate, toRate);
        (_up, _down) = (toRate / divisor, fromRate / divisor);
        var copies = fromRate == toRate;
        _taps = copies ? 0 : SincFilter.Length(_up, _down);
        _filter = copies ? [] : SincFilter.Design(_up, _down);
        _held = copies ? [] : new float[_taps + Block];
        Reset();
    }

    /// <summary>The rate of the input in samples per second.</summary>
    public int FromRate { get; }

    /// <summary>The rate of the output in samples per second.</summary>
    public int ToRate { get; }

    /// <summary>
    /// The time by which the output lags behind the input: 56 samples of the lower rate, slightly more for some ratios. Between 8 kHz and a higher rate
    /// this is 7 ms, between 16 and 24 kHz about 3.6 ms. Zero if both rates are equal.
    /// </summary>
    public TimeSpan Latency => TimeSpan.FromSeconds(_taps / 2 / (double)FromRate);

    /// <summary>
    /// Returns the maximum number of samples that a <see cref="Process"/> and a following <see cref="Flush"/> write in total.
    /// </summary>
    /// <param name="inputSamples">The number of input samples.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputSamples"/> is negative.</exception>
    /// <exception cref="OverflowException">The result exceeds <see cref="int.MaxValue"/>.</exception>
    public int MaxOutput(int inputSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputSamples);
        return checked((int)DivideRoundingUp(((long)inputSamples + (_taps / 2)) * _up, _down));
    }

    /// <summary>Converts the next chunk, and writes the output that is available so far.</summary>
    /// <param name="input">The next samples of the stream, any number of them.</param>
    /// <param name="output">The buffer for the output. <see cref="MaxOutput"/> samples are always enough. It must not overlap the input.</param>
    /// <returns>The number of samples written. Often zero for a short chunk.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> is too short or overlaps the input. The state of the resampler has not changed.
    /// </exception>
    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        CheckCapacity(GetOutputLength(input.Length), output);
        if (input.Overlaps(output))
            throw new ArgumentException("The output must not overlap the input.", nameof(output));
        if (_taps == 0)
        {
            input.CopyTo(output);
            return input.Length;
        }

        var written = 0;
        while (!input.IsEmpty)
        {
            var taken = Math.Min(input.Length, _held.Length - _heldCount);
            for (var i = 0; i < taken; i++)
                _held[_heldCount + i] = input[i];
            _heldCount += taken;
            input = input[taken..];
            written += Filter(output[written..]);
        }
        return written;
    }

    /// <summary>Ends the stream: writes the output that was waiting for more input, and resets the resampler.</summary>
    /// <param name="output">The buffer for the output. <see cref="MaxOutput"/> of 0 is always enough.</param>
    /// <returns>The number of samples written.</returns>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short. Nothing was written.</exception>
    public int Flush(Span<short> output)
    {
        CheckCapacity(FlushOutputLength, output);
        Span<short> silence = stackalloc short[Block];
        silence.Clear();

        var written = 0;
        for (var left = _taps / 2; left > 0; left -= Block)
            written += Process(silence[..Math.Min(left, Block)], output[written..]);
        Reset();
        return written;
    }

    /// <summary>Discards all state, so that the resampler can be used for a new stream.</summary>
    public void Reset()
    {
        _heldCount = Math.Max(0, (_taps / 2) - 1);
        _held.AsSpan(0, _heldCount).Clear();
        (_next, _phase) = (0, 0);
    }

    /// <summary>The number of samples that a flush would write now.</summary>
    internal long FlushOutputLength => GetOutputLength(_taps / 2);

    /// <summary>Returns the number of samples that converting this many input samples would write now.</summary>
    internal long GetOutputLength(long inputSamples)
    {
        if (_taps == 0)
            return inputSamples;
        var ready = _heldCount + inputSamples - _taps - _next;
        return ready < 0 ? 0 : DivideRoundingUp(((ready + 1) * _up) - _phase, _down);
    }

    private int Filter(Span<short> output)
    {
        var written = 0;
        while (_next + _taps <= _heldCount)
        {
            var sum = ComputeDotProduct(_held.AsSpan(_next, _taps), _filter.AsSpan(_phase * _taps, _taps));
            output[written++] = (short)Math.Clamp((int)MathF.Round(sum), short.MinValue, short.MaxValue);
            _phase += _down;
            _next += _phase / _up;
            _phase %= _up;
        }

        var done = Math.Min(_next, _heldCount);
        _held.AsSpan(done, _heldCount - done).CopyTo(_held);
        _heldCount -= done;
        _next -= done;
        return written;
    }

    // The order of the additions is fixed, so that rounding does not depend on where a chunk starts.
    private static float ComputeDotProduct(ReadOnlySpan<float> samples, ReadOnlySpan<float> taps)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(samples);
        var y = MemoryMarshal.Cast<float, Vector<float>>(taps)[..x.Length];
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + 3 < x.Length; i += 4)
        {
            a = Vector.FusedMultiplyAdd(x[i], y[i], a);
            b = Vector.FusedMultiplyAdd(x[i + 1], y[i + 1], b);
            c = Vector.FusedMultiplyAdd(x[i + 2], y[i + 2], c);
            d = Vector.FusedMultiplyAdd(x[i + 3], y[i + 3], d);
        }
        for (; i < x.Length; i++)
            a = Vector.FusedMultiplyAdd(x[i], y[i], a);
        return Vector.Sum(a + b + (c + d));
    }

    private static long DivideRoundingUp(long value, long divisor) => (value + divisor - 1) / divisor;

    private static void CheckCapacity(long needed, Span<short> output)
    {
        if (output.Length < needed)
            throw new ArgumentException($"The output has room for {output.Length} samples, but {needed} are needed.", nameof(output));
    }
}
