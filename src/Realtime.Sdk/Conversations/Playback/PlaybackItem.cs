using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>The ledger of one item: the audio that was received, written to the player, and played. Not thread-safe.</summary>
internal sealed class PlaybackItem(string responseId, string itemId, SampleFormat format, ArrayPool<byte> pool)
{
    /// <summary>A player that adds up rounded durations may end some ticks early.</summary>
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

    /// <summary>The item has its place on the player's timeline.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>The item is complete, and the player has all of it.</summary>
    public bool IsHandedOver { get; private set; }

    /// <summary>The stop that ended the playback of the item; null until then.</summary>
    public PlaybackStop? Stop { get; set; }

    public TimeSpan Start { get; private set; }

    public TimeSpan HandedOver { get; private set; }

    public TimeSpan Played { get; private set; }

    public TimeSpan End => Start + HandedOver;

    /// <summary>The time by which the player must have reported the end, on the clock of the playback; later it is replaced.</summary>
    public TimeSpan Deadline { get; private set; }

    public CutItem Cut => new(responseId, itemId, Received, Played, IsComplete);

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
        return TimeSpan.FromTicks(Math.Max(0, (Received - HandedOver).Ticks));
    }

    public void Place(TimeSpan start) => (Start, IsPlaced) = (start, true);

    public void HandOver(TimeSpan duration) => HandedOver += duration;

    public void FinishHandOver(TimeSpan deadline) => (IsHandedOver, Deadline) = (true, deadline);

    /// <summary>Records the player's position. Audio that was counted as played remains so, even if the position decreases.</summary>
    public void Observe(TimeSpan position)
    {
        if (!IsPlaced)
            return;
        var played = Math.Min((position - Start).Ticks, Math.Min(HandedOver.Ticks, Received.Ticks));
        Played = TimeSpan.FromTicks(Math.Max(Played.Ticks, played));
    }

    public bool HasEnded(TimeSpan position) => IsHandedOver && position >= End - EndTolerance;

    /// <summary>Returns the buffers. Audio that will be discarded by the clock is still counted as queued.</summary>
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
