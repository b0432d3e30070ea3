using System.Buffers;

namespace Realtime.Sdk;

/// <summary>
/// Turns a stream of audio of any encoding and rate into any other, chunk by chunk, as if it had come in one piece: a telephone's
/// µ-law at 8 kHz into the service's PCM at 24 kHz, and back.
/// </summary>
/// <remarks>
/// Chunks may be of any length, down to half a sample. One instance serves one stream and one thread at a time. After
/// construction nothing is allocated.
/// </remarks>
public sealed class AudioConverter
{
    private const int Block = 512;

    private readonly Resampler _resampler;
    private readonly SampleDecoder _decoder;
    private readonly short[] _resampled;

    /// <summary>A converter with silence behind it.</summary>
    /// <param name="from">What comes in.</param>
    /// <param name="to">What goes out.</param>
    /// <exception cref="ArgumentException">The ratio of the rates is too odd to resample; see <see cref="Resampler"/>.</exception>
    public AudioConverter(SampleFormat from, SampleFormat to)
    {
        (From, To) = (from, to);
        _decoder = new SampleDecoder(from, Block);
        _resampler = new Resampler(from.Rate, to.Rate);
        _resampled = new short[_resampler.MaxOutput(Block)];
    }

    /// <summary>What comes in.</summary>
    public SampleFormat From { get; }

    /// <summary>What goes out.</summary>
    public SampleFormat To { get; }

    /// <summary>How much newer input an output waits for; zero where only the encoding changes.</summary>
    public TimeSpan Latency => _resampler.Latency;

    /// <summary>Converts audio that is there as a whole.</summary>
    /// <param name="audio">All of it.</param>
    /// <param name="from">What it is.</param>
    /// <param name="to">What it shall be.</param>
    /// <exception cref="ArgumentException">The audio ends in the middle of a sample, or the rates are too odd to resample.</exception>
    public static byte[] Convert(ReadOnlySpan<byte> audio, SampleFormat from, SampleFormat to)
    {
        _ = from.SamplesIn(audio.Length);
        var converter = new AudioConverter(from, to);
        var output = new ArrayBufferWriter<byte>(converter.MaxOutput(audio.Length) + 1);
        converter.Convert(audio, output);
        converter.Flush(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The most bytes that a chunk of so many bytes and the <see cref="Flush(Span{byte})"/> after it can give together.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputBytes"/> is negative.</exception>
    /// <exception cref="OverflowException">The answer is beyond two thousand million.</exception>
    public int MaxOutput(int inputBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputBytes);
        var samples = (inputBytes / From.BytesPerSample) + (inputBytes % From.BytesPerSample);
        return checked(_resampler.MaxOutput(samples) * To.BytesPerSample);
    }

    /// <summary>Takes the whole chunk, and writes the audio that can be told by now.</summary>
    /// <param name="input">The next bytes of the stream, as many as there are.</param>
    /// <param name="output">Room for the outcome, <see cref="MaxOutput"/> bytes at most; it must not overlap the input.</param>
    /// <returns>How many bytes were written, whole samples; often none for a short chunk.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> is too short or overlaps the input; the stream is as it was before.
    /// </exception>
    public int Convert(ReadOnlySpan<byte> input, Span<byte> output)
    {
        CheckRoom(_resampler.OutputOf(_decoder.SamplesIn(input.Length)) * To.BytesPerSample, output);
        if (input.Overlaps(output))
            throw new ArgumentException("The output must not overlap the input.", nameof(output));
        if (From == To && From.BytesPerSample == 1)
        {
            input.CopyTo(output);
            return input.Length;
        }

        var written = 0;
        while (_decoder.TryTake(ref input, out var samples))
            written += Encode(_resampler.Process(samples, _resampled), output[written..]);
        return written;
    }

    /// <inheritdoc cref="Convert(ReadOnlySpan{byte}, Span{byte})"/>
    /// <param name="input">The next bytes of the stream, as many as there are.</param>
    /// <param name="output">What takes the outcome, for example a <c>PipeWriter</c>.</param>
    public void Convert(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!input.IsEmpty)
        {
            var chunk = input[..Math.Min(input.Length, Block * From.BytesPerSample)];
            output.Advance(Convert(chunk, output.GetSpan(MaxOutput(chunk.Length))));
            input = input[chunk.Length..];
        }
    }

    /// <summary>Ends the stream: writes the audio that was waiting for newer input, and begins anew.</summary>
    /// <param name="output">Room for it: <see cref="MaxOutput"/> of 0 is enough.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="InvalidDataException">The stream ended in the middle of a sample; <see cref="Reset"/> forgets it.</exception>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short; nothing was written.</exception>
    public int Flush(Span<byte> output)
    {
        _decoder.ThrowIfHalf();
        CheckRoom(_resampler.OutputOfFlush * To.BytesPerSample, output);
        return Encode(_resampler.Flush(_resampled), output);
    }

    /// <inheritdoc cref="Flush(Span{byte})"/>
    /// <param name="output">What takes it, for example a <c>PipeWriter</c>.</param>
    public void Flush(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(Flush(output.GetSpan(MaxOutput(0))));
    }

    /// <summary>Forgets the stream so far, as if new.</summary>
    public void Reset()
    {
        _decoder.Reset();
        _resampler.Reset();
    }

    private int Encode(int count, Span<byte> output)
    {
        var bytes = count * To.BytesPerSample;
        SampleCodec.Encode(To.Encoding, _resampled.AsSpan(0, count), output[..bytes]);
        return bytes;
    }

    private static void CheckRoom(long needed, Span<byte> output)
    {
        if (output.Length < needed)
            throw new ArgumentException($"The output has room for {output.Length} bytes; {needed} are needed.", nameof(output));
    }
}
