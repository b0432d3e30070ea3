namespace Realtime.Sdk.Benchmarks;

/// <summary>Pages that receive events at the pace of speech. One in ten speaks at the same time, in appends of 100 ms.</summary>
internal static class PacedPages
{
    private const int EventsPerSecond = 5, BufferBytes = 16 * 1024;

    private static readonly Pacer Voices = new();

    public static string Model { get; } = $"{RelayedSession.Paced}-{EventsPerSecond}";

    public static TimeSpan Duration(Effort effort) => TimeSpan.FromSeconds(effort.Quick ? 0.5 : 3);

    /// <summary>The number of events that the pages receive in a time.</summary>
    public static int Events(int sessions, TimeSpan duration) => (int)(sessions * EventsPerSecond * duration.TotalSeconds);

    /// <summary>Opens the pages, lets them run for half of the duration, and then runs a measurement, which can count the events.</summary>
    public static async Task<Sample> RunAsync(
        string name, ServerProcess server, Uri endpoint, int sessions, TimeSpan duration, Latencies latencies, Func<Func<long>, Task<Sample>> measureAsync)
    {
        using var pages = await RelayPages.OpenAsync(server, endpoint, Model, sessions, BufferBytes);
        var listening = pages.All.Select(page => page.ListenAsync(latencies)).ToArray();
        foreach (var page in pages.All)
            await page.AskAsync();
        foreach (var page in pages.All.Where((_, i) => i % 10 == 0))
            page.Speak(Voices);
        await Task.Delay(duration / 2);
        var received = pages.Traffic.Sent;
        var sample = await measureAsync(() => pages.Events);
        received = pages.Traffic.Sent - received;
        foreach (var page in pages.All)
        {
            page.BeSilent();
            await page.CancelAsync();
        }
        await pages.ExpectAllAsync(name);
        pages.Dispose();
        await Task.WhenAll(listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return received >= Events(sessions, duration) / 2 ? sample : throw new InvalidOperationException($"{name} did not keep the pace: {received} events.");
    }
}
