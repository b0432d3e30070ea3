namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Words as audio, kept for the next time that somebody says them: models repeat themselves, and synthesis costs more than all the rest of a turn.
/// Bounded in bytes. Safe to use from any thread.
/// </summary>
internal sealed class SpokenWords
{
    private const int MaxBytes = 8 * 1024 * 1024, MaxWordBytes = MaxBytes / 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<Utterance, byte[]> _words = [];
    private int _bytes;

    /// <summary>A word that was said before, or that is said now for the first time.</summary>
    public ReadOnlySpan<byte> Say(Utterance utterance, Func<Utterance, byte[]> say)
    {
        lock (_lock)
        {
            if (_words.TryGetValue(utterance, out var known))
                return known;
        }
        var audio = say(utterance);
        if (audio.Length <= MaxWordBytes)
            Keep(utterance, audio);
        return audio;
    }

    private void Keep(Utterance utterance, byte[] audio)
    {
        lock (_lock)
        {
            // All at once, because that happens so rarely that which of them are used most is not worth knowing.
            if (_bytes + audio.Length > MaxBytes)
            {
                _words.Clear();
                _bytes = 0;
            }
            if (_words.TryAdd(utterance, audio))
                _bytes += audio.Length;
        }
    }
}

/// <summary>One word and how it is said, on which its audio depends.</summary>
/// <param name="Voice">The voice.</param>
/// <param name="Format">The format of the audio.</param>
/// <param name="Word">The word.</param>
/// <param name="Length">How long it takes.</param>
/// <param name="InTones">Whether it is in tones, not in the voice.</param>
internal readonly record struct Utterance(string Voice, SampleFormat Format, string Word, TimeSpan Length, bool InTones);
