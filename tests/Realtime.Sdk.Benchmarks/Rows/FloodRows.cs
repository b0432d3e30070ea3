using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A server that does not wait for the client: one request is answered with turns of 1, 10 or 40 megabytes, which are written one after the other, as fast as TCP
/// accepts them. Forty are more than a client may buffer. In the first flood of each process, the code is not compiled yet. A candidate that loses its
/// connection fails the row.
/// </summary>
internal static class FloodRows
{
    /// <summary>The turns of the largest flood. The smaller ones are repeated until they have about as many in each round.</summary>
    private const int MostTurns = 33;

    /// <summary>A turn has 1.2 megabytes.</summary>
    private static readonly (int Megabytes, int Turns)[] Sizes = [(1, 1), (10, 8), (40, MostTurns)];

    public static IEnumerable<Row> All(Effort effort, ServerProcess server) =>
    [
        .. Sizes.Select(size => Of($"flood of {size.Megabytes} MB over loopback", effort, server.Plain, size.Turns)),
        .. Sizes.Select(size => Of($"flood of {size.Megabytes} MB over TLS", effort, server.Tls, size.Turns)),
    ];

    private static Row Of(string name, Effort effort, Uri endpoint, int turns) =>
        new(name, "µs CPU", () => Task.FromResult<IReadOnlyList<Candidate>>(
            [.. Connectors.Of(endpoint, FloorSession.LargeBuffer).Select(connector => Flood(connector.Name, connector.Connect, effort, turns))]),
        [
            new(Ours.Owned, Metric.TimeRatio, 0.80), new(Ours.Leased, Metric.TimeRatio, 0.75),
            new(Ours.Owned, Metric.BytesRatio, 0.2), new(Ours.Leased, Metric.Bytes, 300),
        ])
        {
            Rounds = effort.Quick ? 2 : effort.Rounds,
            Processes = effort.Processes,
        };

    private static Candidate Flood(string name, Connect connect, Effort effort, int turns)
    {
        ISession? session = null;
        return new(name,
            async () =>
            {
                session = await connect($"flood-{turns}");
                await session.ReadAsync(new(), "session.created");
                var warmUp = Stopwatch.StartNew();
                do
                    await FloodAsync(name, session, turns);
                while (warmUp.Elapsed < effort.ShortWarmUp);
            },
            () => Meter.ProcessAsync(async () =>
            {
                var events = 0L;
                for (var i = 0; i < MostTurns / turns; i++)
                    events += await FloodAsync(name, session!, turns);
                return events;
            }),
            () => session?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<long> FloodAsync(string name, ISession session, int turns)
    {
        await session.AskAsync();
        for (var i = 0; i < turns; i++)
        {
            var tally = new Tally();
            Connectors.Expect(name, ReceiveRows.Turn, await session.ReadAsync(tally, "response.done") ? tally.Work : default);
        }
        return turns * ReceiveRows.Turn.Events;
    }
}
