namespace Realtime.Sdk.Tests.Transport;

/// <summary>What a server does with one attempt.</summary>
/// <param name="Status">The HTTP status; 0 for a link that fails, -1 for silence.</param>
/// <param name="Code">The error code of the body.</param>
/// <param name="Header">A header that asks to wait.</param>
/// <param name="HeaderText">Its value.</param>
/// <param name="Asked">What that means.</param>
/// <param name="Latency">How long it takes.</param>
/// <param name="Sent">Whether the request has left.</param>
internal sealed record Step(int Status, string? Code, string? Header, string? HeaderText, TimeSpan? Asked, TimeSpan Latency, bool Sent);

/// <summary>One call: how it is set up, and what happens to it.</summary>
internal sealed record Scenario(
    bool Repeatable, int MaxRetries, TimeSpan AttemptTimeout, TimeSpan Timeout, TimeSpan? CancelAt, double Random, IReadOnlyList<Step> Steps);

/// <summary>How a call ends.</summary>
/// <param name="Ending">ok, cancelled, total, attempt (timeout), link, or the status.</param>
/// <param name="At">When.</param>
/// <param name="Uncertain">Whether delivery is uncertain.</param>
/// <param name="Starts">When each attempt began.</param>
internal sealed record Timeline(string Ending, TimeSpan At, bool Uncertain, IReadOnlyList<TimeSpan> Starts);

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
            return new("cancelled", now, false, starts);
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
                return new("cancelled", now, false, starts);
            if (now == scenario.Timeout)
                return new("total", now, step.Sent, starts);
            if (now == answer && step.Status == 200)
                return new("ok", now, false, starts);
            var ending = now == late ? "attempt" : step.Status == 0 ? "link" : step.Status.ToString();
            var uncertain = ending is "attempt" or "link" && step.Sent;
            var refused = ending is not ("attempt" or "link");
            var repeatable = refused
                ? scenario.Repeatable && step.Code != "insufficient_quota" && (step.Status is 408 or 429 or >= 500)
                : !uncertain;
            var backoff = TimeSpan.FromSeconds(Math.Min(8, 0.5 * Math.Pow(2, starts.Count - 1))) * (0.5 + (0.5 * scenario.Random));
            var wait = refused && step.Asked > backoff ? step.Asked.Value : backoff;
            wait = wait < TimeSpan.FromDays(1) ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : wait;
            if (!repeatable || starts.Count > scenario.MaxRetries || wait >= scenario.Timeout - now)
                return new(ending, now, uncertain, starts);
            if (cancel == now + wait)
                return null;
            if (cancel < now + wait)
                return new("cancelled", cancel, false, starts);
            now += wait;
        }
    }
}
