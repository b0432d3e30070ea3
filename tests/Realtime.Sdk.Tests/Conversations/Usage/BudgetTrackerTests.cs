using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Usage;

public sealed class BudgetTrackerTests
{
    [Fact]
    public void A_budget_is_tight_when_a_response_a_quarter_larger_than_the_largest_would_spend_it()
    {
        var budget = new BudgetTracker(new() { Tokens = 1_000 });

        var states = new[] { 400, 80, 19, 1, 500 }.Select(tokens =>
        {
            budget.Add(Response(tokens), 0);
            return (budget.IsNearlySpent, budget.IsSpent);
        });

        // 400 + 500, 480 + 500, 499 + 500, 500 + 500
        states.Should().Equal((false, false), (false, false), (false, false), (true, false), (true, true));
    }

    [Fact]
    public void Transcripts_count_but_do_not_make_the_next_response_larger()
    {
        var budget = new BudgetTracker(new() { Tokens = 1_000 });
        budget.Add(Response(100), 0);

        budget.Add(new() { TranscriptionAudioInputTokens = 700 }, 0);

        (budget.IsNearlySpent, budget.IsSpent).Should().Be((false, false));
        budget.Add(new() { TranscriptionOutputTokens = 200 }, 0);
        (budget.IsNearlySpent, budget.IsSpent).Should().Be((true, true));
    }

    [Fact]
    public void Cost_and_tokens_are_counted_separately_and_the_first_to_be_spent_counts()
    {
        var budget = new BudgetTracker(new() { Tokens = 1_000_000, Cost = 1m });

        budget.Add(Response(10), 0.99m);

        (budget.IsNearlySpent, budget.IsSpent).Should().Be((true, false));
        budget.Add(Response(10), 0.01m);
        (budget.IsSpent, budget.Describe(TimeSpan.Zero)).Should().Be((true, "The budget is spent: the cost is 1 of 1."));
    }

    [Fact]
    public void Each_limit_is_warned_of_once()
    {
        var budget = new BudgetTracker(new() { Tokens = 100, Time = TimeSpan.FromMinutes(10), Cost = 2m, WarnAt = 0.5 });

        var before = budget.NextWarning(TimeSpan.FromMinutes(4.9));
        budget.Add(Response(50), 1m);

        before.Should().BeNull();
        budget.NextWarning(TimeSpan.Zero).Should().Be("The budget is low: 50 of 100 tokens are used.");
        budget.NextWarning(TimeSpan.Zero).Should().Be("The budget is low: the cost is 1 of 2.");
        budget.NextWarning(TimeSpan.Zero).Should().BeNull();
        budget.NextWarning(TimeSpan.FromMinutes(5)).Should().Be("The budget is low: 300 of 600 seconds have passed.");
        budget.Add(Response(100), 5m);
        budget.NextWarning(TimeSpan.FromHours(1)).Should().BeNull();
    }

    [Fact]
    public void The_time_is_checked_at_its_warning_and_at_its_end()
    {
        var budget = new BudgetTracker(new() { Time = TimeSpan.FromMinutes(10) });

        budget.NextCheck(TimeSpan.FromMinutes(1)).Should().Be(TimeSpan.FromMinutes(7));
        budget.NextWarning(TimeSpan.FromMinutes(8));
        budget.NextCheck(TimeSpan.FromMinutes(8)).Should().Be(TimeSpan.FromMinutes(2));
        budget.IsTimeOver(TimeSpan.FromMinutes(9.9)).Should().BeFalse();
        budget.IsTimeOver(TimeSpan.FromMinutes(10)).Should().BeTrue();
        budget.NextCheck(TimeSpan.FromMinutes(10)).Should().BeNull();
        new BudgetTracker(new() { Time = TimeSpan.MaxValue }).NextCheck(TimeSpan.Zero).Should().Be(TimeSpan.FromDays(1), "timers have a maximum");
        new BudgetTracker(new() { Tokens = 1 }).NextCheck(TimeSpan.Zero).Should().BeNull();
    }

    [Fact]
    public void Usage_beyond_every_range_spends_the_budget()
    {
        var budget = new BudgetTracker(new() { Tokens = long.MaxValue, Cost = decimal.MaxValue });

        budget.Add(new() { TextInputTokens = long.MaxValue, AudioOutputTokens = long.MaxValue, Responses = 1 }, decimal.MaxValue);
        budget.Add(new() { TextInputTokens = long.MaxValue, Responses = 1 }, decimal.MaxValue);

        (budget.IsNearlySpent, budget.IsSpent).Should().Be((true, true));
    }

    private static ConversationUsage Response(long tokens) => new() { TextInputTokens = tokens, Responses = 1 };
}
