namespace Realtime.Sdk.Benchmarks;

/// <summary>What an event and a session cost when there are many of them, against when there are few. Ours alone.</summary>
internal static class GrowthRows
{
    private const int Many = 1000;

    public static Candidate Events(string name, Connect connect, int sessions) => new(name,
        () => Task.CompletedTask,
        async () =>
        {
            await using var open = await ManySessions.OpenAsync(connect, $"turn-{Frames.ShortEvents}", sessions);
            await AnswersAsync(open, Many / sessions);
            return await Meter.ProcessAsync(() => AnswersAsync(open, 2 * Many / sessions));
        });

    private static async Task<long> AnswersAsync(ManySessions sessions, int each)
    {
        var tallies = await Task.WhenAll(sessions.All.Select(async session =>
        {
            var tally = new Tally();
            for (var i = 0; i < each; i++)
            {
                await session.AskAsync();
                await session.ReadAsync(tally, "response.done");
            }
            return tally;
        }));
        var events = tallies.Sum(tally => tally.Work.Events);
        return events == sessions.All.Count * each * Frames.ShortEvents ? events : throw new InvalidOperationException($"Only {events} events came.");
    }
}
