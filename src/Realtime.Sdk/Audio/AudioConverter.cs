using System.Buffers;

namespace Realtime.Sdk;

/// <summary>
/// Converts a stream of audio to another encoding and sample rate, chunk by chunk. The result does not depend on the size of the chunks. An example
/// is the µ-law of a telephone at 8 kHz, which becomes the service's PCM at 24 kHz.
/// </summary>
/// <remarks>
/// Chunks may have any length and may end in the middle of a sample. Use one instance per stream; it is not thread-safe. It allocates only when it is
/// created.
/// </remarks>
public sealed class AudioConverter
{
    private const int Block = 512;

    private readonly Resampler _resampler;
    private readonly SampleDecoder _decoder;
    private readonly short[] _resampled;

    /// <summary>Creates a converter.</summary>
    /// <param name="from">The format of the input.</param>
    /// <param name="to">The format of the output.</param>
    /// <exception cref="ArgumentException">The ratio of the rates requires a filter that is too large; see <see cref="Resampler"/>.</exception>
    public AudioConverter(SampleFormat from, SampleFormat to)
    {
        (From, To) = (from, to);
        _decoder = new SampleDecoder(from, Block);
        _resampler = new Resampler(from.Rate, to.Rate);
        _resampled = new short[_resampler.MaxOutput(Block)];
    }

    /// <summary>The format of the input.</summary>
    public SampleFormat From { get; }

    /// <summary>The format of the output.</summary>
    public SampleFormat To { get; }

    /// <summary>The delay of the output relative to the input; zero if only the encoding changes.</summary>
    public TimeSpan Latency => _resampler.Latency;

    /// <summary>Converts complete audio at once.</summary>
    /// <param name="audio">The audio.</param>
    /// <param name="from">The format of the audio.</param>
    /// <param name="to">The format to convert to.</param>
    /// <exception cref="ArgumentException">The audio ends in the middle of a sample, or the ratio of the rates requires a filter that is too large.</exception>
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
    /// Returns the maximum number of bytes that converting a chunk and a following <see cref="Flush(Span{byte})"/> write in total.
    /// </summary>
    /// <param name="inputBytes">The length of the chunk in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputBytes"/> is negative.</exception>
    /// <exception cref="OverflowException">The result exceeds <see cref="int.MaxValue"/>.</exception>
    public int MaxOutput(int inputBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputBytes);
        var samples = (inputBytes / From.BytesPerSample) + (inputBytes % From.BytesPerSample);
        return checked(_resampler.MaxOutput(samples) * To.BytesPerSample);
    }

    /// <summary>Converts the next chunk, and writes the output that is available so far.</summary>
    /// <param name="input">The next bytes of the stream, of any length.</param>
    /// <param name="output">The buffer for the output. <see cref="MaxOutput"/> bytes are always enough. It must not overlap the input.</param>
    /// <returns>The number of bytes written, always whole samples. Often zero for a short chunk.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> is too short or overlaps the input. The state of the converter has not changed.
    /// </exception>
    public int Convert(ReadOnlySpan<byte> input, Span<byte> output)
    {
        CheckCapacity(_resampler.GetOutputLength(_decoder.SamplesIn(input.Length)) * To.BytesPerSample, output);
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
    /// <param name="input">The next bytes of the stream, of any length.</param>
    /// <param name="output">The writer for the output, for example a <c>PipeWriter</c>.</param>
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

    /// <summary>Ends the stream: writes the output that was waiting for more input, and resets the converter.</summary>
    /// <param name="output">The buffer for the output. <see cref="MaxOutput"/> of 0 is always enough.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="InvalidDataException">The stream ended in the middle of a sample. <see cref="Reset"/> discards it.</exception>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short. Nothing was written.</exception>
    public int Flush(Span<byte> output)
    {
        _decoder.ThrowIfHalf();
        CheckCapacity(_resampler.FlushOutputLength * To.BytesPerSample, output);
        return Encode(_resampler.Flush(_resampled), output);
    }

    /// <inheritdoc cref="Flush(Span{byte})"/>
    /// <param name="output">The writer for the output, for example a <c>PipeWriter</c>.</param>
    public void Flush(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(Flush(output.GetSpan(MaxOutput(0))));
    }

    /// <summary>Discards all state, so that the converter can be used for a new stream.</summary>
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

    private static void CheckCapacity(long needed, Span<byte> output)
    {
        if (output.Length < needed)
            throw new ArgumentException($"The output has room for {output.Length} bytes, but {needed} are needed.", nameof(output));
    }
}
