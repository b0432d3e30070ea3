namespace Realtime.Sdk.Testing.Internal;

/// <summary>The words that a caller has heard, decoded from the model's audio as it is played. Thread-safe.</summary>
internal sealed class CallerTranscript
{
    private const int MaxWords = 10_000;

    private readonly Lock _lock = new();
    private readonly List<ToneWord> _words = [];
    private readonly List<(string Text, TaskCompletionSource Heard)> _waiting = [];
    private ToneDecoder? _decoder;
    private SampleFormat _format;
    private TimeSpan _start;

    public CallerTranscript() => Listener = new(Add, Flush);

    public CallListener Listener { get; }

    /// <summary>The length of the audio that was heard.</summary>
    public TimeSpan Duration { get; private set; }

    public IReadOnlyList<ToneWord> Words
    {
        get
        {
            lock (_lock)
                return [.. _words];
        }
    }

    public string Text
    {
        get
        {
            lock (_lock)
                return string.Join(' ', _words.Select(word => word.Text).Where(text => text.Length > 0));
        }
    }

    /// <summary>Completes when a text has been heard.</summary>
    public Task WhenHeardAsync(string text)
    {
        lock (_lock)
        {
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((text, heard));
            Notify();
            return heard.Task;
        }
    }

    private void Add(EmulatedAudioFrame audio)
    {
        lock (_lock)
        {
            if (_decoder is null || audio.Format != _format)
            {
                Flush();
                (_decoder, _format, _start) = (new(audio.Format), audio.Format, Duration);
            }
            Add(_decoder.Decode(audio.Audio.Span));
            Duration += audio.Duration;
        }
    }

    private void Flush()
    {
        lock (_lock)
        {
            if (_decoder?.Flush() is { } cut)
                Add([cut]);
        }
    }

    private void Add(IReadOnlyList<ToneWord> words)
    {
        if (words.Count == 0)
            return;
        _words.AddRange(words.Select(word => word with { Start = word.Start + _start, End = word.End + _start }));
        _words.RemoveRange(0, Math.Max(0, _words.Count - MaxWords));
        Notify();
    }

    private void Notify()
    {
        if (_waiting.Count == 0)
            return;
        var text = Text;
        _waiting.RemoveAll(wait => text.Contains(wait.Text, StringComparison.Ordinal) && wait.Heard.TrySetResult());
    }
}
