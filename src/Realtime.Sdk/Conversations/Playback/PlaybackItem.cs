using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>The progress of one item: the audio that was received, written to the player, and played. Not thread-safe.</summary>
internal sealed class PlaybackItem(string responseId, string itemId, SampleFormat format, ArrayPool<byte> pool)
{
    /// <summary>A player that adds up rounded durations may report an end that is some ticks early.</summary>
    private static readonly TimeSpan EndTolerance = TimeSpan.FromMicroseconds(100);

    private readonly PooledAudio _audio = new(pool);
    private long _receivedBytes;

    public string ResponseId => responseId;

    public string ItemId => itemId;

    public SampleFormat Format => format;

    /// <summary>The number of bytes that were not written to the player yet.</summary>
    public long QueuedBytes { get; private set; }

    public bool HasSamples => QueuedBytes >= format.BytesPerSample;

    public TimeSpan Received => format.DurationOf(_receivedBytes - (_receivedBytes % format.BytesPerSample));

    /// <summary>Whether all audio of the item was received.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Whether the item has a start position.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>Whether the item is complete and was written to the player.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>The stop that ended the playback of the item; null until then.</summary>
    public PlaybackStop? Stop { get; set; }

    public TimeSpan Start { get; private set; }

    public TimeSpan Written { get; private set; }

    public TimeSpan Played { get; private set; }

    public TimeSpan End => Start + Written;

    /// <summary>The time, since the start of the playback, by which the player must have reported the end. After it, the player is replaced.</summary>
    public TimeSpan Deadline { get; private set; }

    public StoppedItem AsStopped => new(responseId, itemId, Received, Played, IsComplete);

    public void Append(ReadOnlySpan<byte> audio, bool keep)
    {
        _receivedBytes += audio.Length;
        QueuedBytes += audio.Length;
        if (keep)
            _audio.Append(audio);
    }

    public ReadOnlySpan<byte> Peek(int maxLength)
    {
        var audio = _audio.Peek(maxLength);
        return audio[..^(audio.Length % format.BytesPerSample)];
    }

    public void Advance(int count)
    {
        _audio.Advance(count);
        QueuedBytes -= count;
    }

    /// <summary>Takes all audio of an item whose bytes are not kept.</summary>
    /// <returns>The duration to write.</returns>
    public TimeSpan TakeDuration()
    {
        QueuedBytes %= format.BytesPerSample;
        return TimeSpan.FromTicks(Math.Max(0, (Received - Written).Ticks));
    }

    public void Place(TimeSpan start) => (Start, IsPlaced) = (start, true);

    public void AddWritten(TimeSpan duration) => Written += duration;

    public void CompleteWrite(TimeSpan deadline) => (IsWritten, Deadline) = (true, deadline);

    /// <summary>Records the player's position. Audio that was counted as played remains so, even if the position decreases.</summary>
    public void Observe(TimeSpan position)
    {
        if (!IsPlaced)
            return;
        var played = Math.Min((position - Start).Ticks, Math.Min(Written.Ticks, Received.Ticks));
        Played = TimeSpan.FromTicks(Math.Max(Played.Ticks, played));
    }

    public bool HasEnded(TimeSpan position) => IsWritten && position >= End - EndTolerance;

    /// <summary>Returns the buffers to the pool. The audio remains queued, and is discarded at playback speed.</summary>
    public void ReleaseAudio() => _audio.Clear();

    /// <summary>Discards the audio that was not written to the player.</summary>
    /// <returns>The number of bytes dropped.</returns>
    public long DropQueue()
    {
        var dropped = QueuedBytes;
        QueuedBytes = 0;
        _audio.Clear();
        return dropped;
    }
}
