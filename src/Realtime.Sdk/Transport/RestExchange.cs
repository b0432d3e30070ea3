using System.Security.Cryptography;

namespace Realtime.Sdk.Internal;

/// <summary>One call under way: what has been tried, how much time is left, whether another attempt is allowed.</summary>
internal sealed class RestExchange(
    RestOperation operation, RealtimeClientOptions options, TimeProvider time, CancellationToken caller, CancellationToken disposed)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500), LongestBackoff = TimeSpan.FromSeconds(8), LongestWait = TimeSpan.FromDays(1);

    private readonly long _start = time.GetTimestamp();

    public RestOperation Operation => operation;

    public int Attempts { get; private set; }

    public RealtimeException? LastFailure { get; private set; }

    /// <summary>Whether the attempt under way may have reached the server.</summary>
    public bool DeliveryUncertain { get; set; }

    /// <summary>Whether the deadline of the whole call ended it.</summary>
    public bool OutOfTime { get; set; }

    /// <summary>The wait before the next attempt, when there is to be one.</summary>
    public TimeSpan? Wait { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Begins an attempt, which has until the nearer of two deadlines.</summary>
    /// <param name="isLast">Whether that is the deadline of the whole call.</param>
    public RestLimit Begin(out bool isLast)
    {
        Attempts++;
        DeliveryUncertain = false;
        var (attempt, remaining) = (options.AttemptTimeout, Remaining());
        isLast = attempt == Timeout.InfiniteTimeSpan || remaining <= attempt;
        return Limit(isLast ? remaining : attempt);
    }

    /// <summary>What bounds the waits between attempts.</summary>
    public RestLimit LimitWaits() => Limit(Remaining());

    /// <summary>Cancelled when the caller or the client gives up, not when a deadline passes.</summary>
    public CancellationTokenSource Abandonment() => CancellationTokenSource.CreateLinkedTokenSource(caller, disposed);

    /// <summary>
    /// Whether a failure of this kind may be followed by another attempt: it is listed as transient, or the server says so, and either nothing
    /// was sent or what was refused makes nothing lasting.
    /// </summary>
    public bool IsRepeatable(Exception? failure) => failure switch
    {
        RealtimeApiException refused => operation.RepeatAfterRefusal && refused.IsTransient,
        RealtimeConnectionException lost => lost.IsTransient && !lost.IsDeliveryUncertain,
        RealtimeTimeoutException late => !late.IsDeliveryUncertain,
        _ => false,
    };

    /// <summary>
    /// Whether <paramref name="failure"/> calls for another attempt. Nothing is repeated whose delivery is uncertain, and nobody waits
    /// for longer than there is time left.
    /// </summary>
    public bool ShouldRepeat(Exception? failure)
    {
        LastFailure = failure as RealtimeException;
        var asked = (failure as RealtimeApiException)?.RetryAfter ?? TimeSpan.Zero;
        var wait = WholeMilliseconds(Max(asked, Backoff()));
        Wait = IsRepeatable(failure) && wait <= LongestWait && wait < Remaining() ? wait : null;
        return Wait is not null;
    }

    private TimeSpan Backoff()
    {
        var longest = FirstWait * Math.Pow(2, Attempts - 1);
        var spread = options.Randomizer?.Invoke() ?? RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
        return Min(longest, LongestBackoff) * (0.5 + (0.5 * spread));
    }

    private RestLimit Limit(TimeSpan after) =>
        new(after == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : Max(after, TimeSpan.Zero), time, caller, disposed);

    private TimeSpan Remaining() => options.Timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : options.Timeout - Elapsed;

    /// <summary>Rounded up: timers would cut the rest off, and come too soon for the server.</summary>
    private static TimeSpan WholeMilliseconds(TimeSpan time) =>
        time > LongestWait ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
