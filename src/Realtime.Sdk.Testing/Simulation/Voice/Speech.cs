namespace Realtime.Sdk.Testing.Internal;

/// <summary>The speech of a text: the length and the audio of each word.</summary>
/// <param name="text">The text.</param>
/// <param name="voice">The voice that speaks it.</param>
/// <param name="speed">The speed as a factor; tones have a fixed speed.</param>
/// <param name="format">The format of the audio.</param>
/// <param name="spoken">The cache of synthesized words.</param>
/// <param name="inTones">Whether words are tones that can be decoded (<see cref="ToneSpeech"/>) instead of the voice.</param>
internal sealed class Speech(string text, string voice, double speed, SampleFormat format, SpokenWords spoken, bool inTones = false)
{
    private static readonly TimeSpan PerCharacter = TimeSpan.FromMilliseconds(55), Pause = TimeSpan.FromMilliseconds(70), Stop = TimeSpan.FromMilliseconds(180);

    public SampleFormat Format => format;

    /// <summary>Splits a text into words, each with the spaces before it, as in transcript deltas.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && !(text[i] == ' ' && text[i - 1] != ' '))
                continue;
            yield return text[start..i];
            start = i;
        }
    }

    /// <summary>Returns the duration of a text at normal speed, including the pause after it.</summary>
    public static TimeSpan GetNormalLength(string text)
    {
        var pause = text[^1] is '.' or '?' or '!' or ':' or ';' or ',' ? Stop : Pause;
        return (text.Trim().Length * PerCharacter) + pause;
    }

    /// <summary>Returns the duration of a word, including the pause after it.</summary>
    public TimeSpan GetLength(string word)
    {
        if (!inTones)
            return GetNormalLength(word) / speed;
        return string.IsNullOrWhiteSpace(word) ? ToneCode.Gap : ToneSpeech.DurationOf(word);
    }

    /// <summary>Returns the audio of a word.</summary>
    public ReadOnlySpan<byte> Say(string word) => spoken.Say(
        new(voice, format, word, GetLength(word), inTones && !string.IsNullOrWhiteSpace(word)),
        static utterance => utterance.InTones
            ? ToneEncoder.Encode(utterance.Word, utterance.Format)
            : new SyntheticVoice(utterance.Voice, utterance.Format).Say(utterance.Word, utterance.Length));

    /// <summary>Returns the audio from the beginning, up to a duration.</summary>
    public byte[] Render(TimeSpan length)
    {
        var bytes = format.BytesIn(length);
        var audio = new MemoryStream();
        foreach (var word in Words(text))
        {
            if (audio.Length >= bytes)
                break;
            audio.Write(Say(word));
        }
        return audio.ToArray().AsSpan(0, (int)Math.Min(bytes, audio.Length)).ToArray();
    }
}
