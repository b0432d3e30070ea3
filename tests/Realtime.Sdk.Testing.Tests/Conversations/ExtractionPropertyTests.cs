using System.Globalization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Extractions with schemas of types and schemas by chance, and answers that conform to them, almost conform and do not, through whole conversations. JsonSchema.Net, which knows
/// nothing of the SDK, judges what conforms. A failure names its seed, which the environment variable REALTIME_SDK_SEED runs alone; REALTIME_SDK_EXHAUSTIVE=1 runs 5,000.
/// </summary>
public sealed class ExtractionPropertyTests(ITestOutputHelper output)
{
    private static readonly int? OnlySeed =
        Environment.GetEnvironmentVariable("REALTIME_SDK_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 5_000 : 200;

    [Fact]
    public async Task An_extraction_never_returns_what_violates_its_schema()
    {
        var failures = new List<string>();
        var counts = new ExtractionCounts();

        // An emulator keeps what it has received.
        foreach (var seeds in (OnlySeed is { } only ? [only] : Enumerable.Range(0, Runs)).Chunk(100))
        {
            await using var emulator = await RealtimeEmulator.StartAsync();
            using var client = emulator.CreateClient();
            foreach (var seed in seeds)
                failures.AddRange((await new ExtractionRun(seed, counts).CheckAsync(emulator, client)).Select(failure => $"seed {seed}: {failure}"));
            failures.AddRange(emulator.Violations.Select(violation => $"seeds {seeds[0]} to {seeds[^1]}: {violation}"));
        }

        output.WriteLine(counts.ToString());
        Assert.True(failures.Count == 0, $"{failures.Count} failures.\n{string.Join("\n", failures.Take(20))}");
        if (OnlySeed is null)
            counts.ShouldCoverEverything(Runs);
    }
}
