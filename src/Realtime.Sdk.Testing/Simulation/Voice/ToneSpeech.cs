namespace Realtime.Sdk.Testing;

/// <summary>
/// Speech that a test can decode from its audio: each word is a distinct pattern of tones, so the audio shows which words were played, and how far. It
/// survives G.711, resampling to 8 kHz and cuts at any sample. The emulator's model transcribes such audio as its words, and speaks it with
/// <see cref="EmulatorModelOptions.SpeaksInTones"/>.
/// </summary>
/// <remarks>
/// A word is encoded as a lead-in of 60 ms, two tones of 15 ms for each of its UTF-8 bytes, a checksum with an end mark of 45 ms, and 55 ms of silence. The
/// tones are between 500 and 3,200 Hz, one at a time. Words are separated by white space; punctuation is part of its word. A word of more than 250 bytes is
/// encoded as several words.
/// </remarks>
public static class ToneSpeech
{
    private const int Piece = 16 * 1024;

    /// <summary>Encodes words as audio.</summary>
    /// <param name="text">The words; blank text gives no audio.</param>
    /// <param name="format">The format of the audio, of at least 8,000 samples per second. The default is PCM at 24 kHz.</param>
    /// <exception cref="ArgumentException"><paramref name="format"/> has a rate below 8,000.</exception>
    public static byte[] Encode(string text, SampleFormat format = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ToneEncoder.Encode(text, format);
    }

    /// <summary>Returns the duration of words as audio, including the silence after the last word.</summary>
    /// <param name="text">The words.</param>
    public static TimeSpan DurationOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ToneEncoder.DurationOf(text);
    }

    /// <summary>Decodes all words of audio, from its beginning.</summary>
    /// <param name="audio">The audio. An incomplete sample at its end is ignored.</param>
    /// <param name="format">The format of the audio, of at least 8,000 samples per second. The default is PCM at 24 kHz.</param>
    /// <returns>The words in order; the last is incomplete if the audio ends within it. Empty for other audio.</returns>
    /// <exception cref="ArgumentException"><paramref name="format"/> has a rate below 8,000.</exception>
    public static IReadOnlyList<ToneWord> Decode(ReadOnlySpan<byte> audio, SampleFormat format = default)
    {
        var decoder = new ToneDecoder(format);
        var words = new List<ToneWord>();

        // Decodes in pieces, so that the decoder never holds all samples.
        for (var at = 0; at < audio.Length; at += Piece)
            words.AddRange(decoder.Decode(audio.Slice(at, Math.Min(Piece, audio.Length - at))));
        if (decoder.Flush() is { } last)
            words.Add(last);
        return words;
    }

    /// <summary>Decodes the text of audio: its complete words, separated by spaces.</summary>
    /// <inheritdoc cref="Decode" path="/param"/>
    /// <returns>The text; null if no word is complete, as in other audio.</returns>
    /// <inheritdoc cref="Decode" path="/exception"/>
    public static string? DecodeText(ReadOnlySpan<byte> audio, SampleFormat format = default)
    {
        var text = string.Join(' ', Decode(audio, format).Where(word => word.IsComplete).Select(word => word.Text));
        return text.Length == 0 ? null : text;
    }
}

/// <summary>A word that was decoded from audio; see <see cref="ToneSpeech"/>.</summary>
public sealed record ToneWord
{
    /// <summary>The word, or the part of it that the audio contains; empty if the audio ends within the first character.</summary>
    public required string Text { get; init; }

    /// <summary>The beginning of the word, from the beginning of the audio, accurate to about 1 ms.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>The end of the word, or the position where it is cut off, without the silence after it.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>Whether the whole word was decoded and its checksum is correct.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Returns the members, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(ToneWord), PrintMembers);
}
