using System.Globalization;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>
/// Random conversations whose sessions are lost and renewed at random moments, and what must hold in all of them. A failure names its seed, which the environment variable
/// REALTIME_SDK_SEED runs alone; REALTIME_SDK_EXHAUSTIVE=1 runs 3,000.
/// </summary>
public abstract class RenewalPropertyTests(int part)
{
    private const int Parts = 2;

    private static readonly int? OnlySeed =
        Environment.GetEnvironmentVariable("REALTIME_SDK_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 3_000 : 300;

    [Fact]
    public async Task What_must_always_hold_holds_across_random_losses_and_renewals()
    {
        var failures = new List<(string Failures, string Log)>();
        foreach (var seed in OnlySeed is { } only ? [only] : Enumerable.Range(0, Runs).Where(seed => seed % Parts == part))
        {
            if (await RenewalRun.CheckAsync(seed) is { } failure)
                failures.Add(failure);
        }

        Assert.True(failures.Count == 0, $"{failures.Count} runs failed.\n{string.Join("\n", failures.Select(failure => failure.Failures))}\n{failures.FirstOrDefault().Log}");
    }
}

/// <summary>One half of the seeds: classes run in parallel.</summary>
public sealed class EvenRenewalPropertyTests() : RenewalPropertyTests(part: 0);

/// <summary>The other half.</summary>
public sealed class OddRenewalPropertyTests() : RenewalPropertyTests(part: 1);
