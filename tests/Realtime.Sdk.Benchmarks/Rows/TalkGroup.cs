using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Several sessions in which the user asks and the agent answers, all at once.</summary>
internal sealed class TalkGroup : IAsyncDisposable
{
    private readonly string _name;
    private readonly int _audioEvents;

    private TalkGroup(string name, int audioEvents, ITalk[] all) => (_name, _audioEvents, All) = (name, audioEvents, all);

    public IReadOnlyList<ITalk> All { get; }

    /// <summary>Opens the sessions; each has had one turn then.</summary>
    public static async Task<TalkGroup> OpenAsync(string name, Func<string, Task<ITalk>> open, int audioEvents, int count)
    {
        var all = new ITalk[count];
        await Parallel.ForAsync(0, count, async (i, _) => all[i] = await open($"talk-{audioEvents}"));
        var group = new TalkGroup(name, audioEvents, all);
        await group.TurnsAsync(1);
        return group;
    }

    /// <summary>So many turns in each session; every one must be whole.</summary>
    /// <returns>The number of turns.</returns>
    public async Task<long> TurnsAsync(int each)
    {
        await Task.WhenAll(All.Select(talk => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                Meter.Expect(_name, Talks.Answer(_audioEvents), await talk.AskAsync());
        })));
        return All.Count * each;
    }

    public async Task WarmUpAsync(TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
            await TurnsAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var talk in All)
            await talk.DisposeAsync();
    }
}
