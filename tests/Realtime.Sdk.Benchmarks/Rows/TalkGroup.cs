using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Several sessions in which the user asks and the agent answers, all at once.</summary>
internal sealed class TalkGroup : IAsyncDisposable
{
    private readonly string _name;
    private readonly Work _expected;

    private TalkGroup(string name, Work expected, ITalk[] all) => (_name, _expected, All) = (name, expected, all);

    public IReadOnlyList<ITalk> All { get; }

    /// <summary>Opens the sessions; each has had one turn then.</summary>
    public static async Task<TalkGroup> OpenAsync(string name, Func<string, Task<ITalk>> open, string model, Work expected, int count)
    {
        var all = new ITalk[count];
        await Parallel.ForAsync(0, count, async (i, _) => all[i] = await open(model));
        var group = new TalkGroup(name, expected, all);
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
                Meter.Expect(_name, _expected, await talk.AskAsync());
        })));
        return All.Count * each * _expected.Events;
    }

    /// <summary>Turns for a time, and at least so many that the code is compiled at its last tier however busy the machine is.</summary>
    public async Task WarmUpAsync(TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        for (var turns = 0; turns * _expected.Events < 400 || watch.Elapsed < duration; turns++)
            await TurnsAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var talk in All)
            await talk.DisposeAsync();
    }
}
