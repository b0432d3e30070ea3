using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Turns from the server as fast as the pages read them: CPU time and allocated bytes of the relay for each event.</summary>
internal sealed class RelayFloodRow(ServerProcess server, Effort effort) : IRelayRow
{
    private const int Pages = 4, BufferBytes = 64 * 1024;

    private readonly int _turns = effort.Quick ? 5 : 30;

    public string Model => $"{RelayedSession.Replay}-{_turns}";

    public async Task VerifyAsync(string name, RelayProcess relay)
    {
        await VerifyTextsAsync(name, relay);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < effort.WarmUp)
            await MeasureAsync(name, relay);
    }

    public async Task<Sample> MeasureAsync(string name, RelayProcess relay)
    {
        using var pages = await RelayPages.OpenAsync(server, relay.Endpoint, Model, Pages, BufferBytes);
        var before = await relay.CostAsync();
        await Task.WhenAll(pages.All.Select(page => Task.Run(async () =>
        {
            await page.AskAsync();
            await page.ReadEventsAsync(_turns * StampedEvents.Frames.Length);
        })));
        var after = await relay.CostAsync();
        await pages.ExpectAllAsync(name);
        return after.Since(before, pages.Events);
    }

    /// <summary>Verifies that every event of the turns arrives unchanged.</summary>
    private async Task VerifyTextsAsync(string name, RelayProcess relay)
    {
        using var page = await RelayPage.OpenAsync(relay.Endpoint, Model, BufferBytes);
        await page.AskAsync();
        for (var turn = 1; turn <= _turns; turn++)
        {
            foreach (var message in VoiceTurn.Numbered.Repeated)
            {
                var (expected, text) = (message.Utf8.ToArray(), await page.ReadTextAsync());
                NumberedTurn.Write(expected, NumberedTurn.Places(expected), turn);
                if (!text.AsSpan().SequenceEqual(expected))
                    throw new InvalidOperationException($"{name} has changed {message.Type}.");
            }
        }
    }
}
