namespace Realtime.Sdk.Internal;

/// <summary>Determines when a session is renewed, and the delay before each attempt. Used under the conversation's lock.</summary>
/// <param name="options">The options.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Returns a random number from 0 to 1.</param>
internal sealed class RenewalPlan(RenewalOptions options, TimeProvider time, Func<double> random)
{
    /// <summary>The time before the end of a session at which renewal no longer waits for a quiet moment. It suffices to interrupt the conversation and to open a new session.</summary>
    private static readonly TimeSpan OverdueMargin = TimeSpan.FromSeconds(10);

    /// <summary>The duration after which a session counts as stable, so that the count of attempts starts again.</summary>
    private static readonly TimeSpan StableDuration = TimeSpan.FromMinutes(1);

    /// <summary>The maximum number of times that the delay is doubled, so that it does not overflow.</summary>
    private const int MaxDoublings = 20;

    private DateTimeOffset _now = time.GetUtcNow();
    private DateTimeOffset? _renewAt;
    private DateTimeOffset? _renewAtLatest;
    private long? _sessionStartedAt;
    private int _attempts;

    public RenewalOptions Options => options;

    /// <summary>Whether the session is renewed at the next quiet moment, at the time of the last <see cref="ReadClock"/>.</summary>
    public bool IsDue => _renewAt <= _now;

    /// <summary>Whether the session is renewed even if the moment is not quiet, at the time of the last <see cref="ReadClock"/>.</summary>
    public bool IsOverdue => _renewAtLatest <= _now;

    /// <summary>The time until <see cref="IsDue"/> or <see cref="IsOverdue"/> changes; null if neither will.</summary>
    public TimeSpan? TimeLeft => (IsDue ? IsOverdue ? null : _renewAtLatest : _renewAt) - _now;

    /// <summary>Sets the time for which the members above are valid, so that a decision and the timer for the next one agree.</summary>
    public void ReadClock() => _now = time.GetUtcNow();

    /// <summary>Whether a later attempt can succeed after this failure of a connection or of an attempt.</summary>
    public static bool IsRecoverable(Exception exception) => exception switch
    {
        RealtimeConnectionException { IsSessionExpired: true } => true,
        RealtimeConnectionException { ErrorKind: not (null or RealtimeApiErrorKind.Server or RealtimeApiErrorKind.RateLimited) } => false,
        // Credentials come from a callback of the app, which may succeed next time.
        RealtimeCredentialException => true,
        RealtimeException known => known.IsTransient,
        _ => false,
    };

    /// <summary>Plans the renewal of a session that has begun.</summary>
    /// <param name="expiresAt">When it ends; null if the server did not report it.</param>
    public void BeginSession(DateTimeOffset? expiresAt)
    {
        _sessionStartedAt = time.GetTimestamp();
        var now = time.GetUtcNow();
        var duration = expiresAt is { } end && end > now ? end - now : (TimeSpan?)null;

        // The negated comparison is also true if the server has reported no end.
        if (options.MaxSessionDuration is { } max && !(duration < max))
            duration = max;
        if (duration is not { } limit)
        {
            (_renewAt, _renewAtLatest) = (null, null);
            return;
        }

        // A short session must not be renewed as soon as it has begun.
        _renewAt = now + limit - Min(options.Before, limit / 2);
        _renewAtLatest = now + limit - Min(OverdueMargin, limit / 4);
    }

    /// <summary>Records that the conversation was attached to a call, whose session is not renewed.</summary>
    public void JoinCall() => (_renewAt, _renewAtLatest, _sessionStartedAt) = (null, null, time.GetTimestamp());

    /// <summary>Counts an attempt; returns false if there were too many.</summary>
    /// <param name="failure">The failure of the previous attempt or of the connection; null if there was none.</param>
    /// <param name="delay">The delay before the attempt.</param>
    public bool TryBeginAttempt(Exception? failure, out TimeSpan delay)
    {
        if (_sessionStartedAt is { } startedAt && time.GetElapsedTime(startedAt) >= StableDuration)
            _attempts = 0;

        // Only the first attempt follows the session; further ones are consecutive.
        _sessionStartedAt = null;
        delay = TimeSpan.Zero;
        if (_attempts == options.MaxAttempts)
            return false;
        if (failure is not null)
            delay = GetDelay(failure);
        _attempts++;
        return true;
    }

    /// <summary>Plans the next attempt after one on schedule has failed, while the session continues.</summary>
    public void Postpone(Exception failure)
    {
        var next = time.GetUtcNow() + GetDelay(failure);
        _sessionStartedAt = time.GetTimestamp();
        _renewAt = _attempts == options.MaxAttempts || next >= _renewAtLatest || !IsRecoverable(failure) ? null : next;
        if (_renewAt is null)
            _renewAtLatest = null;
    }

    private TimeSpan GetDelay(Exception failure)
    {
        var limit = Min(options.MaxDelay, options.FirstDelay * Math.Pow(2, Math.Min(_attempts, MaxDoublings)));
        var delay = limit * random();

        // A delay that the server requests is respected, up to the maximum.
        return failure is RealtimeApiException { RetryAfter: { } requested } && requested > delay ? Min(requested, options.MaxDelay) : delay;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
