namespace Realtime.Sdk.Internal;

/// <summary>
/// The state of the checks of one conversation; a check that is turned off is null. Used under the conversation's lock, except <see cref="Speech"/> and the flags
/// that it needs.
/// </summary>
internal sealed class ConversationWatchdog(ConversationWatchdogOptions options, TimeProvider time)
{
    // Volatile, because the thread that sends the user's audio reads them without the lock.
    private volatile bool _isUserSpeaking;
    private volatile bool _isPaused;

    public ConversationWatchdogOptions Options => options;

    public ServerSilence? Silence { get; } = options.ServerSilence is { } limit ? new(time, limit) : null;

    /// <summary>Used by the thread that sends the user's audio.</summary>
    public UnreportedSpeech? Speech { get; } = options.ServerSilence is { } limit ? new(time, limit) : null;

    public UserSilence? UserSilence { get; } = options.UserSilence is { } limit ? new(time, limit) : null;

    public RateLimitTracker? RateLimits { get; } = options.RateLimitShare is { } share ? new(time, share, options.MaxRateLimitWait) : null;

    /// <summary>The models and prompts whose shutdown was reported.</summary>
    public HashSet<string> Reported { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is expected of the server, because the session is being renewed.</summary>
    public bool IsPaused { get => _isPaused; set => _isPaused = value; }

    /// <summary>Whether <c>speech_stopped</c> is expected of the server. Unlike the wait of replies for the user, it has no timeout.</summary>
    public bool IsUserSpeaking { get => _isUserSpeaking; set => _isUserSpeaking = value; }

    /// <summary>Whether the confirmation of a commit is expected of the server.</summary>
    public bool IsCommitPending { get; set; }

    /// <summary>The number of consecutive responses and requests that failed.</summary>
    public int Failures { get; set; }

    /// <summary>
    /// The timestamp at which the received audio of the agent will have been played, if it is played without pauses. An estimate, because the player reports only complete
    /// items, and a stalled response has an incomplete one.
    /// </summary>
    public long AudioUntil { get; private set; } = long.MinValue;

    /// <summary>Adds audio of the agent that is queued for the player.</summary>
    public void AddAudio(long now, double seconds) => AudioUntil = Math.Max(now, AudioUntil) + (long)(seconds * time.TimestampFrequency);

    /// <summary>Records that no audio of the agent is waiting to be played.</summary>
    public void ClearAudio() => AudioUntil = long.MinValue;
}
