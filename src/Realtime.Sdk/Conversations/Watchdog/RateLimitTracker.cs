namespace Realtime.Sdk.Internal;

/// <summary>Which rate limits are nearly used up, and how long replies wait for them. Used under the conversation's lock.</summary>
internal sealed class RateLimitTracker(TimeProvider time, double share, TimeSpan maxWait)
{
    /// <summary>The maximum number of limits that are tracked. The service has two; a server may report any number.</summary>
    private const int MaxLimits = 16;

    /// <summary>The maximum length of a name that is tracked.</summary>
    private const int MaxNameLength = 64;

    /// <summary>The limits that are nearly used up, and when they are reset.</summary>
    private readonly Dictionary<string, long> _low = new(StringComparer.Ordinal);
    private long? _heldSince;

    /// <summary>Until when replies wait; null if they do not.</summary>
    public long? HeldUntil { get; private set; }

    /// <summary>Takes over the limits that the server reported, after <see cref="Expire"/>.</summary>
    /// <returns>The limits that were not nearly used up before; null if there are none.</returns>
    public List<RateLimit>? Update(IReadOnlyList<RateLimit> limits)
    {
        List<RateLimit>? found = null;
        for (var i = 0; i < Math.Min(limits.Count, MaxLimits); i++)
        {
            // A limit of zero, or without what remains, says nothing.
            if (limits[i] is not { Limit: > 0 and var maximum, Remaining: { } remaining, Name.Length: <= MaxNameLength } limit)
                continue;
            if (remaining > maximum * share)
            {
                _low.Remove(limit.Name);
                continue;
            }
            if (!_low.ContainsKey(limit.Name))
            {
                if (_low.Count == MaxLimits)
                    continue;
                (found ??= []).Add(limit);
            }
            _low[limit.Name] = After(limit.Reset);
        }
        Hold();
        return found;
    }

    /// <summary>Ends the wait when it is over; returns whether it has ended.</summary>
    public bool Expire()
    {
        if (HeldUntil is not { } until || time.GetTimestamp() < until)
            return false;
        (_heldSince, HeldUntil) = (null, null);
        return true;
    }

    /// <summary>Waits for the last reset, but in all no longer than the maximum, however often the server reports another.</summary>
    private void Hold()
    {
        var now = time.GetTimestamp();
        long last = 0;
        foreach (var reset in _low.Values)
            last = Math.Max(last, reset);
        if (last <= now)
        {
            (_heldSince, HeldUntil) = (null, null);
            return;
        }
        _heldSince ??= now;
        HeldUntil = Math.Min(last, _heldSince.Value + (long)(maxWait.TotalSeconds * time.TimestampFrequency));
    }

    private long After(TimeSpan? reset)
    {
        var wait = reset is not { Ticks: > 0 } positive ? TimeSpan.Zero : positive < maxWait ? positive : maxWait;
        return time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
    }
}
