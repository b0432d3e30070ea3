namespace Realtime.Sdk.Tests.Transport.Http;

/// <summary>What a server does with one attempt.</summary>
/// <remarks><paramref name="Fault"/> is how a link fails; <paramref name="ShouldRetry"/> the value of the header <c>x-should-retry</c>.</remarks>
/// <param name="Status">The HTTP status; 0 for a link that fails, -1 for silence.</param>
/// <param name="Code">The error code of the body.</param>
/// <param name="Header">A header that asks to wait.</param>
/// <param name="HeaderText">Its value.</param>
/// <param name="Asked">What that means.</param>
/// <param name="Latency">How long it takes.</param>
/// <param name="Sent">Whether the request has left.</param>
internal sealed record Step(int Status, string? Code, string? Header, string? HeaderText, TimeSpan? Asked, TimeSpan Latency, bool Sent, HttpRequestError Fault, string? ShouldRetry);

/// <summary>One call: how it is set up, and what happens to it.</summary>
internal sealed record Scenario(
    bool Repeatable, int MaxRetries, TimeSpan AttemptTimeout, TimeSpan Timeout, TimeSpan? CancelAt, double Random, IReadOnlyList<Step> Steps);

/// <summary>How a call ends.</summary>
/// <param name="Ending">ok, cancelled, total, attempt (timeout), link, or the status.</param>
/// <param name="At">When.</param>
/// <param name="Uncertain">Whether delivery is uncertain.</param>
/// <param name="Transient">Whether the failure says that it is transient.</param>
/// <param name="Starts">When each attempt began.</param>
internal sealed record Timeline(string Ending, TimeSpan At, bool Uncertain, bool Transient, IReadOnlyList<TimeSpan> Starts);

/// <summary>The rules of repetition, written down a second time and as simply as can be.</summary>
internal static class RetryModel
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    /// <summary>The timeline; null when two things happen at once and either order is right.</summary>
    public static Timeline? Run(Scenario scenario)
    {
        var now = TimeSpan.Zero;
        var cancel = scenario.CancelAt ?? Never;
        var starts = new List<TimeSpan>();
        if (cancel == TimeSpan.Zero)
            return new("cancelled", now, false, false, starts);
        while (true)
        {
            var step = scenario.Steps[starts.Count];
            starts.Add(now);
            var answer = step.Status < 0 ? Never : now + step.Latency;
            var late = now + scenario.AttemptTimeout;
            TimeSpan[] moments = [answer, late, scenario.Timeout, cancel];
            now = moments.Min();
            if (moments.Count(moment => moment == now) > 1)
                return null;
            if (now == cancel)
                return new("cancelled", now, false, false, starts);
            if (now == scenario.Timeout)
                return new("total", now, step.Sent, true, starts);
            if (now == answer && step.Status == 200)
                return new("ok", now, false, false, starts);
            var ending = now == late ? "attempt" : step.Status == 0 ? "link" : step.Status.ToString();
            var uncertain = ending is "attempt" or "link" && step.Sent;
            var refused = ending is not ("attempt" or "link");
            var transient = ending switch
            {
                "attempt" => true,
                "link" => step.Fault is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ResponseEnded,
                _ when step.Status < 400 => false,
                _ when step.ShouldRetry is "true" or "false" => step.ShouldRetry is "true",
                _ => step.Code != "insufficient_quota" && step.Status is (408 or 429 or 500 or 502 or 503 or 504 or 520 or 521 or 522 or 523 or 524 or 529),
            };
            var repeatable = transient && (refused ? scenario.Repeatable : !uncertain);
            var wait = refused && step.Asked > TimeSpan.Zero ? RoundUp(step.Asked.Value) : Backoff(starts.Count - 1, scenario.Random);
            if (!repeatable || starts.Count > scenario.MaxRetries || wait >= scenario.Timeout - now)
                return new(ending, now, uncertain, transient, starts);
            wait = TimeSpan.FromMilliseconds(Math.Floor(wait.TotalMilliseconds)); // timers know whole milliseconds
            if (cancel == now + wait)
                return null;
            if (cancel < now + wait)
                return new("cancelled", cancel, false, false, starts);
            now += wait;
        }
    }

    private static TimeSpan RoundUp(TimeSpan wait) => wait < TimeSpan.FromDays(1) ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : wait;

    /// <summary>
    /// The decorrelated jitter that Polly documents: differences of a smooth curve whose points are random within their retry, with medians of
    /// about 0.5, 1, 2 s and so on, and 8 s at most.
    /// </summary>
    private static TimeSpan Backoff(int retry, double random)
    {
        var ticks = (Curve(retry + random) - (retry == 0 ? 0 : Curve(retry - 1 + random))) * (1 / 1.4) * TimeSpan.FromSeconds(0.5).Ticks;
        return TimeSpan.FromTicks(Math.Min((long)ticks, TimeSpan.FromSeconds(8).Ticks));
    }

    private static double Curve(double x) => Math.Pow(2, x) * Math.Tanh(Math.Sqrt(4 * x));
}
