using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Usage;

public sealed class BudgetLedgerTests
{
    [Fact]
    public void A_budget_is_tight_when_a_response_a_quarter_larger_than_the_largest_would_spend_it()
    {
        var ledger = new BudgetLedger(new() { Tokens = 1_000 });

        var states = new[] { 400, 80, 19, 1, 500 }.Select(tokens =>
        {
            ledger.Add(Response(tokens), 0);
            return (ledger.IsTight, ledger.IsSpent);
        });

        // 400 + 500, 480 + 500, 499 + 500, 500 + 500
        states.Should().Equal((false, false), (false, false), (false, false), (true, false), (true, true));
    }

    [Fact]
    public void Transcripts_count_but_do_not_make_the_next_response_larger()
    {
        var ledger = new BudgetLedger(new() { Tokens = 1_000 });
        ledger.Add(Response(100), 0);

        ledger.Add(new() { TranscriptionAudioInputTokens = 700 }, 0);

        (ledger.IsTight, ledger.IsSpent).Should().Be((false, false));
        ledger.Add(new() { TranscriptionOutputTokens = 200 }, 0);
        (ledger.IsTight, ledger.IsSpent).Should().Be((true, true));
    }

    [Fact]
    public void Cost_and_tokens_are_counted_separately_and_the_first_to_be_spent_counts()
    {
        var ledger = new BudgetLedger(new() { Tokens = 1_000_000, Cost = 1m });

        ledger.Add(Response(10), 0.99m);

        (ledger.IsTight, ledger.IsSpent).Should().Be((true, false));
        ledger.Add(Response(10), 0.01m);
        (ledger.IsSpent, ledger.Describe(TimeSpan.Zero)).Should().Be((true, "The budget is spent: 1 of 1 in cost."));
    }

    [Fact]
    public void Each_limit_is_warned_of_once()
    {
        var ledger = new BudgetLedger(new() { Tokens = 100, Time = TimeSpan.FromMinutes(10), Cost = 2m, WarnAt = 0.5 });

        var before = ledger.NextWarning(TimeSpan.FromMinutes(4.9));
        ledger.Add(Response(50), 1m);

        before.Should().BeNull();
        ledger.NextWarning(TimeSpan.Zero).Should().Be("The budget is low: 50 of 100 tokens.");
        ledger.NextWarning(TimeSpan.Zero).Should().Be("The budget is low: 1 of 2 in cost.");
        ledger.NextWarning(TimeSpan.Zero).Should().BeNull();
        ledger.NextWarning(TimeSpan.FromMinutes(5)).Should().Be("The budget is low: 300 of 600 seconds.");
        ledger.Add(Response(100), 5m);
        ledger.NextWarning(TimeSpan.FromHours(1)).Should().BeNull();
    }

    [Fact]
    public void The_time_is_checked_at_its_warning_and_at_its_end()
    {
        var ledger = new BudgetLedger(new() { Time = TimeSpan.FromMinutes(10) });

        ledger.NextCheck(TimeSpan.FromMinutes(1)).Should().Be(TimeSpan.FromMinutes(7));
        ledger.NextWarning(TimeSpan.FromMinutes(8));
        ledger.NextCheck(TimeSpan.FromMinutes(8)).Should().Be(TimeSpan.FromMinutes(2));
        ledger.IsTimeOver(TimeSpan.FromMinutes(9.9)).Should().BeFalse();
        ledger.IsTimeOver(TimeSpan.FromMinutes(10)).Should().BeTrue();
        ledger.NextCheck(TimeSpan.FromMinutes(10)).Should().BeNull();
        new BudgetLedger(new() { Time = TimeSpan.MaxValue }).NextCheck(TimeSpan.Zero).Should().Be(TimeSpan.FromDays(1), "timers have a maximum");
        new BudgetLedger(new() { Tokens = 1 }).NextCheck(TimeSpan.Zero).Should().BeNull();
    }

    [Fact]
    public void Usage_beyond_every_range_spends_the_budget()
    {
        var ledger = new BudgetLedger(new() { Tokens = long.MaxValue, Cost = decimal.MaxValue });

        ledger.Add(new() { TextInputTokens = long.MaxValue, AudioOutputTokens = long.MaxValue, Responses = 1 }, decimal.MaxValue);
        ledger.Add(new() { TextInputTokens = long.MaxValue, Responses = 1 }, decimal.MaxValue);

        (ledger.IsTight, ledger.IsSpent).Should().Be((true, true));
    }

    private static ConversationUsage Response(long tokens) => new() { TextInputTokens = tokens, Responses = 1 };
}
