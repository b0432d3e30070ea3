namespace Realtime.Sdk.Internal;

/// <summary>Converts the source's audio to the session's format, which may change between two chunks.</summary>
internal sealed class InputConverter
{
    private AudioConverter? _converter;
    private byte[] _output = [];

    /// <summary>Converts whole samples.</summary>
    /// <param name="audio">The audio, which is returned unchanged if the formats are the same.</param>
    /// <param name="from">The format of the audio.</param>
    /// <param name="to">The session's format.</param>
    /// <returns>The converted audio, valid until the next call; often empty for a short chunk.</returns>
    /// <exception cref="ArgumentException">The audio cannot be resampled between these rates.</exception>
    public Memory<byte> Convert(Memory<byte> audio, SampleFormat from, SampleFormat to)
    {
        if (from == to)
        {
            _converter = null;
            return audio;
        }

        // The few milliseconds in a converter for another format are discarded, because the session no longer accepts that format.
        if (_converter is null || _converter.From != from || _converter.To != to)
            _converter = new AudioConverter(from, to);
        EnsureCapacity(_converter.MaxOutput(audio.Length));
        return _output.AsMemory(0, _converter.Convert(audio.Span, _output));
    }

    /// <summary>Returns the rest of the audio at its end.</summary>
    public Memory<byte> Flush(SampleFormat to)
    {
        if (_converter is null || _converter.To != to)
            return default;
        EnsureCapacity(_converter.MaxOutput(0));
        return _output.AsMemory(0, _converter.Flush(_output));
    }

    private void EnsureCapacity(int length)
    {
        if (_output.Length < length)
            _output = new byte[length];
    }
}
