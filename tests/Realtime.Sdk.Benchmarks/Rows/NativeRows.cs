namespace Realtime.Sdk.Benchmarks;

/// <summary>The size of a client-only program published as native code.</summary>
internal static class NativeRows
{
    public static IEnumerable<Row> All()
    {
        yield return Of("Native AOT binary, REST", "Rest", 1.1);
        yield return Of("Native AOT binary, REST + socket", "Socket", 0.70);
    }

    private static Row Of(string name, string job, double bound) =>
        new(name, "", () => Task.FromResult<IReadOnlyList<Candidate>>([Publish(Goal.Official, "Official" + job), Publish(Ours.Plain, "Ours" + job)]), [new(Ours.Plain, Metric.BytesRatio, bound)])
        {
            Rounds = 1,
            BytesUnit = "B file",
        };

    private static Candidate Publish(string name, string program) => new(name, () => Task.CompletedTask, async () =>
    {
        var warnings = 0;
        var path = await ClientPrograms.PublishNativeAsync(program, log => warnings = log.Split('\n').Count(line => line.Contains("warning IL", StringComparison.Ordinal)));
        if (name == Ours.Plain && warnings > 0)
            throw new InvalidOperationException($"Publishing {program} gave {warnings} warnings.");
        return Sample.OfBytes(new FileInfo(path).Length);
    });
}
