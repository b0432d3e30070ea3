namespace Realtime.Sdk.Internal;

/// <summary>
/// The state of the checks of one conversation; a check that is turned off is null. Used under the conversation's lock, except <see cref="Speech"/> and the flags
/// that it needs.
/// </summary>
internal sealed class ConversationWatchdog(ConversationWatchdogOptions options, TimeProvider time)
{
    private volatile bool _isUserSpeaking;
    private volatile bool _isPaused;

    public ConversationWatchdogOptions Options => options;

    public ServerSilence? Silence { get; } = options.ServerSilence is { } limit ? new(time, limit) : null;

    /// <summary>Used by the thread that sends the user's audio.</summary>
    public UnreportedSpeech? Speech { get; } = options.ServerSilence is { } limit ? new(time, limit) : null;

    public UserSilence? UserSilence { get; } = options.UserSilence is { } limit ? new(time, limit) : null;

    public RateLimitTracker? RateLimits { get; } = options.RateLimitShare is { } share ? new(time, share, options.MaxRateLimitWait) : null;

    /// <summary>The models and prompts whose end was reported.</summary>
    public HashSet<string> Reported { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is expected of the server, because the session is being renewed.</summary>
    public bool IsPaused { get => _isPaused; set => _isPaused = value; }

    /// <summary>Whether the server owes <c>speech_stopped</c>. A reply that waits for the user stops waiting earlier.</summary>
    public bool IsUserSpeaking { get => _isUserSpeaking; set => _isUserSpeaking = value; }

    /// <summary>Whether the server owes the answer to a commit.</summary>
    public bool IsCommitPending { get; set; }

    /// <summary>The number of consecutive failures.</summary>
    public int Failures { get; set; }

    /// <summary>
    /// When the audio of the agent that was received will have been heard, if it is played without pauses. The player reports only complete items, and a response
    /// that stalls has one that is not.
    /// </summary>
    public long AudioUntil { get; private set; } = long.MinValue;

    /// <summary>Called with audio of the agent that is queued for the player.</summary>
    public void AudioReceived(long now, double seconds) => AudioUntil = Math.Max(now, AudioUntil) + (long)(seconds * time.TimestampFrequency);

    /// <summary>Called when no audio of the agent is waiting to be heard.</summary>
    public void AudioEnded() => AudioUntil = long.MinValue;
}
