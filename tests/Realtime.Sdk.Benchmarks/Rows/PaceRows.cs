namespace Realtime.Sdk.Benchmarks;

/// <summary>1,000 sessions at the pace of speech: five events per second each, 5,000 in total.</summary>
internal static class PaceRows
{
    private const int Sessions = 1000, EventsPerSecond = 5;

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return new($"real pace, {Sessions} sessions", "µs CPU", () => Task.FromResult(Candidates(effort, server.Plain)),
            [new(Ours.Owned, Metric.TimeRatio, 0.55), new(Ours.Leased, Metric.TimeRatio, 0.55), new(Ours.Leased, Metric.Bytes, 200)])
        { Rounds = effort.HeavyRounds };
    }

    private static IReadOnlyList<Candidate> Candidates(Effort effort, Uri endpoint) =>
    [
        .. Connectors.Of(endpoint, FloorSession.SmallBuffer).Select(connector => new Candidate(connector.Name,
            () => Task.CompletedTask,
            () => MeasureAsync(connector.Name, connector.Connect, effort.Quick ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(5)))),
    ];

    private static async Task<Sample> MeasureAsync(string name, Connect connect, TimeSpan duration)
    {
        await using var sessions = await ManySessions.OpenAsync(connect, $"pace-{EventsPerSecond}", Sessions);
        var tallies = sessions.All.Select(_ => new Tally()).ToArray();
        var reading = sessions.All.Zip(tallies, ListenAsync).ToArray();
        await Task.Delay(duration / 2);
        var (received, wakeUps) = (Received(), WakeUps.Of(Environment.ProcessId));
        var sample = await Meter.ProcessAsync(async () =>
        {
            var before = Received();
            await Task.Delay(duration);
            return Received() - before;
        });
        sample = sample with { EventsPerWakeUp = WakeUps.Of(Environment.ProcessId).EventsSince(wakeUps, Received() - received) };
        var events = Received();
        if (events < Sessions * EventsPerSecond * duration.TotalSeconds || tallies.Any(tally => tally.Work.Events == 0))
            throw new InvalidOperationException($"{name} did not keep the pace: {events} events.");
        GC.KeepAlive(reading);
        return sample;

        long Received() => tallies.Sum(tally => tally.Work.Events);
    }

    private static async Task ListenAsync(ISession session, Tally tally)
    {
        try
        {
            await session.ReadAsync(tally, null);
        }
        catch (Exception)
        {
            // The measurement has ended, and the socket was aborted while a read was pending.
        }
    }
}
