using System.Buffers;
using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>
/// Decodes the words of <see cref="ToneSpeech"/> from audio that arrives in pieces. Memory use is bounded for any audio. Not thread-safe.
/// </summary>
public sealed class ToneDecoder
{
    // The minimum share of a window's energy that a tone must have: the first to begin a word, the second within a word.
    private const double MinStartShare = 0.75, MinToneShare = 0.5;

    private static readonly TimeSpan RefineStep = TimeSpan.FromMilliseconds(0.5), Guard = TimeSpan.FromMilliseconds(2);

    private readonly SampleFormat _format;
    private readonly ToneSamples _samples;
    private readonly List<int> _digits = [];
    private long _position;
    private long _wordAt = -1;
    private long _dataAt;

    /// <summary>Creates a decoder.</summary>
    /// <param name="format">The format of the audio, of at least 8,000 samples per second. The default is PCM at 24 kHz.</param>
    /// <exception cref="ArgumentException"><paramref name="format"/> has a rate below 8,000.</exception>
    public ToneDecoder(SampleFormat format = default)
    {
        ToneCode.CheckRate(format);
        _format = format;
        _samples = new(format);
    }

    private long SyncSamples => _format.SamplesIn(ToneCode.SyncLength);

    /// <summary>Decodes the next audio.</summary>
    /// <param name="audio">The audio, of any length; a sample may be split between two calls.</param>
    /// <returns>
    /// The words that end in the audio, in order. A word that is cut off by other audio is included as incomplete.
    /// </returns>
    public IReadOnlyList<ToneWord> Decode(ReadOnlySpan<byte> audio)
    {
        _samples.Add(audio);
        var words = new List<ToneWord>();
        while (_wordAt < 0 ? TryFind() : TryRead(words))
            ;
        _samples.DropBefore(_position - (SyncSamples / 2));
        return words;
    }

    /// <summary>Ends the current word, for example because playback was stopped. Decoding restarts with the audio that follows; times continue.</summary>
    /// <returns>The incomplete word at the end of the audio; null if it did not end within a word.</returns>
    public ToneWord? Flush()
    {
        var word = _wordAt < 0 ? null : CreateWord(isEnded: false, _samples.End);
        Search(_samples.End);
        return word;
    }

    /// <summary>Looks for the next lead-in and the sync after it. Returns false if more audio is needed.</summary>
    private bool TryFind()
    {
        if (_position + (SyncSamples * 4) > _samples.End)
            return false;
        var (best, match) = (_position, 0.0);
        if (_samples.ComputeShare(_position, _position + (SyncSamples / 2), ToneCode.LeadIn) >= MinStartShare)
        {
            // The match is best where one tone changes into the other.
            for (var at = Math.Max(_samples.Start, _position - (SyncSamples / 2)); at < _position + (SyncSamples * 2); at += _format.SamplesIn(RefineStep))
            {
                if (Match(at) is var value && value > match)
                    (best, match) = (at, value);
            }
        }
        if (match < MinStartShare)
        {
            // It is enough to examine half of each step, because the lead-in is twice as long as a step.
            _position += SyncSamples;
            return true;
        }
        _dataAt = _position = best + (SyncSamples * 2);
        _wordAt = Math.Max(0, _dataAt - _format.SamplesIn(ToneCode.LeadInLength + ToneCode.SyncLength));
        return true;
    }

    /// <summary>Reads the next tone of a word. Returns false if more audio is needed.</summary>
    private bool TryRead(List<ToneWord> words)
    {
        var end = _dataAt + _format.SamplesIn(ToneCode.Symbol * (_digits.Count + 1));
        if (end > _samples.End)
            return false;
        var tone = FindTone(_position + _format.SamplesIn(Guard), end - _format.SamplesIn(Guard));
        if (tone < ToneCode.LeadIn && _digits.Count < 2 * (ToneCode.MaxWordBytes + 1))
        {
            _digits.Add(tone);
            _position = end;
            return true;
        }
        var isEnded = tone == ToneCode.End;
        var wordEnd = isEnded ? end : _position;
        words.Add(CreateWord(isEnded, wordEnd));
        Search(wordEnd);
        return true;
    }

    private double Match(long at) => Math.Min(
        _samples.ComputeShare(at, at + SyncSamples, ToneCode.LeadIn), _samples.ComputeShare(at + SyncSamples, at + (SyncSamples * 2), ToneCode.Sync));

    private int FindTone(long from, long to)
    {
        var (best, share) = (ToneCode.Sync, MinToneShare);
        for (var tone = 0; tone < ToneCode.Count; tone++)
        {
            if (_samples.ComputeShare(from, to, tone) is var value && value > share)
                (best, share) = (tone, value);
        }
        return best;
    }

    private ToneWord CreateWord(bool isEnded, long end)
    {
        byte[] bytes = [.. _digits.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (byte)((pair[0] << 4) | pair[1]))];
        var isChecked = bytes.Length > 1 && ToneCode.ComputeChecksum(bytes.AsSpan(..^1)) == bytes[^1];
        return new()
        {
            Text = Text(isChecked ? bytes.AsSpan(..^1) : bytes),
            Start = _format.DurationOf(_wordAt * _format.BytesPerSample),
            End = _format.DurationOf(end * _format.BytesPerSample),
            IsComplete = isEnded && isChecked && _digits.Count % 2 == 0,
        };
    }

    /// <summary>Returns the complete characters, up to the first invalid byte.</summary>
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (Rune.DecodeFromUtf8(bytes, out var character, out var length) == OperationStatus.Done)
        {
            text.Append(character.ToString());
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    private void Search(long from)
    {
        (_wordAt, _position) = (-1, from);
        _digits.Clear();
    }
}
