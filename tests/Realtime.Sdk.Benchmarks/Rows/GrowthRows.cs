namespace Realtime.Sdk.Benchmarks;

/// <summary>The cost of an event and of a session with many sessions, compared with few. Only for this SDK.</summary>
internal static class GrowthRows
{
    private const int Many = 1000, Few = 100;

    private const string One = "ours, 1 session", All1000 = "ours, 1000 sessions";

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return new("growth, CPU of an event", "µs CPU",
            () => Task.FromResult<IReadOnlyList<Candidate>>([Events(One, effort, server.Plain, 1), Events(All1000, effort, server.Plain, Many)]),
            [new(All1000, Metric.TimeRatio, 1.25, One)])
        { Rounds = effort.HeavyRounds };
        var (few, many) = ($"ours, {Few} sessions", $"ours, {(effort.Quick ? 1000 : 5000)} sessions");
        yield return new("growth, idle session", "",
            () => Task.FromResult<IReadOnlyList<Candidate>>(
                [IdleRows.Session(few, server.Plain, Ours.Owned, Few), IdleRows.Session(many, server.Plain, Ours.Owned, effort.Quick ? 1000 : 5000)]),
            [new(many, Metric.BytesRatio, 1.05, few)])
        { Rounds = effort.HeavyRounds, BytesUnit = "B heap" };
    }

    /// <summary>The same number of short answers, to one session or spread over many, all requested at once.</summary>
    private static Candidate Events(string name, Effort effort, Uri endpoint, int sessions) => new(name,
        () => Task.CompletedTask,
        async () =>
        {
            await using var open = await ManySessions.OpenAsync(OurSession.Connector(endpoint, leased: false), $"turn-{TurnFrames.ShortEvents}", sessions);
            var each = (effort.Quick ? 2 : 10) * Many / sessions;
            await AnswersAsync(open, each);
            return await Meter.ProcessAsync(() => AnswersAsync(open, each));
        });

    private static async Task<long> AnswersAsync(ManySessions sessions, int each)
    {
        var tallies = await Task.WhenAll(sessions.All.Select(async session =>
        {
            var tally = new Tally();
            for (var i = 0; i < each; i++)
            {
                await session.AskAsync();
                await session.ReadAsync(tally, "response.done");
            }
            return tally;
        }));
        var events = tallies.Sum(tally => tally.Work.Events);
        return events == sessions.All.Count * each * TurnFrames.ShortEvents ? events : throw new InvalidOperationException($"Only {events} events were received.");
    }
}
