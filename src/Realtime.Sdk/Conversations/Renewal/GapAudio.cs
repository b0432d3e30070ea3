namespace Realtime.Sdk.Internal;

/// <summary>The user's audio that waits for a session, and the duration of the audio that was lost. Thread-safe.</summary>
internal sealed class GapAudio(TimeSpan max)
{
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _waiting = [];
    private SampleFormat _format;
    private long _bytes;
    private TimeSpan _lost;

    /// <summary>The duration of the audio that waits.</summary>
    public TimeSpan Duration
    {
        get
        {
            lock (_lock)
                return _bytes == 0 ? TimeSpan.Zero : _format.DurationOf(_bytes);
        }
    }

    /// <summary>Adds audio. If there is too much, the oldest is lost.</summary>
    public void Add(ReadOnlySpan<byte> audio, SampleFormat format)
    {
        lock (_lock)
        {
            // Audio of the format of an earlier session cannot be sent to the next one.
            if (format != _format)
                DropAll();
            _format = format;

            // Copied, because the source reuses its buffer.
            _waiting.Enqueue(audio.ToArray());
            _bytes += audio.Length;
            while (_bytes > 0 && format.DurationOf(_bytes) > max)
                DropOldest();
        }
    }

    /// <summary>Takes the oldest audio; null if there is none, or if the session now has another format.</summary>
    public byte[]? TryTake(SampleFormat format)
    {
        lock (_lock)
        {
            if (format != _format)
                DropAll();
            if (!_waiting.TryDequeue(out var audio))
                return null;
            _bytes -= audio.Length;
            return audio;
        }
    }

    /// <summary>Records audio that was sent, and whose delivery is uncertain.</summary>
    public void AddLost(TimeSpan duration)
    {
        lock (_lock)
            _lost += duration;
    }

    /// <summary>Returns the duration of the audio that was lost since the last call.</summary>
    public TimeSpan TakeLost()
    {
        lock (_lock)
        {
            var lost = _lost;
            _lost = TimeSpan.Zero;
            return lost;
        }
    }

    private void DropAll()
    {
        while (_waiting.Count > 0)
            DropOldest();
    }

    private void DropOldest()
    {
        var audio = _waiting.Dequeue();
        _bytes -= audio.Length;
        _lost += _format.DurationOf(audio.Length);
    }
}
