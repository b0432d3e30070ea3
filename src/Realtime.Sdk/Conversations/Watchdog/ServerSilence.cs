namespace Realtime.Sdk.Internal;

/// <summary>
/// Measures how long an event of the server has been expected. It stays expected until the server sends any event, even if the conversation has stopped waiting for it.
/// Used under the conversation's lock.
/// </summary>
internal sealed class ServerSilence(TimeProvider time, TimeSpan limit)
{
    private long? _since;
    private string _cause = "";
    private bool _isReported;

    /// <summary>The time until the silence is reported; null if no event is expected, or if it was reported.</summary>
    public TimeSpan? TimeLeft => _since is { } since && !_isReported ? limit - time.GetElapsedTime(since) : null;

    /// <summary>Ends the silence with an event. <see cref="Expect"/> must follow.</summary>
    public void End() => (_since, _isReported) = (null, false);

    /// <summary>Restarts the time with audio of the agent, which is an event but does not change what is expected.</summary>
    public void Postpone(long now)
    {
        if (_since is not null)
            (_since, _isReported) = (now, false);
    }

    /// <summary>Sets whether an event is expected. Called after each change of the conversation.</summary>
    /// <param name="cause">Why an event is expected; null if none is.</param>
    public void Expect(string? cause)
    {
        if (cause is not null && _since is null)
            (_since, _cause) = (time.GetTimestamp(), cause);
    }

    /// <summary>Returns, once, why an event is expected, when the silence has lasted too long; otherwise null.</summary>
    public string? Expire()
    {
        if (TimeLeft is not { Ticks: <= 0 })
            return null;
        _isReported = true;
        return _cause;
    }

    /// <summary>Marks the silence as reported, because it was detected in another way; returns false if it already was.</summary>
    public bool TryReport() => !_isReported && (_isReported = true);
}
