using System.Numerics;
using System.Runtime.InteropServices;

namespace Realtime.Sdk;

/// <summary>
/// Changes the rate of a stream of 16-bit samples, chunk by chunk, as if it had come in one piece.
/// </summary>
/// <remarks>
/// <para>
/// A windowed-sinc polyphase filter: flat up to 90 % of the lower rate's Nyquist frequency, with images and aliases below
/// −85 dB. Output n lies exactly at the time n ÷ <see cref="ToRate"/> of the input: nothing is shifted. N inputs and a
/// <see cref="Flush"/> give ⌈N × to ÷ from⌉ outputs.
/// </para>
/// <para>One instance serves one stream and one thread at a time. After construction nothing is allocated.</para>
/// </remarks>
public sealed class Resampler
{
    private const int Block = 512;

    private readonly int _up;
    private readonly int _down;
    private readonly int _taps;
    private readonly float[] _filter;

    // The inputs that outputs to come still need; the next output's taps begin at _next, in phase _phase.
    private readonly float[] _held;
    private int _heldCount;
    private int _next;
    private int _phase;

    /// <summary>A resampler with silence behind it.</summary>
    /// <param name="fromRate">Samples per second of the input, 1 to <see cref="SampleFormat.MaxRate"/>.</param>
    /// <param name="toRate">Samples per second of the output, likewise; the same rate copies.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    /// <exception cref="ArgumentException">The ratio of the rates is so far from simple that the filter would take megabytes.</exception>
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

    /// <summary>Samples per second of the input.</summary>
    public int FromRate { get; }

    /// <summary>Samples per second of the output.</summary>
    public int ToRate { get; }

    /// <summary>
    /// How much newer input an output waits for: 56 samples of the lower rate, and a little more for odd ratios. Between 8 kHz
    /// and a higher rate that is 7 ms, between 16 and 24 kHz about 3.6 ms, and zero where the rates are the same.
    /// </summary>
    public TimeSpan Latency => TimeSpan.FromSeconds(_taps / 2 / (double)FromRate);

    /// <summary>
    /// The most samples that a <see cref="Process"/> of so many inputs and the <see cref="Flush"/> after it can give together.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputSamples"/> is negative.</exception>
    /// <exception cref="OverflowException">The answer is beyond two thousand million.</exception>
    public int MaxOutput(int inputSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputSamples);
        return checked((int)CeilingRatio(((long)inputSamples + (_taps / 2)) * _up, _down));
    }

    /// <summary>Takes the whole chunk, and writes the samples that can be told by now.</summary>
    /// <param name="input">The next samples of the stream, as many as there are.</param>
    /// <param name="output">Room for them, <see cref="MaxOutput"/> samples at most; it must not overlap the input.</param>
    /// <returns>How many samples were written; often none for a short chunk.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> is too short or overlaps the input; the stream is as it was before.
    /// </exception>
    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        CheckRoom(OutputOf(input.Length), output);
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

    /// <summary>Ends the stream: writes the samples that were waiting for newer input, and begins anew.</summary>
    /// <param name="output">Room for them: <see cref="MaxOutput"/> of 0 is enough.</param>
    /// <returns>How many samples were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short; nothing was written.</exception>
    public int Flush(Span<short> output)
    {
        CheckRoom(OutputOfFlush, output);
        Span<short> silence = stackalloc short[Block];
        silence.Clear();

        var written = 0;
        for (var left = _taps / 2; left > 0; left -= Block)
            written += Process(silence[..Math.Min(left, Block)], output[written..]);
        Reset();
        return written;
    }

    /// <summary>Forgets the stream so far, as if new.</summary>
    public void Reset()
    {
        _heldCount = Math.Max(0, (_taps / 2) - 1);
        _held.AsSpan(0, _heldCount).Clear();
        (_next, _phase) = (0, 0);
    }

    /// <summary>How many samples a flush gives in the present state.</summary>
    internal long OutputOfFlush => OutputOf(_taps / 2);

    /// <summary>How many samples a chunk of so many inputs gives in the present state.</summary>
    internal long OutputOf(long inputSamples)
    {
        if (_taps == 0)
            return inputSamples;
        var ready = _heldCount + inputSamples - _taps - _next;
        return ready < 0 ? 0 : CeilingRatio(((ready + 1) * _up) - _phase, _down);
    }

    private int Filter(Span<short> output)
    {
        var written = 0;
        while (_next + _taps <= _heldCount)
        {
            var sum = Dot(_held.AsSpan(_next, _taps), _filter.AsSpan(_phase * _taps, _taps));
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

    // Always in the same order from the first tap, so that a sample never depends on where its chunk began.
    private static float Dot(ReadOnlySpan<float> samples, ReadOnlySpan<float> taps)
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

    private static long CeilingRatio(long value, long divisor) => (value + divisor - 1) / divisor;

    private static void CheckRoom(long needed, Span<short> output)
    {
        if (output.Length < needed)
            throw new ArgumentException($"The output has room for {output.Length} samples; {needed} are needed.", nameof(output));
    }
}
