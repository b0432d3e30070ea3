namespace Realtime.Sdk.Internal;

/// <summary>Converts the pieces of one item after the other to the player's format.</summary>
internal sealed class PlaybackConverter(SampleFormat format)
{
    /// <summary>Short, so that a player that cannot discard audio has little left to play after a stop.</summary>
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(200);

    private AudioConverter? _converter;

    public SampleFormat Format => format;

    /// <summary>Returns the maximum length of a piece, in bytes of the given format.</summary>
    public static int PieceLength(SampleFormat from) => Math.Max(from.BytesPerSample, from.BytesIn(Piece));

    /// <summary>Begins an item, without audio of the previous one.</summary>
    public void Begin(SampleFormat from)
    {
        // A converter of the same formats is reset, so that it contains no audio of the previous item.
        if (from == format)
            _converter = null;
        else if (_converter?.From == from)
            _converter.Reset();
        else
            _converter = new AudioConverter(from, format);
    }

    public int MaxOutput(int length) => _converter?.MaxOutput(length) ?? length;

    /// <summary>Converts whole samples; the last piece of an item includes the audio that the converter has held back.</summary>
    public int Convert(ReadOnlySpan<byte> audio, bool isLast, Span<byte> output)
    {
        if (_converter is null)
        {
            audio.CopyTo(output);
            return audio.Length;
        }
        var written = _converter.Convert(audio, output);
        return isLast ? written + _converter.Flush(output[written..]) : written;
    }
}
