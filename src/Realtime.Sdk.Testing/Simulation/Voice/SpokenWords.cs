namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// A cache of synthesized words, limited in bytes. Models repeat words, and synthesis costs more than the rest of a turn. Thread-safe.
/// </summary>
internal sealed class SpokenWords
{
    private const int MaxBytes = 8 * 1024 * 1024, MaxWordBytes = MaxBytes / 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<Utterance, byte[]> _words = [];
    private int _bytes;

    /// <summary>Returns a word from the cache, or synthesizes and caches it.</summary>
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
            // The cache is full so rarely that tracking the most-used words is not worthwhile.
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

/// <summary>Everything that the audio of a word depends on.</summary>
/// <param name="Voice">The voice.</param>
/// <param name="Format">The format of the audio.</param>
/// <param name="Word">The word.</param>
/// <param name="Length">The length of the audio.</param>
/// <param name="InTones">Whether it is in tones instead of the voice.</param>
internal readonly record struct Utterance(string Voice, SampleFormat Format, string Word, TimeSpan Length, bool InTones);
