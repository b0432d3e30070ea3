using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>A full buffer holds the server back. Only a program that reads nothing loses its connection.</summary>
public sealed class FlowControlTests
{
    private static readonly TimeSpan UnreadTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_reader_that_keeps_reading_gets_many_times_what_the_buffer_holds()
    {
        const int messages = 2_000;
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = 10_000, MaxMessageBytes = 10_000 });

        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < messages; i++)
                await test.Pair.SendAsync($"{i}:{new string('x', i % 5_000)}");
        });
        for (var i = 0; i < messages; i++)
        {
            (await test.ReadAsync()).Should().StartWith($"{i}:");
            test.Core.UnreadBytes.Should().BeLessThanOrEqualTo(10_000);
        }

        await sending.WithTimeout();
        test.Core.IsOpen.Should().BeTrue();
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_message_as_large_as_the_buffer_waits_until_the_buffer_is_empty()
    {
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = 10_000, MaxMessageBytes = 10_000 });

        await test.Pair.SendAsync("small");
        await test.Pair.SendAsync(new string('x', 10_000));

        (await test.ReadAsync()).Should().Be("small");
        (await test.ReadAsync())!.Length.Should().Be(10_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    public async Task Small_messages_are_bounded_by_their_number(int bytes)
    {
        const int capacity = 100_000;
        var time = new FakeTimeProvider();
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = capacity, MaxMessageBytes = 1_000, Time = time });

        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < capacity; i++)
                await test.Pair.SendAsync(new string('x', bytes));
        });
        await EndUnreadAsync(test, time);
        var read = 0;
        await FluentActions.Awaiting(async () =>
        {
            for (; ; read++)
                await test.ReadAsync();
        }).Should().ThrowAsync<RealtimeConnectionException>();

        read.Should().Be(capacity / (bytes + MessageQueue.EntryOverhead));
        await Record.ExceptionAsync(() => sending.WithTimeout());
    }

    [Fact]
    public async Task A_program_that_reads_nothing_for_ten_seconds_loses_the_connection_and_still_gets_what_it_held()
    {
        var time = new FakeTimeProvider();
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = 10_000, MaxMessageBytes = 10_000, Time = time });

        for (var i = 0; i < 12; i++)
            await test.Pair.SendAsync(new string((char)('a' + i), 1_000));
        await EndUnreadAsync(test, time);

        for (var i = 0; i < 9; i++)
            (await test.ReadAsync()).Should().StartWith(((char)('a' + i)).ToString());
        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.Message.Should().Be("The connection was aborted: its buffer was full (9000 bytes of unread events), and no event was read for 10 s.");
        end.Which.IsTransient.Should().BeFalse();
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_program_that_reads_one_event_every_nine_seconds_keeps_the_connection()
    {
        var time = new FakeTimeProvider();
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = 10_000, MaxMessageBytes = 10_000, Time = time });
        for (var i = 0; i < 40; i++)
            await test.Pair.SendAsync(new string('x', 1_000));
        await TransportUnderTest.UntilAsync(() => test.Core.UnreadBytes == 9_000);

        for (var i = 0; i < 40; i++)
        {
            // In small steps, so that every timer between them fires at its own time.
            for (var step = 0; step < 90; step++)
                time.Advance(TimeSpan.FromMilliseconds(100));
            (await test.ReadAsync())!.Length.Should().Be(1_000);
        }

        test.Core.IsOpen.Should().BeTrue();
    }

    [Fact]
    public async Task A_connection_that_holds_the_server_back_can_be_disposed_at_once()
    {
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = 10_000, MaxMessageBytes = 10_000, Time = new FakeTimeProvider() });
        for (var i = 0; i < 40; i++)
            await test.Pair.SendAsync(new string('x', 1_000));
        await TransportUnderTest.UntilAsync(() => test.Core.UnreadBytes == 9_000);

        var disposing = test.Core.DisposeAsync().AsTask();
        (await test.Pair.ReceiveAsync()).Should().BeNull();
        await test.Pair.Server.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();

        await disposing.WithTimeout();
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task Aborting_a_connection_that_holds_the_server_back_frees_everything()
    {
        await using var test = await TransportUnderTest.StartAsync(new() { MaxUnreadBytes = 10_000, MaxMessageBytes = 10_000, Time = new FakeTimeProvider() });
        for (var i = 0; i < 40; i++)
            await test.Pair.SendAsync(new string('x', 1_000));
        await TransportUnderTest.UntilAsync(() => test.Core.UnreadBytes == 9_000);

        test.Core.Abort();
        await test.Core.DisposeAsync().AsTask().WithTimeout();

        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    /// <summary>Lets the time pass in which a full buffer is not read; the pump gives no signal that it waits.</summary>
    private static Task EndUnreadAsync(TransportUnderTest test, FakeTimeProvider time) => TransportUnderTest.UntilAsync(() =>
    {
        time.Advance(UnreadTimeout / 8);
        return test.Core.End is not null;
    });
}
