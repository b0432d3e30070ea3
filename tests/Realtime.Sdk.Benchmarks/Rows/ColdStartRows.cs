using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>From the start of a process to its first result, with just-in-time compilation: wall clock time and peak memory.</summary>
internal static class ColdStartRows
{
    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return Of("cold start, to a client secret", effort, server.Plain, "Rest", SessionJson.ClientSecret, [new(Ours.Plain, Metric.TimeRatio, 0.90), new(Ours.Plain, Metric.BytesRatio, 0.95)]);
        var firstAudio = VoiceTurn.Instance.First("response.output_audio.delta").Work.AudioBytes.ToString();
        yield return Of("cold start, to first audio", effort, server.Plain, "Socket", firstAudio, [new(Ours.Plain, Metric.TimeRatio, 0.60), new(Ours.Plain, Metric.BytesRatio, 0.75)]);
    }

    private static Row Of(string name, Effort effort, Uri endpoint, string job, string result, Goal[] goals) =>
        new(name, "ms wall", async () =>
        [
            Start(Goal.Official, await ClientPrograms.BuildAsync("Official" + job), endpoint, result),
            Start(Ours.Plain, await ClientPrograms.BuildAsync("Ours" + job), endpoint, result),
        ], goals)
        { Rounds = effort.Rounds, BytesUnit = "B peak" };

    private static Candidate Start(string name, string program, Uri endpoint, string result) =>
        new(name, () => RunAsync(name, program, endpoint, result), () => RunAsync(name, program, endpoint, result));

    private static async Task<Sample> RunAsync(string name, string program, Uri endpoint, string result)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, [endpoint.ToString()]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadLineAsync();
        var wall = watch.Elapsed;
        process.Refresh();
        var peak = process.PeakWorkingSet64;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (printed != result)
            throw new InvalidOperationException($"{name} printed '{printed}' instead of '{result}'.");
        return new(wall.TotalMilliseconds, peak);
    }
}
