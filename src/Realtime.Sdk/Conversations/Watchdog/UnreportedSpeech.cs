namespace Realtime.Sdk.Internal;

/// <summary>
/// Detects that the user's audio contains speech, or the end of speech, that the server does not report. Called with each piece of audio that is sent, by one thread
/// at a time, without a lock and without allocation.
/// </summary>
/// <param name="time">The clock. The duration of the audio is not sufficient, because audio can be sent faster than it was spoken.</param>
/// <param name="limit">The maximum time without an event of the server.</param>
internal sealed class UnreportedSpeech(TimeProvider time, TimeSpan limit)
{
    private readonly SpeechLevel _level = new();

    /// <summary>The minimum share of the time that speech fills, despite its pauses. Noises such as knocks fill less.</summary>
    private const double MinShare = 1.0 / 3;

    private readonly TimeSpan _maxPause = limit * MinShare;

    // A counter instead of a flag: the sending thread compares it with the last value that it has seen, so no lock is needed.
    private int _events;
    private int _seenEvents;
    private long? _since;
    private TimeSpan _counted;
    private TimeSpan _pause;
    private bool _isReported;

    /// <summary>Called with each event of the server. Thread-safe.</summary>
    public void RecordEvent() => Interlocked.Increment(ref _events);

    /// <summary>Called with the next audio.</summary>
    /// <param name="audio">Whole samples.</param>
    /// <param name="format">Their format.</param>
    /// <param name="isUserSpeaking">Whether the server has reported that the user speaks, so that it must report the end.</param>
    /// <param name="isAgentHeard">Whether the audio may contain an echo of the agent, which the server need not report.</param>
    /// <param name="endOfSpeech">The time that turn detection waits for more speech.</param>
    /// <returns><see langword="true"/> once, when the server has reported nothing for too long.</returns>
    public bool Observe(ReadOnlySpan<byte> audio, SampleFormat format, bool isUserSpeaking, bool isAgentHeard, TimeSpan endOfSpeech)
    {
        var duration = format.DurationOf(audio.Length);
        _level.Add(audio, format, duration);
        var events = Volatile.Read(ref _events);
        if (events != _seenEvents)
        {
            (_seenEvents, _isReported) = (events, false);
            Restart();
        }
        if (_isReported)
            return false;
        if (isAgentHeard || !(isUserSpeaking ? _level.IsQuiet : _level.IsLoud))
        {
            _pause += duration;
            if (isAgentHeard || isUserSpeaking || _pause > _maxPause)
                Restart();
            return false;
        }
        _pause = TimeSpan.Zero;
        _since ??= time.GetTimestamp();
        _counted += duration;
        var elapsed = time.GetElapsedTime(_since.Value);
        return _isReported = elapsed >= (isUserSpeaking && endOfSpeech > limit ? endOfSpeech : limit) && _counted >= elapsed * MinShare;
    }

    private void Restart() => (_since, _counted, _pause) = (null, TimeSpan.Zero, TimeSpan.Zero);
}
