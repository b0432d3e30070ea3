namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A server that does not wait for the client: all turns are requested at once, far more than a client may buffer, and then read. In the first flood of
/// each process, the code is not compiled yet. A candidate that loses its connection fails the row.
/// </summary>
internal static class FloodRows
{
    private const string One = "ours pooled, 1 session", Ten = "ours pooled, 10 sessions", Hundred = "ours pooled, 100 sessions";

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return Of("flood over loopback", effort, server.Plain);
        yield return Of("flood over TLS", effort, server.Tls);
        var turns = effort.Quick ? 100 : 200;
        yield return new("growth, flooded sessions", "µs CPU",
            () => Task.FromResult<IReadOnlyList<Candidate>>(
                [Fan(One, server.Plain, 1, turns), Fan(Ten, server.Plain, 10, turns / 10), Fan(Hundred, server.Plain, 100, turns / 100)]),
            [
                new(Ten, Metric.TimeRatio, 1.25, One), new(Hundred, Metric.TimeRatio, 1.25, One),
                new(Ten, Metric.Bytes, 300), new(Hundred, Metric.Bytes, 300),
            ])
        { Rounds = effort.HeavyRounds };
    }

    private static Row Of(string name, Effort effort, Uri endpoint) =>
        new(name, "µs CPU", () => Task.FromResult<IReadOnlyList<Candidate>>(
            [.. Connectors.Of(endpoint).Select(connector => Flood(connector.Name, connector.Connect, effort.Quick ? 10 : 30))]),
        [
            new(Ours.Owned, Metric.TimeRatio, 0.80), new(Ours.Leased, Metric.TimeRatio, 0.75),
            new(Ours.Owned, Metric.BytesRatio, 0.2), new(Ours.Leased, Metric.Bytes, 300),
        ])
        {
            Processes = effort.Processes,
        };

    private static Candidate Flood(string name, Connect connect, int turns)
    {
        ISession? session = null;
        return new(name,
            async () =>
            {
                session = await connect("turn-0");
                await session.ReadAsync(new(), "session.created");
                await FloodAsync(name, session, turns);
            },
            () => Meter.ProcessAsync(() => FloodAsync(name, session!, turns)),
            () => session?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>The same number of turns, to one session or spread over many.</summary>
    private static Candidate Fan(string name, Uri endpoint, int sessions, int turns) => new(name,
        () => Task.CompletedTask,
        async () =>
        {
            await using var open = await ManySessions.OpenAsync(OurSession.Connector(endpoint, leased: true), "turn-0", sessions);
            await FloodAllAsync(name, open, turns);
            return await Meter.ProcessAsync(() => FloodAllAsync(name, open, turns));
        });

    private static async Task<long> FloodAllAsync(string name, ManySessions sessions, int turns) =>
        (await Task.WhenAll(sessions.All.Select(session => Task.Run(() => FloodAsync(name, session, turns))))).Sum();

    private static async Task<long> FloodAsync(string name, ISession session, int turns)
    {
        for (var i = 0; i < turns; i++)
            await session.AskAsync();
        for (var i = 0; i < turns; i++)
        {
            var tally = new Tally();
            Connectors.Expect(name, ReceiveRows.Turn, await session.ReadAsync(tally, "response.done") ? tally.Work : default);
        }
        return turns * ReceiveRows.Turn.Events;
    }
}
