namespace Realtime.Sdk.Benchmarks;

/// <summary>Many pages at once, all connected to one relay or to the server.</summary>
internal sealed class RelayPages : IDisposable
{
    private readonly ServerProcess _server;
    private readonly TrafficCount _before;
    private readonly RelayPage[] _pages;

    private RelayPages(ServerProcess server, TrafficCount before, RelayPage[] pages) => (_server, _before, _pages) = (server, before, pages);

    public IReadOnlyList<RelayPage> All => _pages;

    /// <summary>The events that all pages have received and sent.</summary>
    public TrafficCount Traffic => _pages.Aggregate(default(TrafficCount), (sum, page) => sum + page.Traffic);

    /// <summary>The number of events in both directions.</summary>
    public long Events => Traffic.Sent + Traffic.Received;

    public static async Task<RelayPages> OpenAsync(ServerProcess server, Uri endpoint, string model, int count, int bufferBytes)
    {
        var (before, pages) = (await server.TrafficAsync(), new RelayPage[count]);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            pages[i] = await RelayPage.OpenAsync(endpoint, model, bufferBytes));
        return new(server, before, pages);
    }

    /// <summary>Fails the row unless all events that the server has sent since the pages were opened have arrived at them with all bytes, and all of theirs at the server.</summary>
    public async Task ExpectAllAsync(string name)
    {
        // The last events may still be on their way.
        TrafficCount server = default, pages = default;
        for (var attempt = 0; attempt < 400; attempt++)
        {
            (server, pages) = (await _server.TrafficAsync() - _before, Traffic);
            if (server == pages && pages.Sent > 0)
                return;
            await Task.Delay(50);
        }
        throw new InvalidOperationException($"{name} did not forward everything: the server counts {server}, the pages {pages}.");
    }

    public void Dispose() => Array.ForEach(_pages, page => page.Dispose());
}
