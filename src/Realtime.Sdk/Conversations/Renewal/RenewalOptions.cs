namespace Realtime.Sdk;

/// <summary>
/// The options for continuing a conversation in a new session, before its session ends or after the connection is lost. The new session gets a text history of the conversation;
/// <see cref="RenewalUpdate.NotCarriedOver"/> lists what it does not get. Nothing whose delivery is uncertain is sent again.
/// </summary>
/// <remarks>
/// A conversation that is attached to a call does not renew the session, which is that of the call. After a loss, it is attached to the call again.
/// </remarks>
public sealed record RenewalOptions
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    /// <summary>
    /// The time before the end of the session from which the session is renewed at the next quiet moment: neither side is speaking, and no response, function call or transcript is
    /// expected. If there is no quiet moment until 10 seconds before the end, the conversation is interrupted. At most half the duration of the session is used. More than zero, at
    /// most a day; the default is 5 minutes.
    /// </summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The maximum duration of a session, for servers that do not report when a session ends, or to keep the context short. The earlier of this time and the one that the
    /// server reports (<see cref="RealtimeSession.ExpiresAt"/>) is used. At least 1 second, at most a day; null, the default, uses only the reported time.
    /// </summary>
    public TimeSpan? MaxSessionDuration { get; init; }

    /// <summary>
    /// Whether the conversation continues when its connection is lost or its session has expired. Otherwise it ends, as it does without renewals. The default is
    /// <see langword="true"/>.
    /// </summary>
    public bool AfterLoss { get; init; } = true;

    /// <summary>
    /// The maximum size of the history for the new session, in tokens: the newest items that fit. Tokens are estimated as a quarter of the bytes of the text. At least
    /// zero; the default is 4,000.
    /// </summary>
    public int HistoryTokens { get; init; } = 4_000;

    /// <summary>
    /// A callback that rewrites the history, for example to replace its oldest items with a summary. It gets the items that would be sent, and returns those to send; their
    /// IDs are replaced. If it throws, or does not return within <see cref="ConversationLimits.ReplyTimeout"/>, the history is sent as it is, with a warning. Null, the
    /// default, does not change the history.
    /// </summary>
    public Func<IReadOnlyList<ConversationItem>, AgentContext, CancellationToken, ValueTask<IReadOnlyList<ConversationItem>>>? RewriteHistory { get; init; }

    /// <summary>
    /// The maximum duration of the user's audio that is kept while there is no session; if there is more, the oldest is dropped. At least zero, at most a day; the default is
    /// 10 seconds.
    /// </summary>
    public TimeSpan MaxBufferedAudio { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum number of consecutive attempts to open a new session. A session that has lasted a minute ends the count. Attempts stop at once if another attempt cannot
    /// succeed: the quota is exhausted, the credential or the certificate is rejected, or the server closed the connection because of an error of the client. At least 1; the
    /// default is 5.
    /// </summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>
    /// The upper limit of the delay before the first attempt after a loss. It doubles with each attempt, and the delay is a random part of it, so that clients of the same
    /// server do not all reconnect at the same time. At least zero, at most a day; the default is 500 milliseconds.
    /// </summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The maximum delay before an attempt. At least <see cref="FirstDelay"/>, at most a day; the default is 10 seconds.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A reply that is requested in the new session if the end of the previous one has cut off a response, a function call or speech of the user, for example <c>"Say that the
    /// connection was interrupted, and continue."</c>. Not used in a call, whose session continues. Null, the default, requests none.
    /// </summary>
    public ReplyOptions? ReplyAfterLoss { get; init; }

    internal RenewalOptions Copy() => this with { ReplyAfterLoss = ReplyAfterLoss?.Copy() };

    internal void Validate()
    {
        ThrowIfNotBetween(Before, TimeSpan.FromTicks(1), nameof(Before));
        if (MaxSessionDuration is { } duration)
            ThrowIfNotBetween(duration, TimeSpan.FromSeconds(1), nameof(MaxSessionDuration));
        ArgumentOutOfRangeException.ThrowIfNegative(HistoryTokens);
        ThrowIfNotBetween(MaxBufferedAudio, TimeSpan.Zero, nameof(MaxBufferedAudio));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ThrowIfNotBetween(FirstDelay, TimeSpan.Zero, nameof(FirstDelay));
        ThrowIfNotBetween(MaxDelay, FirstDelay, nameof(MaxDelay));
    }

    private static void ThrowIfNotBetween(TimeSpan value, TimeSpan min, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxTime, name);
    }
}
