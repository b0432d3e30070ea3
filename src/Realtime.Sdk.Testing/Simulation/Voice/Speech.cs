namespace Realtime.Sdk.Testing.Internal;

/// <summary>A text as it is spoken: how long each word takes, and what it sounds like.</summary>
/// <param name="text">The text.</param>
/// <param name="voice">The voice that speaks it.</param>
/// <param name="speed">How fast, as a factor; tones have one speed.</param>
/// <param name="format">The format of the audio.</param>
/// <param name="spoken">Keeps what was spoken.</param>
/// <param name="inTones">Whether words are tones that can be decoded (<see cref="ToneSpeech"/>), in place of the voice.</param>
internal sealed class Speech(string text, string voice, double speed, SampleFormat format, SpokenWords spoken, bool inTones = false)
{
    private static readonly TimeSpan PerCharacter = TimeSpan.FromMilliseconds(55), Pause = TimeSpan.FromMilliseconds(70), Stop = TimeSpan.FromMilliseconds(180);

    public SampleFormat Format => format;

    /// <summary>The words with the spaces before them, as transcript deltas carry them.</summary>
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

    /// <summary>How long a text sounds at the usual speed, the pause behind it included.</summary>
    public static TimeSpan UsualLengthOf(string text)
    {
        var pause = text[^1] is '.' or '?' or '!' or ':' or ';' or ',' ? Stop : Pause;
        return (text.Trim().Length * PerCharacter) + pause;
    }

    /// <summary>How long a word sounds, the pause behind it included.</summary>
    public TimeSpan LengthOf(string word) => !inTones ? UsualLengthOf(word) / speed : string.IsNullOrWhiteSpace(word) ? ToneCode.Gap : ToneSpeech.DurationOf(word);

    /// <summary>A word as audio, in the format of the speech.</summary>
    public ReadOnlySpan<byte> Say(string word) => spoken.Say(
        new(voice, format, word, LengthOf(word), inTones && !string.IsNullOrWhiteSpace(word)),
        static utterance => utterance.InTones
            ? ToneEncoder.Encode(utterance.Word, utterance.Format)
            : new SyntheticVoice(utterance.Voice, utterance.Format).Say(utterance.Word, utterance.Length));

    /// <summary>The audio from the beginning, up to a length.</summary>
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
