namespace Realtime.Sdk.Internal;

/// <summary>
/// An estimate of the player's position: the end of the audio that was written, and the position that a player has reached if it has played without pauses since the
/// last position that it reported.
/// </summary>
internal sealed class PlaybackClock(TimeProvider time)
{
    private TimeSpan _anchor;
    private long _anchoredAt = time.GetTimestamp();

    /// <summary>The position at which the next audio begins.</summary>
    public TimeSpan End { get; private set; }

    /// <summary>The estimated position, at most <see cref="End"/>.</summary>
    public TimeSpan Position => TimeSpan.FromTicks(Math.Min(End.Ticks, Reading.Ticks));

    private TimeSpan Reading => _anchor + time.GetElapsedTime(_anchoredAt);

    /// <summary>Counts audio as written. If nothing was being played, its playback begins now.</summary>
    public void AddWritten(TimeSpan duration)
    {
        // The player was idle, so its time did not pass. It continues at the end of the previous audio.
        if (Reading > End)
            Anchor(End);
        End += duration;
    }

    /// <summary>Follows a position that the player reported.</summary>
    public void Follow(TimeSpan position) => Anchor(position < End ? position : End);

    /// <summary>Continues at a position without remaining audio, as after a stop.</summary>
    public void MoveTo(TimeSpan position)
    {
        End = position;
        Anchor(position);
    }

    private void Anchor(TimeSpan position) => (_anchor, _anchoredAt) = (position, time.GetTimestamp());
}
