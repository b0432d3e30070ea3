using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Several sessions in which the user asks and the agent answers, all at once.</summary>
internal sealed class TalkGroup : IAsyncDisposable
{
    private readonly string _name;
    private readonly Work _expected;

    private TalkGroup(string name, Work expected, ITalk[] all) => (_name, _expected, All) = (name, expected, all);

    public IReadOnlyList<ITalk> All { get; }

    /// <summary>Opens the sessions, and runs one turn in each.</summary>
    public static async Task<TalkGroup> OpenAsync(string name, Func<string, Task<ITalk>> open, string model, Work expected, int count)
    {
        var all = new ITalk[count];
        await Parallel.ForAsync(0, count, async (i, _) => all[i] = await open(model));
        var group = new TalkGroup(name, expected, all);
        await group.TurnsAsync(1);
        return group;
    }

    /// <summary>Runs a number of turns in each session, and checks that every turn is complete.</summary>
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

    /// <summary>Runs turns for a time, at least as many as needed to compile the code at its last tier even on a busy machine.</summary>
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
