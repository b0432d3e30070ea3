namespace Realtime.Sdk.Tests.Conversations.Turns;

public sealed class ConversationTurnTests
{
    private static readonly ConversationTurn Turn = new() { Id = "turn_1", ItemIds = ["item_1"], Duration = TimeSpan.FromSeconds(2), HeardDuration = TimeSpan.FromSeconds(1) };

    public static TheoryData<ConversationTurn> Others =>
    [
        Turn with { Id = "turn_2" },
        Turn with { LazyText = new([.. "text"], 0, 4) },
        Turn with { LazyHeardText = new([.. "heard"], 0, 5) },
        Turn with { IsComplete = true },
        Turn with { WasInterrupted = true },
        Turn with { HeardDuration = TimeSpan.FromSeconds(2) },
        Turn with { Duration = TimeSpan.FromSeconds(3) },
        Turn with { Usage = new() { TextInputTokens = 1 } },
        Turn with { ItemIds = ["item_1", "item_2"] },
    ];

    [Theory, MemberData(nameof(Others))]
    public void A_turn_in_another_state_is_not_equal(ConversationTurn other)
    {
        Turn.Equals(other).Should().BeFalse();
        (other == Turn).Should().BeFalse();
    }

    [Fact]
    public void The_same_state_of_the_same_turn_is_equal_whatever_lists_hold_it()
    {
        var copy = Turn with { ItemIds = ["item_1"] };

        copy.Should().Be(Turn);
        copy.GetHashCode().Should().Be(Turn.GetHashCode());
        Turn.Equals(null).Should().BeFalse();
    }
}
