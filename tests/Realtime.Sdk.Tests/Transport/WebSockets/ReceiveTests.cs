using System.Net.WebSockets;
using System.Text;
using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class ReceiveTests
{
    [Fact]
    public async Task Messages_are_read_in_the_order_they_came()
    {
        await using var test = await TransportUnderTest.StartAsync();
        var sent = Enumerable.Range(0, 500).Select(i => $"{i}:{new string('x', i * 37 % 9_000)}").ToArray();

        var sending = Task.Run(async () =>
        {
            foreach (var message in sent)
                await test.Pair.SendAsync(message);
        });
        var read = new List<string?>();
        for (var i = 0; i < sent.Length; i++)
            read.Add(await test.ReadAsync());
        await sending.WithTimeout();

        read.Should().Equal(sent);
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task Fragments_of_one_byte_and_empty_ones_make_the_same_message()
    {
        await using var test = await TransportUnderTest.StartAsync();
        var text = Encoding.UTF8.GetBytes("{\"delta\":\"grüße 🎙️\"}");

        foreach (var part in text)
        {
            await test.Pair.Server.SendAsync(new byte[] { part }, WebSocketMessageType.Text, false, CancellationToken.None);
            await test.Pair.Server.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, false, CancellationToken.None);
        }
        await test.Pair.Server.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, CancellationToken.None);

        (await test.ReadAsync()).Should().Be("{\"delta\":\"grüße 🎙️\"}");
    }

    [Fact]
    public async Task Any_fragmentation_and_any_reading_pace_give_the_same_messages()
    {
        await Gen.Select(
                Gen.Select(Gen.Int[0, 40_000], Gen.Int[1, 20_000]).Array[1, 12],
                Gen.Int[1, 12])
            .SampleAsync(async (messages, pause) =>
            {
                await using var test = await TransportUnderTest.StartAsync();
                var read = new List<string?>();
                for (var i = 0; i < messages.Length; i++)
                {
                    var bytes = Encoding.ASCII.GetBytes(new string((char)('a' + i), messages[i].Item1));
                    for (var at = 0; at < bytes.Length; at += messages[i].Item2)
                        await test.Pair.Server.SendAsync(bytes.AsMemory(at, Math.Min(messages[i].Item2, bytes.Length - at)), WebSocketMessageType.Text, false, default);
                    await test.Pair.Server.SendAsync(Memory<byte>.Empty, WebSocketMessageType.Text, true, default);
                    while (i % pause == 0 && read.Count <= i)
                        read.Add(await test.ReadAsync());
                }
                while (read.Count < messages.Length)
                    read.Add(await test.ReadAsync());

                return read.SequenceEqual(messages.Select((message, i) => new string((char)('a' + i), message.Item1))) && test.Pool.Outstanding == 0;
            }, iter: 40);
    }

    [Fact]
    public async Task An_idle_connection_holds_no_buffer()
    {
        await using var test = await TransportUnderTest.StartAsync();

        await test.Pair.SendAsync("one");
        await test.ReadAsync();

        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_message_of_the_largest_size_is_read()
    {
        await using var test = await TransportUnderTest.StartAsync();
        var message = new byte[16 * 1024 * 1024];
        message.AsSpan().Fill((byte)'x');

        var sending = test.Pair.SendAsync(message);

        (await test.ReadAsync())!.Length.Should().Be(message.Length);
        await sending;
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_message_that_is_too_large_ends_the_connection_after_what_came_before()
    {
        await using var test = await TransportUnderTest.StartAsync(new() { MaxMessageBytes = 1_000 });

        await test.Pair.SendAsync("fine");
        await test.Pair.SendAsync(new string('x', 1_001));

        (await test.ReadAsync()).Should().Be("fine");
        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.Message.Should().Be("The connection was aborted: the server sent a message of more than 1000 bytes.");
        end.Which.IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task Named_kinds_are_dropped_while_room_is_scarce_and_others_never()
    {
        await using var test = await TransportUnderTest.StartAsync(new()
        {
            MaxUnreadBytes = 10_000,
            MaxMessageBytes = 10_000,
            Droppable = static message => message.StartsWith("drop"u8),
        });

        for (var i = 0; i < 50; i++)
            await test.Pair.SendAsync("drop" + new string('x', 996));
        await test.Pair.SendAsync("keep");
        await TransportUnderTest.UntilAsync(() => test.Core.Dropped == 43);

        var read = new List<string>();
        do
            read.Add((await test.ReadAsync())!);
        while (read[^1] != "keep");
        read.Count.Should().Be(8);
        await test.Pair.SendAsync("drop me not");
        (await test.ReadAsync()).Should().Be("drop me not");
        await TransportUnderTest.UntilAsync(() => test.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task Pings_are_answered_while_nobody_reads()
    {
        await using var test = await TransportUnderTest.StartAsync();
        await test.Pair.SendAsync("unread");
        byte[] ping = [0x89, 2, (byte)'h', (byte)'i'];

        await test.Pair.ServerStream.WriteAsync(ping);
        var pong = new byte[8];
        await test.Pair.ServerStream.ReadExactlyAsync(pong).WithTimeout();

        pong[0].Should().Be(0x8A);
        (pong[1] & 0x7F).Should().Be(2);
    }

    [Fact]
    public async Task A_peer_that_stops_answering_pings_ends_the_connection_with_a_reason()
    {
        await using var test = await TransportUnderTest.StartAsync(null, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));

        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();

        end.Which.Message.Should().Be("The connection was lost: the server stopped responding to pings.");
        end.Which.IsTransient.Should().BeTrue();
        end.Which.CloseCode.Should().BeNull();
    }

    [Theory]
    [InlineData(1011, "internal", true, "The server closed the connection (1011: internal).")]
    [InlineData(4000, "invalid_request_error.beta_api_shape_disabled", false, "The server closed the connection (4000: invalid_request_error.beta_api_shape_disabled).")]
    [InlineData(1008, null, false, "The server closed the connection (1008).")]
    [InlineData(1011, "insufficient_quota", false, "The server closed the connection (1011: insufficient_quota).")]
    [InlineData(3000, "invalid_request_error.invalid_api_key", false, "The server closed the connection (3000: invalid_request_error.invalid_api_key).")]
    [InlineData(4000, "rate_limit_exceeded", true, "The server closed the connection (4000: rate_limit_exceeded).")]
    public async Task Any_close_but_a_normal_one_is_an_exception_after_the_last_message(int code, string? reason, bool transient, string message)
    {
        await using var test = await TransportUnderTest.StartAsync();

        await test.Pair.SendAsync("last");
        await test.Pair.Server.CloseAsync((WebSocketCloseStatus)code, reason, CancellationToken.None).WithTimeout();

        (await test.ReadAsync()).Should().Be("last");
        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.CloseCode.Should().Be(code);
        end.Which.CloseReason.Should().Be(reason ?? "");
        end.Which.IsTransient.Should().Be(transient);
        end.Which.Message.Should().Be(message);
        end.Which.Phase.Should().Be(RealtimeConnectionPhase.Receive);
    }

    [Fact]
    public async Task The_end_of_a_session_by_age_says_so()
    {
        await using var test = await TransportUnderTest.StartAsync();

        await test.Pair.Server.CloseAsync((WebSocketCloseStatus)1001, "Your session hit the maximum duration of 60 minutes.", CancellationToken.None).WithTimeout();

        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.ErrorKind.Should().Be(RealtimeApiErrorKind.SessionExpired);
        end.Which.IsSessionExpired.Should().BeTrue();
        end.Which.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task A_normal_close_ends_reading_without_an_exception()
    {
        await using var test = await TransportUnderTest.StartAsync();

        await test.Pair.SendAsync("last");
        await test.Pair.Server.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();

        (await test.ReadAsync()).Should().Be("last");
        (await test.ReadAsync()).Should().BeNull();
        (await test.ReadAsync()).Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_link_is_an_exception_after_the_last_message(bool reset)
    {
        await using var test = await TransportUnderTest.StartAsync();
        await test.Pair.SendAsync("last");
        await TransportUnderTest.UntilAsync(() => test.Core.UnreadBytes == 4);

        if (reset)
            test.Pair.Reset();
        else
            test.Pair.ServerTcp.Close();

        (await test.ReadAsync()).Should().Be("last");
        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.Message.Should().Be("The connection was lost without a close handshake.");
        end.Which.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task Cancelling_a_read_loses_nothing()
    {
        await using var test = await TransportUnderTest.StartAsync();
        for (var i = 0; i < 200; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var waiting = test.Core.WaitToReadAsync(cancellation.Token).AsTask();
            var sending = test.Pair.SendAsync($"{i}");

            await cancellation.CancelAsync();
            try
            {
                await waiting.WithTimeout();
            }
            catch (OperationCanceledException)
            {
                // Or the message was quicker.
            }
            await sending;

            (await test.ReadAsync()).Should().Be($"{i}");
        }
    }

    [Fact]
    public async Task There_is_one_reader()
    {
        await using var test = await TransportUnderTest.StartAsync();
        test.Core.BeginReading();

        FluentActions.Invoking(test.Core.BeginReading).Should().Throw<InvalidOperationException>();
        test.Core.EndReading();
        FluentActions.Invoking(test.Core.BeginReading).Should().NotThrow();
    }

    [Fact]
    public async Task Bytes_that_are_no_WebSocket_end_the_connection()
    {
        await using var test = await TransportUnderTest.StartAsync();

        await test.Pair.ServerStream.WriteAsync("HTTP/1.1 500 Oops\r\n\r\n"u8.ToArray());

        var end = await FluentActions.Awaiting(test.ReadAsync).Should().ThrowAsync<RealtimeConnectionException>();
        end.Which.IsTransient.Should().BeFalse();
        end.Which.Message.Should().Be("The connection was aborted: the server violated the WebSocket protocol.");
    }
}
