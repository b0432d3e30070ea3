namespace Realtime.Sdk.Testing;

/// <summary>
/// Speech that a test can read back from its audio: each word is a pattern of tones of its own, so that the audio says which words were played,
/// and how far. It survives G.711, resampling to 8 kHz and cuts at any sample. The emulator's model understands it: the transcript of such audio
/// is its words. The model speaks it with <see cref="EmulatorModelOptions.SpeaksInTones"/>.
/// </summary>
/// <remarks>
/// A word is its UTF-8 bytes, two tones of 15 ms for each byte, between a lead-in of 60 ms and a checksum with an end mark of 45 ms. 55 ms of
/// silence follow. The tones lie between 500 and 3,200 Hz, one at a time. Words are separated by white space; punctuation belongs to its word. A
/// word of more than 250 bytes is encoded as several.
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

    /// <summary>The length of words as audio, the silence after the last word included.</summary>
    /// <param name="text">The words.</param>
    public static TimeSpan DurationOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ToneEncoder.DurationOf(text);
    }

    /// <summary>Decodes all words of audio, from its beginning.</summary>
    /// <param name="audio">The audio. An incomplete sample at its end is ignored.</param>
    /// <param name="format">Its format, of at least 8,000 samples per second. The default is PCM at 24 kHz.</param>
    /// <returns>The words in order; the last is incomplete when the audio ends within it. Other audio has no words.</returns>
    /// <exception cref="ArgumentException"><paramref name="format"/> has a rate below 8,000.</exception>
    public static IReadOnlyList<ToneWord> Decode(ReadOnlySpan<byte> audio, SampleFormat format = default)
    {
        var decoder = new ToneDecoder(format);
        var words = new List<ToneWord>();

        // Piece by piece, so that the decoder never holds all of the samples.
        for (var at = 0; at < audio.Length; at += Piece)
            words.AddRange(decoder.Decode(audio.Slice(at, Math.Min(Piece, audio.Length - at))));
        if (decoder.Flush() is { } last)
            words.Add(last);
        return words;
    }

    /// <summary>Decodes the text of audio: its complete words, separated by spaces.</summary>
    /// <inheritdoc cref="Decode" path="/param"/>
    /// <returns>The text; null when no word is complete, as in any other audio.</returns>
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
    /// <summary>The word, or as much of it as the audio has; empty when the audio ends before its first character is complete.</summary>
    public required string Text { get; init; }

    /// <summary>Where the word begins, from the beginning of the audio, to about 1 ms.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>Where the word ends, or stops; the silence after it is not part of it.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>Whether all of the word is there, and its checksum is right.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(ToneWord), PrintMembers);
}
