namespace Realtime.Sdk.Benchmarks;

/// <summary>Runs rows. Verifies every candidate first, then runs all of them in turn within each round, each round beginning with another candidate.</summary>
internal static class Comparison
{
    public static async Task<bool> RunAsync(IEnumerable<Row> rows, Effort effort)
    {
        var verdicts = new List<bool>();
        foreach (var row in rows)
            verdicts.AddRange(Table.Print(row, await SpreadAsync(row, row.Rounds ?? effort.Rounds)));
        Console.WriteLine();
        Console.WriteLine($"{verdicts.Count} goals, {verdicts.Count(met => met)} met, {verdicts.Count(met => !met)} missed; every candidate's work verified.");
        return verdicts.TrueForAll(met => met);
    }

    /// <summary>Measures a row in the number of processes that it requests, one after the other, and combines their rounds.</summary>
    private static async Task<IReadOnlyList<Measured>> SpreadAsync(Row row, int rounds)
    {
        if (row.Processes == 1)
            return await MeasureAsync(row, 0, rounds);
        var parts = new List<IReadOnlyList<Measured>>();
        for (var process = 0; process < row.Processes; process++)
            parts.Add(await RowProcess.MeasureAsync(row, process * (rounds / row.Processes), rounds / row.Processes));
        return [.. parts[0].Select((candidate, index) => candidate with { Samples = [.. parts.SelectMany(part => part[index].Samples)] })];
    }

    /// <summary>Measures a row in this process. The first round has a number, because each round begins with the next candidate.</summary>
    public static async Task<IReadOnlyList<Measured>> MeasureAsync(Row row, int first, int rounds)
    {
        var candidates = await row.Candidates();
        try
        {
            foreach (var candidate in candidates)
                await candidate.VerifyAsync();
            var measured = candidates.Select(candidate => new Measured(candidate.Name, new Sample[rounds])).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < candidates.Count; i++)
                {
                    // Rotated, because a candidate inherits the heap, the threads and the caches of the one before it.
                    var next = (first + round + i) % candidates.Count;
                    measured[next].Samples[round] = await candidates[next].MeasureAsync();
                }
            }
            return measured;
        }
        finally
        {
            foreach (var candidate in candidates)
                await candidate.DisposeAsync();
        }
    }
}

/// <summary>The rounds of one candidate.</summary>
internal sealed record Measured(string Name, Sample[] Samples)
{
    public double Time => Spread.Of(Samples.Select(sample => sample.Time)).Median;

    public double Bytes => Spread.Of(Samples.Select(sample => sample.Bytes)).Median;

    public double EventsPerWakeUp => Spread.Of(Samples.Select(sample => sample.EventsPerWakeUp)).Median;

    /// <summary>The ratios of this candidate's time to the other candidate's time in the same round.</summary>
    public Spread TimeBy(Measured other) => Spread.Of(Samples.Zip(other.Samples, (mine, theirs) => mine.Time / theirs.Time));

    /// <summary>What this candidate's time in each round is more than the other's in the same round.</summary>
    public Spread TimeMore(Measured other) => Spread.Of(Samples.Zip(other.Samples, (mine, theirs) => mine.Time - theirs.Time));
}
