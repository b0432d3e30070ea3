namespace Realtime.Sdk.Internal;

/// <summary>
/// Since when the server owes an event. It owes the event until it sends one, even if the conversation has stopped waiting for it. Used under the conversation's
/// lock.
/// </summary>
internal sealed class ServerSilence(TimeProvider time, TimeSpan limit)
{
    private long? _since;
    private string _cause = "";
    private bool _isReported;

    /// <summary>How long until the silence is reported; null if no event is owed, or if it was reported.</summary>
    public TimeSpan? TimeLeft => _since is { } since && !_isReported ? limit - time.GetElapsedTime(since) : null;

    /// <summary>Called with each event. <see cref="Expect"/> must follow.</summary>
    public void End() => (_since, _isReported) = (null, false);

    /// <summary>Called with audio of the agent, while the same events remain owed.</summary>
    public void Postpone(long now)
    {
        if (_since is not null)
            (_since, _isReported) = (now, false);
    }

    /// <summary>Called after each change of the conversation.</summary>
    /// <param name="cause">Why the server owes an event; null if it does not.</param>
    public void Expect(string? cause)
    {
        if (cause is not null && _since is null)
            (_since, _cause) = (time.GetTimestamp(), cause);
    }

    /// <summary>Returns why the server owes an event, once, when the silence has lasted too long; otherwise null.</summary>
    public string? Expire()
    {
        if (TimeLeft is not { Ticks: <= 0 })
            return null;
        _isReported = true;
        return _cause;
    }

    /// <summary>Called when the silence was recognized otherwise; returns false if it was already reported.</summary>
    public bool TryReport() => !_isReported && (_isReported = true);
}
