namespace Realtime.Sdk.Internal;

/// <summary>Determines which rate limits are nearly used up, and how long replies wait for them. Used under the conversation's lock.</summary>
internal sealed class RateLimitTracker(TimeProvider time, double share, TimeSpan maxWait)
{
    /// <summary>The maximum number of limits that are tracked. The service has two, but a server may report any number.</summary>
    private const int MaxLimits = 16;

    /// <summary>The maximum length of a name that is tracked.</summary>
    private const int MaxNameLength = 64;

    /// <summary>The limits that are nearly used up, and the timestamps at which they are reset.</summary>
    private readonly Dictionary<string, long> _nearlyUsed = new(StringComparer.Ordinal);
    private long? _heldSince;

    /// <summary>The timestamp until which replies wait; null if they do not.</summary>
    public long? HeldUntil { get; private set; }

    /// <summary>Updates the limits with those that the server reported. <see cref="Expire"/> must be called before.</summary>
    /// <returns>The limits that were not nearly used up before; null if there are none.</returns>
    public List<RateLimit>? Update(IReadOnlyList<RateLimit> limits)
    {
        List<RateLimit>? found = null;
        for (var i = 0; i < Math.Min(limits.Count, MaxLimits); i++)
        {
            // Without a limit or a remaining count, there is nothing to compare.
            if (limits[i] is not { Limit: > 0 and var maximum, Remaining: { } remaining, Name.Length: <= MaxNameLength } limit)
                continue;
            if (remaining > maximum * share)
            {
                _nearlyUsed.Remove(limit.Name);
                continue;
            }
            if (!_nearlyUsed.ContainsKey(limit.Name))
            {
                // A server may report any number of names.
                if (_nearlyUsed.Count == MaxLimits)
                    continue;
                (found ??= []).Add(limit);
            }
            _nearlyUsed[limit.Name] = GetResetTime(limit.Reset);
        }
        UpdateHold();
        return found;
    }

    /// <summary>Ends a wait whose time is over; returns whether one has ended.</summary>
    public bool Expire()
    {
        if (HeldUntil is not { } until || time.GetTimestamp() < until)
            return false;
        (_heldSince, HeldUntil) = (null, null);
        return true;
    }

    /// <summary>Waits for the last reset, but not longer than the maximum in total, even if the server reports later resets again and again.</summary>
    private void UpdateHold()
    {
        var now = time.GetTimestamp();
        long last = 0;
        foreach (var reset in _nearlyUsed.Values)
            last = Math.Max(last, reset);
        if (last <= now)
        {
            (_heldSince, HeldUntil) = (null, null);
            return;
        }
        _heldSince ??= now;
        HeldUntil = Math.Min(last, _heldSince.Value + (long)(maxWait.TotalSeconds * time.TimestampFrequency));
    }

    private long GetResetTime(TimeSpan? reset)
    {
        var wait = reset is not { Ticks: > 0 } positive ? TimeSpan.Zero : positive < maxWait ? positive : maxWait;
        return time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
    }
}
