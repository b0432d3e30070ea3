namespace Realtime.Sdk;

/// <summary>What is left of the rate limits, less what the response may still need. Wire: <c>rate_limits.updated</c>.</summary>
[WireType("rate_limits.updated")]
public sealed partial record RateLimitsUpdatedEvent : ServerEvent
{
    /// <summary>The limits.</summary>
    [JsonPropertyName("rate_limits")]
    public IReadOnlyList<RateLimit> RateLimits { get; init => field = value.OrEmpty(); } = [];
}

/// <summary>One rate limit. Wire: the elements of <c>rate_limits</c>.</summary>
public sealed partial record RateLimit : WireObject
{
    /// <summary>What is limited: <c>requests</c>, <c>tokens</c>.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>How much there is in all; null when the server leaves it out.</summary>
    [JsonPropertyName("limit")]
    public long? Limit { get; init; }

    /// <summary>How much is left; null when the server leaves it out.</summary>
    [JsonPropertyName("remaining")]
    public long? Remaining { get; init; }

    /// <summary>How long until all is there again. Wire: <c>reset_seconds</c>.</summary>
    [JsonPropertyName("reset_seconds"), WireFormat(typeof(Seconds))]
    public TimeSpan? Reset { get; init; }
}
