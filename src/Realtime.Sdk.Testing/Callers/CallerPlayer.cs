namespace Realtime.Sdk.Testing.Internal;

/// <summary>The player of a simulated person: it accepts all audio immediately, plays it by the clock, and decodes the words that were played. Thread-safe.</summary>
internal sealed class CallerPlayer(TimeProvider time) : AudioPlayer
{
    private const int MaxWords = 10_000;

    private readonly AudioPlayer _clock = Discard(time);
    private readonly Lock _lock = new();
    private readonly Queue<byte> _unplayed = [];
    private readonly List<ToneWord> _words = [];
    private readonly CallerSignal _change = new(time);
    private ToneDecoder _decoder = new(default);
    private TimeSpan _decoded;
    private TimeSpan _written;
    private TimeSpan _decoderStart;
    private TimeSpan _speechStart;

    public override SampleFormat Format => default;

    public override TimeSpan Played => _clock.Played;

    /// <summary>The duration of the speech that is being played or was played last, so far.</summary>
    public TimeSpan SpeechHeard
    {
        get
        {
            lock (_lock)
                return Played - _speechStart;
        }
    }

    /// <summary>Whether audio was written that was not played yet.</summary>
    public bool IsPlaying => Played < Written;

    /// <summary>The duration of the audio that was written and not discarded.</summary>
    public TimeSpan Written
    {
        get
        {
            lock (_lock)
                return _written;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            DecodePlayed(Played);
            if (_unplayed.Count == 0)
                _speechStart = _written;
            foreach (var value in audio.Span)
                _unplayed.Enqueue(value);
            _written += Format.DurationOf(audio.Length);
        }
        var written = _clock.WriteAsync(audio, cancellationToken);
        _change.Set();
        return written;
    }

    /// <summary>Completes immediately, because decoding takes real time, during which virtual time must not pass.</summary>
    public override ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        // The position is determined synchronously. The rest only completes methods that wait for the end of the playback, so it is not awaited.
        _ = _clock.StopAsync(cancellationToken).AsTask();
        var position = _clock.Played;
        lock (_lock)
        {
            DecodePlayed(position);
            _unplayed.Clear();
            _written = position;
            EndSpeech();
        }
        _change.Set();
        return new(position);
    }

    public override Task DrainAsync(CancellationToken cancellationToken = default) => _clock.DrainAsync(cancellationToken);

    public override ValueTask DisposeAsync() => _clock.DisposeAsync();

    /// <summary>Completes when audio is written or playback stops.</summary>
    public Task WhenChangedAsync() => _change.WhenSetAsync();

    /// <summary>Returns and removes the words that were heard since the last call. A word that was cut off is incomplete.</summary>
    public IReadOnlyList<ToneWord> TakeWords()
    {
        lock (_lock)
        {
            DecodePlayed(Played);
            if (_unplayed.Count == 0)
                EndSpeech();
            ToneWord[] words = [.. _words];
            _words.Clear();
            return words;
        }
    }

    /// <summary>Decodes the audio that was played up to a position.</summary>
    private void DecodePlayed(TimeSpan position)
    {
        var length = Math.Min(_unplayed.Count, Format.BytesIn(position > _decoded ? position - _decoded : TimeSpan.Zero));
        if (length == 0)
            return;
        var audio = new byte[length];
        for (var i = 0; i < length; i++)
            audio[i] = _unplayed.Dequeue();
        _decoded += Format.DurationOf(length);
        Add(_decoder.Decode(audio));
    }

    private void EndSpeech()
    {
        if (_decoder.Flush() is { } cut)
            Add([cut]);
        (_decoder, _decoderStart) = (new(default), _decoded);
    }

    private void Add(IReadOnlyList<ToneWord> words)
    {
        _words.AddRange(words.Select(word => word with { Start = word.Start + _decoderStart, End = word.End + _decoderStart }));
        _words.RemoveRange(0, Math.Max(0, _words.Count - MaxWords));
    }
}
