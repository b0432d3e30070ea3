namespace Realtime.Sdk.Benchmarks;

/// <summary>The same flood, to one session or spread over many at once: whether the cost of an event and its bytes grow with the number of flooded sessions.</summary>
internal static class FanRows
{
    private const int Most = 1000;

    private static readonly int[] Sessions = [1, 10, 100, Most];

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return new("fan, flooded sessions", "µs CPU",
            () => Task.FromResult<IReadOnlyList<Candidate>>(
            [
                .. Sessions.Select(count => Fan(Name("official", count), OfficialSession.Connector(server.Plain), effort, count)),
                .. Sessions.Select(count => Fan(Name(Ours.Leased, count), OurSession.Connector(server.Plain, leased: true), effort, count)),
            ]),
            [
                .. Sessions[1..].Select(count => new Goal(Name(Ours.Leased, count), Metric.TimeRatio, 1.25, Name(Ours.Leased, 1))),
                .. Sessions.Select(count => new Goal(Name(Ours.Leased, count), Metric.Bytes, 300)),
            ])
        { Rounds = effort.HeavyRounds, Baseline = Name(Ours.Leased, 1) };
    }

    private static string Name(string client, int sessions) => $"{client}, {sessions:N0} {(sessions == 1 ? "session" : "sessions")}";

    /// <summary>The same number of pieces of a turn in total, all of a session requested at once. The sessions are new in every round, and the first flood is not measured.</summary>
    private static Candidate Fan(string name, Connect connect, Effort effort, int sessions) => new(name,
        () => Task.CompletedTask,
        async () =>
        {
            var pieces = (effort.Quick ? 1 : 4) * Most / sessions;
            await using var open = await ManySessions.OpenAsync(connect, $"fan-{pieces}", sessions);
            await FloodAllAsync(name, open, pieces);
            return await Meter.ProcessAsync(() => FloodAllAsync(name, open, pieces));
        });

    private static async Task<long> FloodAllAsync(string name, ManySessions sessions, int pieces) =>
        (await Task.WhenAll(sessions.All.Select(session => Task.Run(() => FloodAsync(name, session, pieces))))).Sum();

    private static async Task<long> FloodAsync(string name, ISession session, int pieces)
    {
        await session.AskAsync();
        for (var i = 0; i < pieces; i++)
        {
            var tally = new Tally();
            Meter.Expect(name, ReceiveRows.Piece, await session.ReadAsync(tally, "response.done") ? tally.Work : default);
        }
        return pieces * ReceiveRows.Piece.Events;
    }
}
