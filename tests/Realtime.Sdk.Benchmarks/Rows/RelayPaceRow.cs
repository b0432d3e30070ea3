namespace Realtime.Sdk.Benchmarks;

/// <summary>Events at the pace of speech: CPU time and allocated bytes of the relay for each event in either direction.</summary>
internal sealed class RelayPaceRow(ServerProcess server, Effort effort, int sessions) : IRelayRow
{
    public string Model => PacedPages.Model;

    /// <summary>Warms up the relay, whose code is compiled in the first seconds. Every measurement verifies itself.</summary>
    public Task VerifyAsync(string name, RelayProcess relay) => effort.Quick ? Task.CompletedTask : MeasureAsync(name, relay);

    public Task<Sample> MeasureAsync(string name, RelayProcess relay)
    {
        var duration = PacedPages.Duration(effort);
        return PacedPages.RunAsync(name, server, relay.Endpoint, sessions, duration, new(0), async events =>
        {
            var (before, wakeUps, eventsBefore) = (await relay.CostAsync(), relay.WakeUps, events());
            await Task.Delay(duration);
            var (after, eventsDone) = (await relay.CostAsync(), events() - eventsBefore);
            return after.Since(before, eventsDone) with { EventsPerWakeUp = relay.WakeUps.EventsSince(wakeUps, eventsDone) };
        });
    }
}
