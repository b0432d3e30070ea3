namespace Realtime.Sdk.Internal;

/// <summary>Determines when the next audio is due. The schedule is absolute: a late timer delays one piece, and the next pieces follow sooner.</summary>
internal sealed class InputSchedule(TimeProvider time)
{
    /// <summary>
    /// The maximum time by which sending may be late. If a source or a connection is blocked for longer, the schedule restarts, because otherwise all audio of that time would be sent at once.
    /// </summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromSeconds(1);

    private SampleFormat _format;
    private long _samples;
    private TimeSpan _anchor;
    private long? _anchoredAt;

    /// <summary>The time until the next audio is due; zero or less if it is due now. The first audio is due when this property is first read.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            if (_anchoredAt is { } anchoredAt && Position - time.GetElapsedTime(anchoredAt) is var left && left >= -MaxLateness)
                return left;
            (_anchor, _samples, _anchoredAt) = (TimeSpan.Zero, 0, time.GetTimestamp());
            return TimeSpan.Zero;
        }
    }

    // Counted in samples: durations rounded per piece would drift.
    private TimeSpan Position => _anchor + _format.DurationOf(_samples * _format.BytesPerSample);

    /// <summary>Counts audio as sent.</summary>
    public void Advance(SampleFormat format, int bytes)
    {
        if (format != _format)
            (_anchor, _format, _samples) = (Position, format, 0);
        _samples += format.SamplesIn(bytes);
    }
}
