namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// Relays between pages and the server, each in its own process, which reports its cost for both connections. The pages are plain sockets in this process. In
/// every round, the number of events that arrive and their bytes must be those that were sent.
/// </summary>
internal static class RelayRows
{
    private const string Direct = "without a relay", Raw = "raw byte pump", Yarp = "YARP 2.3.0", WebSocket = "WebSocket.ReceiveAsync to SendAsync", Own = "ours, with the default policy";

    /// <summary>The relays, each with the argument of its program.</summary>
    private static readonly (string Name, string Argument)[] Relays = [(Raw, "raw"), (Yarp, "yarp"), (WebSocket, "websocket"), (Own, "ours")];

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return Of("relay, flood", "µs CPU", effort, server, new RelayFloodRow(server, effort), new(Own, Metric.TimeRatio, 1.5, Yarp), new(Own, Metric.Bytes, 100)) with
        {
            Rounds = effort.Rounds,
        };
        var (few, many) = effort.Quick ? (50, 200) : (200, 1000);
        yield return Of($"relay, paced, {many:N0} sessions", "µs CPU", effort, server, new RelayPaceRow(server, effort, many),
            new(Own, Metric.TimeRatio, 1.35, Yarp), new(Own, Metric.Bytes, 100));
        yield return Of("relay, idle pair", "", effort, server, new RelayIdleRow(server, effort), new Goal(Own, Metric.Bytes, 25_000)) with
        {
            Rounds = effort.Processes,
            BytesUnit = "B heap",
        };
        yield return Of($"relay, latency at {few:N0} sessions", "µs p99", effort, server, new RelayLatencyRow(server, effort, few)) with { BytesUnit = "µs median" };
        yield return Of($"relay, latency at {many:N0} sessions", "µs p99", effort, server, new RelayLatencyRow(server, effort, many)) with { BytesUnit = "µs median" };
    }

    private static Row Of(string name, string timeUnit, Effort effort, ServerProcess server, IRelayRow row, params Goal[] goals) =>
        new(name, timeUnit, () => StartAsync(server, row), goals) { Rounds = effort.Quick ? 1 : 6, Processes = effort.Processes, Baseline = Yarp };

    private static async Task<IReadOnlyList<Candidate>> StartAsync(ServerProcess server, IRelayRow row)
    {
        var relays = await Task.WhenAll(Relays.Select(relay => RelayProcess.StartAsync(relay.Argument, server, row.Model)));
        return
        [
            .. row is RelayLatencyRow latency ? [new Candidate(Direct, () => Task.CompletedTask, () => latency.MeasureAsync(Direct, server.Plain))] : Array.Empty<Candidate>(),
            .. Relays.Zip(relays, (named, relay) => new Candidate(
                named.Name, () => row.VerifyAsync(named.Name, relay), () => row.MeasureAsync(named.Name, relay), relay.DisposeAsync)),
        ];
    }
}

/// <summary>The measurement of a relay in one row.</summary>
internal interface IRelayRow
{
    /// <summary>The model, which selects the behavior of the server.</summary>
    string Model { get; }

    Task VerifyAsync(string name, RelayProcess relay);

    Task<Sample> MeasureAsync(string name, RelayProcess relay);
}
