namespace Realtime.Sdk;

/// <summary>The current rate limits, from which the tokens reserved for the response are already subtracted. Wire: <c>rate_limits.updated</c>.</summary>
[WireType("rate_limits.updated")]
public sealed partial record RateLimitsUpdatedEvent : ServerEvent
{
    /// <summary>The rate limits.</summary>
    [JsonPropertyName("rate_limits")]
    public IReadOnlyList<RateLimit> RateLimits { get; init => field = value.OrEmpty(); } = [];
}

/// <summary>A rate limit. Wire: an element of <c>rate_limits</c>.</summary>
public sealed partial record RateLimit : WireObject
{
    /// <summary>The name of the limit: <c>requests</c> or <c>tokens</c>.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The maximum number; null if the server omits it.</summary>
    [JsonPropertyName("limit")]
    public long? Limit { get; init; }

    /// <summary>The remaining number; null if the server omits it.</summary>
    [JsonPropertyName("remaining")]
    public long? Remaining { get; init; }

    /// <summary>The time until the limit is fully available again; null if the server omits it. Wire: <c>reset_seconds</c>.</summary>
    [JsonPropertyName("reset_seconds"), WireFormat(typeof(Seconds))]
    public TimeSpan? Reset { get; init; }
}
