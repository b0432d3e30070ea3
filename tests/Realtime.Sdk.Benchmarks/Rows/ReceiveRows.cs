using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// Whole turns over a socket, each requested when the last one was read: CPU time and allocated bytes of the client for each event. <see cref="FloodRows"/> has
/// a server that does not wait.
/// </summary>
internal static class ReceiveRows
{
    public static readonly Work Turn = WorkOf(VoiceTurn.Instance.Repeated);

    /// <summary>The content of a piece of a turn.</summary>
    public static readonly Work Piece = WorkOf(TurnFrames.PieceMessages);

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return Of("receive over loopback", effort, server.Plain, 0.50, 0.40);
        yield return Of("receive over TLS", effort, server.Tls, 0.62, 0.55);
    }

    private static Row Of(string name, Effort effort, Uri endpoint, double owned, double leased) =>
        new(name, "µs CPU", () => Task.FromResult(Candidates(effort, endpoint)),
        [
            new(Ours.Owned, Metric.TimeRatio, owned), new(Ours.Leased, Metric.TimeRatio, leased),
            new(Ours.Owned, Metric.BytesRatio, 0.2), new(Ours.Leased, Metric.BytesRatio, 0.02),
        ])
        {
            Processes = effort.Processes,
        };

    private static Work WorkOf(Message[] messages) => messages.Aggregate(default(Work), (sum, message) => sum + message.Work);

    private static IReadOnlyList<Candidate> Candidates(Effort effort, Uri endpoint) =>
    [
        .. Connectors.Of(endpoint, FloorSession.LargeBuffer).Select(connector => Turns(connector.Name, connector.Connect, effort)),
        Turns(Ours.Messages, OurMessageSession.Connector(endpoint), effort),
    ];

    /// <summary>A session that requests turns and reads each until its end.</summary>
    private static Candidate Turns(string name, Connect connect, Effort effort)
    {
        ISession? session = null;
        var turns = effort.Quick ? 10 : 100;
        return new(name,
            async () =>
            {
                session = await connect("turn-0");
                await session.ReadAsync(new(), "session.created");
                var warmUp = Stopwatch.StartNew();
                while (warmUp.Elapsed < effort.WarmUp)
                    Connectors.Expect(name, Turn, await ReadTurnAsync(session));
            },
            () => Meter.ProcessAsync(async () =>
            {
                for (var i = 0; i < turns; i++)
                    await ReadTurnAsync(session!);
                return turns * Turn.Events;
            }),
            () => session?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<Work> ReadTurnAsync(ISession session)
    {
        var tally = new Tally();
        await session.AskAsync();
        return await session.ReadAsync(tally, "response.done") ? tally.Work : default;
    }
}
