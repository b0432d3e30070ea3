namespace Realtime.Sdk;

/// <summary>
/// The checks that report a conversation in which something is wrong although no error was reported. Each finding is a <see cref="WarningUpdate"/> of its own
/// <see cref="WarningKind"/>, once for each episode, and also a log message and a measurement. Null turns a check off.
/// </summary>
public sealed record ConversationWatchdogOptions
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    /// <summary>
    /// How long the server may send no event although it must: a response was requested, is being generated or is due, audio was committed, or the user's audio
    /// contains speech, or the end of speech, that the server does not report. Then there is a <see cref="WarningKind.ServerSilent"/>, and no other one until the
    /// server has sent an event. Speech is recognized by its level, not while the agent is heard. More than zero, at most a day; the default is 15 seconds.
    /// Null turns the check off.
    /// </summary>
    public TimeSpan? ServerSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the server may send no event of a response that it has begun. Time in which audio of the agent is heard or a call of the response runs does not
    /// count. Then there is a <see cref="WarningKind.ResponseStalled"/>. More than zero, at most a day; the default is 30 seconds. Null turns the check off:
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
    /// How long neither side speaks or writes before there is a <see cref="WarningKind.UserIdle"/>, which is reported again only after one has. The time begins when the
    /// agent was heard or the user has ended, and again when <see cref="RealtimeConversation.IsMuted"/> changes; it does not pass while the user is muted. More than
    /// zero, at most a day; the default is null, which turns the check off.
    /// </summary>
    public TimeSpan? UserSilence { get; init; }

    /// <summary>
    /// After how many consecutive responses that failed or are incomplete, or requests of replies that failed, there is a
    /// <see cref="WarningKind.RepeatedFailures"/>; it is reported again only after a response was completed. Responses that were interrupted or canceled do not
    /// count. At least 1; the default is 3. Null turns the check off.
    /// </summary>
    public int? RepeatedFailures { get; init; } = 3;

    /// <summary>
    /// The share of a rate limit at or below which what remains of it is nearly used up. Then there is a <see cref="WarningKind.RateLimit"/>, and no other one for
    /// this limit until the server has reported more. From 0 to 1; the default is 0.1. Null turns the check off.
    /// </summary>
    public double? RateLimitShare { get; init; } = 0.1;

    /// <summary>
    /// Whether queued replies wait until a rate limit that is nearly used up has been reset, as far as the server reports when. The status is then
    /// <see cref="ConversationStatus.RateLimited"/>, and the replies can be canceled. Answers that the server starts itself and out-of-band replies do not wait.
    /// Without <see cref="RateLimitShare"/> nothing waits. The default is <see langword="false"/>.
    /// </summary>
    public bool WaitForRateLimits { get; init; }

    /// <summary>
    /// The maximum time that queued replies wait for rate limits before the next one is requested. More than zero, at most a day; the default is 1 minute.
    /// </summary>
    public TimeSpan MaxRateLimitWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long before the last day of a model, as announced by OpenAI, there is one <see cref="WarningKind.ModelEnd"/> at the start of the conversation. This
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
            throw new ArgumentOutOfRangeException(nameof(RateLimitShare), share, "The share must be from 0 to 1.");
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
