using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class InputBufferLedgerTests
{
    private readonly InputBufferLedger _ledger = new();

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void A_commit_needs_100_ms(int milliseconds, bool canCommit)
    {
        Append(milliseconds);

        _ledger.CanCommit.Should().Be(canCommit);
    }

    [Fact]
    public void The_server_s_own_commit_takes_everything()
    {
        Append(500);

        _ledger.Emptied();
        Append(30);

        Duration.Should().Be(30);
    }

    [Fact]
    public void Audio_after_a_commit_was_sent_belongs_to_the_next_turn()
    {
        Append(500);
        _ledger.CommitSent();
        Append(30);
        var before = Duration;

        _ledger.Emptied();

        (before, Duration).Should().Be((30, 30));
    }

    [Fact]
    public void A_refused_commit_leaves_the_audio_where_it_is()
    {
        Append(50);
        _ledger.CommitSent();
        Append(30);

        _ledger.Refused();

        Duration.Should().Be(80);
    }

    [Fact]
    public void Commits_and_clears_are_settled_in_the_order_in_which_they_were_sent()
    {
        Append(100);
        _ledger.CommitSent();
        Append(200);
        _ledger.ClearSent();
        Append(40);

        _ledger.Emptied();
        var between = Duration;
        _ledger.Refused();

        (between, Duration).Should().Be((40, 240));
    }

    private double Duration => _ledger.Duration.TotalMilliseconds;

    private void Append(int milliseconds) => _ledger.Appended(TimeSpan.FromMilliseconds(milliseconds));
}
