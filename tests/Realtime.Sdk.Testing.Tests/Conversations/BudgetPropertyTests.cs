using System.Globalization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Random conversations with random budgets, of which none may be exceeded by more than one response. A failure names its seed, which the environment variable
/// REALTIME_SDK_SEED runs alone; REALTIME_SDK_EXHAUSTIVE=1 runs 10,000.
/// </summary>
public sealed class BudgetPropertyTests
{
    private static readonly int? OnlySeed =
        Environment.GetEnvironmentVariable("REALTIME_SDK_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 10_000 : 200;

    [Fact]
    public async Task No_budget_is_exceeded_by_more_than_one_response_in_random_conversations()
    {
        var failures = new List<string>();
        foreach (var seed in OnlySeed is { } only ? [only] : Enumerable.Range(0, Runs))
        {
            if (await BudgetRun.CheckAsync(seed) is { } failure)
                failures.Add(failure);
        }

        Assert.True(failures.Count == 0, $"{failures.Count} runs failed.\n{string.Join("\n", failures.Select(failure => failure.Split('\n')[0]))}\n{string.Join("\n", failures.Take(3))}");
    }
}
