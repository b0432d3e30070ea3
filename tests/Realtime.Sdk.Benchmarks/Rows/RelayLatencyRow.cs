namespace Realtime.Sdk.Benchmarks;

/// <summary>Events at the pace of speech: the time from the sending of an event by the server to its arrival at the page.</summary>
internal sealed class RelayLatencyRow(ServerProcess server, Effort effort, int sessions) : IRelayRow
{
    public string Model => PacedPages.Model;

    /// <summary>Warms up the relay, whose code is compiled in the first seconds. Every measurement verifies itself.</summary>
    public Task VerifyAsync(string name, RelayProcess relay) => effort.Quick ? Task.CompletedTask : MeasureAsync(name, relay);

    public Task<Sample> MeasureAsync(string name, RelayProcess relay) => MeasureAsync(name, relay.Endpoint);

    /// <summary>Measures the pages at an endpoint, which may be the server itself.</summary>
    public Task<Sample> MeasureAsync(string name, Uri endpoint)
    {
        var latencies = new Latencies(PacedPages.Events(sessions, 2 * PacedPages.Duration(effort)));
        return PacedPages.RunAsync(name, server, endpoint, sessions, PacedPages.Duration(effort), latencies, async _ =>
        {
            latencies.IsOn = true;
            await Task.Delay(PacedPages.Duration(effort));
            latencies.IsOn = false;
            return new Sample(latencies.At(0.99), latencies.At(0.5));
        });
    }
}
