namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Logs of what must not happen, which the oracle of budgets refuses, and one of what must.</summary>
public sealed class BudgetOracleTests
{
    private static readonly BudgetWorld World = BudgetWorld.Create(0) with { Budget = new() { Tokens = 1_000, Farewell = BudgetWorld.Farewell } };

    private readonly List<BudgetEntry> _log = [];

    [Fact]
    public void A_farewell_in_place_of_the_response_that_would_exceed_the_budget_is_right()
    {
        Requested("Go on.");
        Used(500, "Go on.");
        Settled();
        Requested(BudgetWorld.Farewell);
        Used(900, BudgetWorld.Farewell);

        Check(ConversationEndReason.BudgetSpent).Should().BeEmpty();
    }

    [Fact]
    public void A_request_after_the_budget_is_spent_is_found()
    {
        Used(1_000, "Go on.");
        Settled();
        Requested("Go on.");

        Check(ConversationEndReason.BudgetSpent).Should().ContainMatch("*is requested although the budget is spent*");
    }

    [Fact]
    public void An_ordinary_request_in_place_of_the_farewell_is_found()
    {
        Used(500, "Go on.");
        Requested("Go on.");

        Check(ConversationEndReason.Ended).Should().ContainMatch("*is requested although the rest is reserved*");
    }

    [Fact]
    public void A_farewell_that_is_too_early_or_is_followed_by_a_request_is_found()
    {
        Requested(BudgetWorld.Farewell);
        Requested("Go on.");

        Check(ConversationEndReason.BudgetSpent).Should().ContainMatch("*although the budget is not tight*").And.ContainMatch("*after the last reply*");
    }

    [Fact]
    public void A_second_response_in_progress_and_its_usage_are_found()
    {
        Requested("Go on.");
        Requested("Classify.", inProgress: 1);
        Used(1_000, "Go on.");
        Used(10, "Classify.");

        Check(ConversationEndReason.BudgetSpent).Should().ContainMatch("*although 1 others are in progress*").And.ContainMatch("*1 requested responses ended after it*");
    }

    [Fact]
    public void A_request_after_the_time_and_a_farewell_of_a_conversation_that_is_cut_are_found()
    {
        Requested("Go on.", seconds: 1);
        Requested(BudgetWorld.Farewell, seconds: 1);

        Check(ConversationEndReason.BudgetSpent, World with { Budget = new() { Time = TimeSpan.FromSeconds(1), OnSpent = WhenSpent.EndImmediately } })
            .Should().ContainMatch("*although the time is over*").And.ContainMatch("*of a conversation that is cut*");
    }

    [Fact]
    public void A_missing_end_is_found()
    {
        Used(1_000, "Go on.");
        Settled();

        Check(ConversationEndReason.Ended).Should().ContainMatch("*but the conversation ended with Ended*");
    }

    [Fact]
    public void An_end_without_a_reason_is_found()
    {
        Used(10, "Go on.");

        Check(ConversationEndReason.BudgetSpent).Should().ContainMatch("*but the budget is not spent*");
    }

    [Fact]
    public void A_missing_farewell_is_found()
    {
        Used(500, "Go on.");

        Check(ConversationEndReason.BudgetSpent).Should().ContainMatch("*ended without a farewell*");
    }

    [Fact]
    public void Wrong_sums_and_repeated_warnings_are_found()
    {
        Used(10, "Go on.");
        var usage = new ConversationUsage { TextInputTokens = 15, Responses = 1, Cost = 1m };

        new BudgetOracle(World, _log).Check(ConversationEndReason.Ended, TimeSpan.Zero, [(usage, usage), (usage, usage)], ["The budget is low: 900 of 1000 tokens are used.", "The budget is low: 950 of 1000 tokens are used."])
            .Should().ContainMatch("*but the last update says*").And.ContainMatch("30 tokens were counted, but only 10 were used.")
            .And.ContainMatch("The cost is 2.").And.ContainMatch("There are 2 warnings of tokens.");
    }

    private IReadOnlyList<string> Check(ConversationEndReason reason, BudgetWorld? world = null) => new BudgetOracle(world ?? World, _log).Check(reason, TimeSpan.Zero, [], []);

    private void Requested(string instructions, int inProgress = 0, int seconds = 0) =>
        _log.Add(new(BudgetEntryKind.Requested, TimeSpan.FromSeconds(seconds)) { Request = Request(instructions), InProgress = inProgress });

    private void Used(int tokens, string instructions) => _log.Add(new(BudgetEntryKind.Used, TimeSpan.Zero) { Request = Request(instructions), Tokens = tokens, IsResponse = true });

    private void Settled() => _log.Add(new(BudgetEntryKind.Settled, TimeSpan.Zero));

    private static ResponseCreateEvent Request(string instructions) => new() { Response = new() { Instructions = instructions } };
}
