using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class InputBufferTrackerTests
{
    private readonly InputBufferTracker _buffer = new();

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void A_commit_needs_100_ms(int milliseconds, bool canCommit)
    {
        Append(milliseconds);

        _buffer.CanCommit.Should().Be(canCommit);
    }

    [Fact]
    public void The_server_s_own_commit_takes_everything()
    {
        Append(500);

        _buffer.RecordEmptied();
        Append(30);

        Duration.Should().Be(30);
    }

    [Fact]
    public void Audio_after_a_commit_was_sent_belongs_to_the_next_turn()
    {
        Append(500);
        _buffer.RecordCommit();
        Append(30);
        var before = Duration;

        _buffer.RecordEmptied();

        (before, Duration).Should().Be((30, 30));
    }

    [Fact]
    public void A_refused_commit_leaves_the_audio_where_it_is()
    {
        Append(50);
        _buffer.RecordCommit();
        Append(30);

        _buffer.RecordRefusal();

        Duration.Should().Be(80);
    }

    [Fact]
    public void Commits_and_clears_are_settled_in_the_order_in_which_they_were_sent()
    {
        Append(100);
        _buffer.RecordCommit();
        Append(200);
        _buffer.RecordClear();
        Append(40);

        _buffer.RecordEmptied();
        var between = Duration;
        _buffer.RecordRefusal();

        (between, Duration).Should().Be((40, 240));
    }

    private double Duration => _buffer.Duration.TotalMilliseconds;

    private void Append(int milliseconds) => _buffer.Append(TimeSpan.FromMilliseconds(milliseconds));
}
