using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// The cost of the emulator of Realtime.Sdk.Testing: CPU and allocated bytes of a turn, turns per second, heap of an idle session. It runs in its own
/// process, which reports its cost; the clients are plain sockets.
/// </summary>
internal static class EmulatorRows
{
    private const string Emulator = "emulator, without history";
    private const int Sessions = 32, TurnsPerSession = 20;

    public static IEnumerable<Row> All(Effort effort)
    {
        yield return new($"emulator, a turn of {RawSession.EventsPerTurn} events", "µs CPU", () => TurnsAsync(effort, OfProcess),
            [new(Emulator, Metric.Time, 1_000), new(Emulator, Metric.Bytes, 150_000)])
        { Rounds = effort.Rounds };
        yield return new("emulator, turns at full load", "µs wall", () => TurnsAsync(effort, OfWall), [new(Emulator, Metric.Time, 667)]) { Rounds = effort.Rounds };
        var many = effort.Quick ? 1_000 : 10_000;
        yield return new($"emulator, idle session, {many} at once", "", () => IdleAsync(many), [new(Emulator, Metric.Bytes, 20_000)]) { Rounds = 1, BytesUnit = "B heap" };
    }

    /// <summary>Runs turns in many sessions at once. The sessions are new in each round, because every turn makes a conversation longer.</summary>
    private static async Task<IReadOnlyList<Candidate>> TurnsAsync(Effort effort, Func<ProcessCost, ProcessCost, TimeSpan, int, Sample> sampleOf)
    {
        var emulator = await EmulatorProcess.StartAsync();
        return [new(Emulator,
            async () =>
            {
                await VerifyAsync(emulator);
                var watch = Stopwatch.StartNew();
                while (watch.Elapsed < effort.WarmUp)
                    await RoundAsync(emulator, sampleOf);
            },
            () => RoundAsync(emulator, sampleOf),
            emulator.DisposeAsync)];
    }

    private static Sample OfProcess(ProcessCost before, ProcessCost after, TimeSpan wall, int turns) => after.Since(before, turns);

    private static Sample OfWall(ProcessCost before, ProcessCost after, TimeSpan wall, int turns) => new(wall.TotalMicroseconds / turns, double.NaN);

    private static async Task VerifyAsync(EmulatorProcess emulator)
    {
        using var session = await RawSession.OpenAsync(emulator.Endpoint, emulator.ApiKey);
        await session.AskAsync();
        var types = await session.ReadTypesAsync();
        if (types[^1] != "rate_limits.updated" || types.Count(type => type == "response.output_audio.delta") != 4 || !session.IsDrained)
            throw new InvalidOperationException($"The events are not those of the turn that is measured: {string.Join(", ", types)}.");
    }

    private static async Task<Sample> RoundAsync(EmulatorProcess emulator, Func<ProcessCost, ProcessCost, TimeSpan, int, Sample> sampleOf)
    {
        var sessions = await OpenAsync(emulator, Sessions, bufferBytes: 64 * 1024);
        try
        {
            var before = await emulator.CostAsync();
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(sessions.Select(async session =>
            {
                for (var i = 0; i < TurnsPerSession; i++)
                {
                    await session.AskAsync();
                    await session.ReadTurnAsync();
                }
            }));
            var wall = watch.Elapsed;
            return sampleOf(before, await emulator.CostAsync(), wall, Sessions * TurnsPerSession);
        }
        finally
        {
            Array.ForEach(sessions, session => session.Dispose());
        }
    }

    private static async Task<IReadOnlyList<Candidate>> IdleAsync(int count)
    {
        var emulator = await EmulatorProcess.StartAsync();
        return [new(Emulator,
            () => VerifyAsync(emulator),
            async () =>
            {
                var before = await emulator.CostAsync(collects: true);
                var sessions = await OpenAsync(emulator, count, bufferBytes: 4096);
                var heap = (await emulator.CostAsync(collects: true)).Heap - before.Heap;
                Array.ForEach(sessions, session => session.Dispose());
                return Sample.OfBytes((double)heap / count);
            },
            emulator.DisposeAsync)];
    }

    private static async Task<RawSession[]> OpenAsync(EmulatorProcess emulator, int count, int bufferBytes)
    {
        var sessions = new RawSession[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            sessions[i] = await RawSession.OpenAsync(emulator.Endpoint, emulator.ApiKey, bufferBytes));
        return sessions;
    }
}
