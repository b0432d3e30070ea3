namespace Realtime.Sdk;

/// <summary>
/// The checks that detect problems for which no error is reported, such as a silent server. Each finding is a <see cref="WarningUpdate"/> with its own
/// <see cref="WarningKind"/>, once for each episode, and also a log message and a measurement. Null turns a check off.
/// </summary>
public sealed record ConversationWatchdogOptions
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    /// <summary>
    /// The maximum time without an event of the server although one is expected: a response was requested, is being generated or is expected, audio was committed, or the user's audio
    /// contains speech, or the end of speech, that the server does not report. After this time, a <see cref="WarningKind.ServerSilent"/> is reported, and none again until the
    /// server has sent an event. Speech is recognized by its level, and not while the agent is heard. More than zero, at most a day; the default is 15 seconds.
    /// Null turns the check off.
    /// </summary>
    public TimeSpan? ServerSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The maximum time without an event of a response that the server has begun. Time in which audio of the agent is heard or a call of the response runs does not
    /// count. After this time, a <see cref="WarningKind.ResponseStalled"/> is reported. More than zero, at most a day; the default is 30 seconds. Null turns the check off:
    /// queued replies then wait until the server ends the response.
    /// </summary>
    public TimeSpan? ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a response that exceeds <see cref="ResponseTimeout"/> is canceled, so that queued replies continue. Its reply fails with a
    /// <see cref="RealtimeTimeoutException"/>. If the server does not confirm the cancellation, the conversation waits for <see cref="ConversationLimits.ReplyTimeout"/>.
    /// The default is <see langword="true"/>.
    /// </summary>
    public bool CancelStalledResponses { get; init; } = true;

    /// <summary>
    /// The time without speech or messages of either side after which a <see cref="WarningKind.UserIdle"/> is reported, and again only after one side was active. It begins when
    /// the agent was heard or the user has finished, and again when <see cref="RealtimeConversation.IsMuted"/> changes; it does not pass while the user is muted. More than
    /// zero, at most a day; the default is null, which turns the check off.
    /// </summary>
    public TimeSpan? UserSilence { get; init; }

    /// <summary>
    /// The number of consecutive failures after which a <see cref="WarningKind.RepeatedFailures"/> is reported: responses that failed or are incomplete, and requests of replies
    /// that failed. It is reported again only after a response was completed. Responses that were interrupted or canceled do not
    /// count. At least 1; the default is 3. Null turns the check off.
    /// </summary>
    public int? RepeatedFailures { get; init; } = 3;

    /// <summary>
    /// The remaining share of a rate limit at or below which the limit counts as nearly used up. Then a <see cref="WarningKind.RateLimit"/> is reported, and none again for
    /// this limit until the server has reported more. From 0 to 1; the default is 0.1. Null turns the check off.
    /// </summary>
    public double? RateLimitShare { get; init; } = 0.1;

    /// <summary>
    /// Whether queued replies wait until a rate limit that is nearly used up is reset, if the server reports the time. The status is then
    /// <see cref="ConversationStatus.RateLimited"/>, and the replies can be canceled. Answers that the server starts itself and out-of-band replies do not wait.
    /// Without <see cref="RateLimitShare"/> nothing waits. The default is <see langword="false"/>.
    /// </summary>
    public bool WaitForRateLimits { get; init; }

    /// <summary>
    /// The maximum time that queued replies wait for rate limits before the next one is requested. More than zero, at most a day; the default is 1 minute.
    /// </summary>
    public TimeSpan MaxRateLimitWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time before the last day of a model, as announced by OpenAI, from which one <see cref="WarningKind.ModelEnd"/> is reported at the start of a conversation. This
    /// includes the model for transcription and stored prompts, which end on November 30, 2026. The dates are those known to this version of the SDK, because
    /// servers do not report them. At least zero, at most 1,000 days; the default is 30 days. Null turns the check off.
    /// </summary>
    public TimeSpan? ModelNotice { get; init; } = TimeSpan.FromDays(30);

    internal ConversationWatchdogOptions Copy() => this with { };

    internal void Validate()
    {
        ThrowIfOutOfRange(ServerSilence, nameof(ServerSilence));
        ThrowIfOutOfRange(ResponseTimeout, nameof(ResponseTimeout));
        ThrowIfOutOfRange(UserSilence, nameof(UserSilence));
        ThrowIfOutOfRange(MaxRateLimitWait, nameof(MaxRateLimitWait));
        if (RepeatedFailures is { } failures)
            ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1, nameof(RepeatedFailures));
        if (RateLimitShare is { } share && share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(RateLimitShare), share, "The share must be 0 to 1.");
        if (ModelNotice is { } notice)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(notice, TimeSpan.Zero, nameof(ModelNotice));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(notice, TimeSpan.FromDays(1_000), nameof(ModelNotice));
        }
    }

    private static void ThrowIfOutOfRange(TimeSpan? time, string name)
    {
        if (time is not { } value)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxTime, name);
    }
}
