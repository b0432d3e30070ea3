namespace Realtime.Sdk.Benchmarks;

/// <summary>The managed heap of a relay for each pair of connections, on which nothing is sent.</summary>
internal sealed class RelayIdleRow(ServerProcess server, Effort effort) : IRelayRow
{
    private const int WarmUp = 20, BufferBytes = 4096;

    private readonly int _pairs = effort.Quick ? 200 : 2000;

    public string Model => $"{RelayedSession.Replay}-0";

    public async Task VerifyAsync(string name, RelayProcess relay)
    {
        using var pages = await OpenAsync(relay, WarmUp);
        await AnswerAsync(name, pages);
    }

    public async Task<Sample> MeasureAsync(string name, RelayProcess relay)
    {
        var before = await relay.CostAsync(collects: true);
        using var pages = await OpenAsync(relay, _pairs);
        var after = await relay.CostAsync(collects: true);
        await AnswerAsync(name, pages);
        return Sample.OfBytes((double)(after.Heap - before.Heap) / _pairs);
    }

    private Task<RelayPages> OpenAsync(RelayProcess relay, int count) => RelayPages.OpenAsync(server, relay.Endpoint, Model, count, BufferBytes);

    /// <summary>Verifies that every pair is still connected.</summary>
    private static async Task AnswerAsync(string name, RelayPages pages)
    {
        foreach (var page in pages.All)
        {
            await page.AskAsync();
            await page.ReadEventsAsync(RelayedSession.ShortEvents);
        }
        await pages.ExpectAllAsync(name);
    }
}
