namespace Realtime.Sdk.Testing.Internal;

/// <summary>The rate limits of one minute. They are reported but not enforced.</summary>
internal sealed class RateLimits(SimulationContext context)
{
    private const int MaxRequests = 1000, MaxTokens = 400_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private DateTimeOffset _start = context.Time.GetUtcNow();
    private int _requests;
    private int _tokens;

    /// <summary>Counts a response and notifies the client of the remaining limits.</summary>
    public void Count(int tokens)
    {
        var now = context.Time.GetUtcNow();
        if (now - _start >= Window)
            (_start, _requests, _tokens) = (now, 0, 0);
        _requests++;
        _tokens += tokens;
        var reset = Math.Round((_start + Window - now).TotalSeconds, 3);
        context.Events.Send("rate_limits.updated", ("rate_limits", new JsonArray(
            Limit("requests", MaxRequests, _requests, reset),
            Limit("tokens", MaxTokens, _tokens, reset))));
    }

    private static JsonObject Limit(string name, int limit, int used, double reset) =>
        new() { ["name"] = name, ["limit"] = limit, ["remaining"] = Math.Max(0, limit - used), ["reset_seconds"] = reset };
}
