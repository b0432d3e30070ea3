using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A part of a row's rounds in a separate process. The speed of the same code differs more between processes than between rounds, because of the profile
/// that the compiler collected and the placement of the heap and the threads. A row that was measured in one process would not be repeatable.
/// </summary>
internal static class RowProcess
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The verb <c>row</c>: measures one row and prints every sample.</summary>
    public static async Task<int> RunAsync(string name, int first, int rounds)
    {
        await using var server = await ServerProcess.StartAsync();
        var row = CompareVerb.Rows(new(Quick: false), server).Single(row => row.Name == name);
        Console.WriteLine(JsonSerializer.Serialize(await Comparison.MeasureAsync(row, first, rounds), Json));
        return 0;
    }

    /// <summary>Returns the samples of a process that measures a number of rounds of a row.</summary>
    public static async Task<IReadOnlyList<Measured>> MeasureAsync(Row row, int first, int rounds)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["row", row.Name, $"{first}", $"{rounds}"]) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && JsonSerializer.Deserialize<Measured[]>(printed, Json) is { } measured
            ? measured
            : throw new InvalidOperationException($"'{row.Name}' was not measured.");
    }
}
