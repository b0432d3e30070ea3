namespace Realtime.Sdk.Internal;

/// <summary>Measures how long neither side has spoken. Used under the conversation's lock, except <see cref="RecordInput"/>.</summary>
internal sealed class UserSilence(TimeProvider time, TimeSpan limit)
{
    private long? _since;

    // Written without the lock, by the thread that sends the user's audio.
    private long _lastInput = long.MinValue;
    private bool _isReported;

    /// <summary>The time until the silence is reported; null if a side is active, or if it was reported.</summary>
    public TimeSpan? TimeLeft => _since is { } since && !_isReported ? limit - time.GetElapsedTime(Math.Max(since, Volatile.Read(ref _lastInput))) : null;

    /// <summary>Ends the silence, because one side was active. <see cref="Update"/> must follow.</summary>
    public void End() => (_since, _isReported) = (null, false);

    /// <summary>Restarts the time with audio for which the server does not report whether it is speech. Thread-safe.</summary>
    public void RecordInput() => Volatile.Write(ref _lastInput, time.GetTimestamp());

    /// <summary>Sets whether neither side is active. Called after each change of the conversation.</summary>
    public void Update(bool isQuiet)
    {
        if (!isQuiet)
            End();
        else
            _since ??= time.GetTimestamp();
    }

    /// <summary>Returns <see langword="true"/> once, when the silence has lasted too long.</summary>
    public bool Expire() => TimeLeft is { Ticks: <= 0 } && (_isReported = true);
}
