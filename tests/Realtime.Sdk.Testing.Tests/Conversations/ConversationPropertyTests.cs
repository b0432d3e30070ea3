using System.Globalization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Random conversations with random faults, players and readers, and what must hold in all of them. A failure names its seed, which the environment variable
/// REALTIME_SDK_SEED runs alone; REALTIME_SDK_EXHAUSTIVE=1 runs 5,000.
/// </summary>
public abstract class ConversationPropertyTests(int part)
{
    private const int Parts = 2;

    private static readonly int? OnlySeed =
        Environment.GetEnvironmentVariable("REALTIME_SDK_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 5_000 : 300;

    [Fact]
    public async Task What_must_always_hold_holds_in_random_conversations()
    {
        var failures = new List<(string Failures, string Log)>();
        foreach (var seed in OnlySeed is { } only ? [only] : Enumerable.Range(0, Runs).Where(seed => seed % Parts == part))
        {
            if (await ConversationRun.CheckAsync(seed) is { } failure)
                failures.Add(failure);
        }

        Assert.True(failures.Count == 0, $"{failures.Count} runs failed.\n{string.Join("\n", failures.Select(failure => failure.Failures))}\n{failures.FirstOrDefault().Log}");
    }
}

/// <summary>One half of the seeds: classes run in parallel.</summary>
public sealed class EvenConversationPropertyTests() : ConversationPropertyTests(part: 0);

/// <summary>The other half.</summary>
public sealed class OddConversationPropertyTests() : ConversationPropertyTests(part: 1);
