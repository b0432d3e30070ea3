using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Sockets;

/// <summary>The messages that no script takes.</summary>
public sealed class InboxTests
{
    private static readonly byte[] Big = new byte[Inbox.MaxBytes / 4];

    [Fact]
    public async Task A_script_that_takes_nothing_makes_the_client_wait()
    {
        var inbox = new Inbox(new());
        for (var i = 0; i < 4; i++)
            inbox.Add(Message(i));

        var full = inbox.WaitForSpaceAsync(default);
        var isFull = !full.IsCompleted;
        var first = await inbox.TakeAsync(isTracked: false, Timeout.InfiniteTimeSpan, default).WithTimeout();

        isFull.Should().BeTrue();
        await full.WithTimeout();
        first!.Frames.Should().Be(0);
    }

    [Fact]
    public async Task After_the_script_the_newest_messages_are_kept()
    {
        var inbox = new Inbox(new());
        inbox.DiscardOldest();
        for (var i = 0; i < 10; i++)
            inbox.Add(Message(i));

        var room = inbox.WaitForSpaceAsync(default);
        var first = await inbox.TakeAsync(isTracked: false, Timeout.InfiniteTimeSpan, default).WithTimeout();

        room.IsCompleted.Should().BeTrue();
        first!.Frames.Should().Be(7);
    }

    [Fact]
    public async Task The_end_of_a_script_lets_a_waiting_client_continue()
    {
        var inbox = new Inbox(new());
        for (var i = 0; i < 4; i++)
            inbox.Add(Message(i));

        var full = inbox.WaitForSpaceAsync(default);
        inbox.DiscardOldest();

        await full.WithTimeout();
    }

    private static ReceivedMessage Message(int number) => new() { Bytes = Big, Type = "", IsBinary = false, Frames = number, ReceivedAt = default };
}
