namespace Realtime.Sdk.Benchmarks;

/// <summary>Runs rows: every candidate verified first, then all of them in turn within each round.</summary>
internal static class Comparison
{
    public static async Task<bool> RunAsync(IEnumerable<Row> rows, Effort effort)
    {
        var verdicts = new List<bool>();
        foreach (var row in rows)
            verdicts.AddRange(Table.Print(row, await MeasureAsync(row, row.Rounds ?? effort.Rounds)));
        Console.WriteLine();
        Console.WriteLine($"{verdicts.Count} goals, {verdicts.Count(met => met)} met, {verdicts.Count(met => !met)} missed; every candidate's work verified.");
        return verdicts.TrueForAll(met => met);
    }

    private static async Task<IReadOnlyList<Measured>> MeasureAsync(Row row, int rounds)
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
                    measured[i].Samples[round] = await candidates[i].MeasureAsync();
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

/// <summary>Every round of one candidate.</summary>
internal sealed record Measured(string Name, Sample[] Samples)
{
    public double Time => Spread.Of(Samples.Select(sample => sample.Time)).Median;

    public double Bytes => Spread.Of(Samples.Select(sample => sample.Bytes)).Median;

    /// <summary>This candidate's time in each round by the other's in the same round.</summary>
    public Spread TimeBy(Measured other) => Spread.Of(Samples.Zip(other.Samples, (mine, theirs) => mine.Time / theirs.Time));
}
