namespace Realtime.Sdk.Internal;

/// <summary>When a session is renewed, and after which delay an attempt is made. Used under the conversation's lock.</summary>
/// <param name="options">The options.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Returns a random number from 0 to 1.</param>
internal sealed class RenewalPlan(RenewalOptions options, TimeProvider time, Func<double> random)
{
    /// <summary>The time before the end of a session in which there must be time to interrupt the conversation and open a new one.</summary>
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(10);

    /// <summary>The duration after which a session is not the result of a failing attempt.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    /// <summary>Enough for the maximum delay, and few enough not to overflow.</summary>
    private const int MaxDoublings = 20;

    private DateTimeOffset? _due;
    private DateTimeOffset? _latest;
    private long? _begunAt;
    private int _attempts;

    public RenewalOptions Options => options;

    /// <summary>Whether the session is renewed at the next quiet moment.</summary>
    public bool IsDue => _due <= time.GetUtcNow();

    /// <summary>Whether the session is renewed even if the moment is not quiet.</summary>
    public bool IsOverdue => _latest <= time.GetUtcNow();

    /// <summary>How long until <see cref="IsDue"/> or <see cref="IsOverdue"/> changes; null if neither will.</summary>
    public TimeSpan? TimeLeft => (IsDue ? IsOverdue ? null : _latest : _due) - time.GetUtcNow();

    /// <summary>Whether the failure of a connection or of an attempt does not prevent a later attempt from succeeding.</summary>
    public static bool IsRecoverable(Exception exception) => exception switch
    {
        RealtimeConnectionException { IsSessionExpired: true } => true,
        RealtimeConnectionException { ErrorKind: not (null or RealtimeApiErrorKind.Server or RealtimeApiErrorKind.RateLimited) } => false,
        // A callback that failed may succeed next time.
        RealtimeCredentialException => true,
        RealtimeException known => known.IsTransient,
        _ => false,
    };

    /// <summary>Called when a session has begun.</summary>
    /// <param name="expiresAt">When it ends, as the server reported it; null if it is not renewed on schedule, or the server has reported none.</param>
    public void SessionBegan(DateTimeOffset? expiresAt)
    {
        _begunAt = time.GetTimestamp();
        var now = time.GetUtcNow();
        var duration = expiresAt is { } end && end > now ? end - now : (TimeSpan?)null;
        if (options.MaxSessionDuration is { } max && !(duration < max))
            duration = max;
        if (duration is not { } limit)
        {
            (_due, _latest) = (null, null);
            return;
        }
        _due = now + limit - Min(options.Before, limit / 2);
        _latest = now + limit - Min(LastMoment, limit / 4);
    }

    /// <summary>Called when the conversation was attached to a call, whose session is not renewed.</summary>
    public void CallJoined() => (_due, _latest, _begunAt) = (null, null, time.GetTimestamp());

    /// <summary>Called before an attempt; returns false if there were too many.</summary>
    /// <param name="failure">The failure of the attempt before, or of the connection; null if there was none.</param>
    /// <param name="delay">The delay before the attempt.</param>
    public bool TryBeginAttempt(Exception? failure, out TimeSpan delay)
    {
        if (_begunAt is { } begunAt && time.GetElapsedTime(begunAt) >= Stable)
            _attempts = 0;
        _begunAt = null;
        delay = TimeSpan.Zero;
        if (_attempts == options.MaxAttempts)
            return false;
        if (failure is not null)
            delay = Delay(failure);
        _attempts++;
        return true;
    }

    /// <summary>Called when the attempt to renew a session on schedule has failed, and the session continues.</summary>
    public void Postpone(Exception failure)
    {
        var next = time.GetUtcNow() + Delay(failure);
        _begunAt = time.GetTimestamp();
        _due = _attempts == options.MaxAttempts || next >= _latest || !IsRecoverable(failure) ? null : next;
        if (_due is null)
            _latest = null;
    }

    private TimeSpan Delay(Exception failure)
    {
        var limit = Min(options.MaxDelay, options.FirstDelay * Math.Pow(2, Math.Min(_attempts, MaxDoublings)));
        var delay = limit * random();
        return failure is RealtimeApiException { RetryAfter: { } requested } && requested > delay ? Min(requested, options.MaxDelay) : delay;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
