using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Sockets;

public sealed class MisbehaviourTests
{
    private const string Text = """{"type":"x","text":"süß 😀 日本"}""";

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(3, 0)]
    [InlineData(1000, 0)]
    public async Task A_message_in_fragments_arrives_whole(int frameBytes, int emptyFrames)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.SendFragmentsAsync(Encoding.UTF8.GetBytes(Text), frameBytes, emptyFrames));
        using var caller = await SocketCaller.ConnectAsync(emulator);

        var received = await caller.ReceiveTextAsync();

        received.Should().Be(Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    public async Task A_message_of_any_size_goes_both_ways(int size)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session => await session.SendBytesAsync((await session.NextAsync()).Bytes));
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var text = new string('a', size);

        await caller.SendAsync(text);
        var received = await caller.ReceiveTextAsync();

        received.Should().HaveLength(size).And.Be(text);
    }

    public static TheoryData<MalformedMessage> MalformedMessages => [.. Enum.GetValues<MalformedMessage>()];

    [Theory]
    [MemberData(nameof(MalformedMessages))]
    public async Task Every_odd_message_is_sent_and_the_session_goes_on(MalformedMessage kind)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendFragmentsAsync("before"u8.ToArray(), 2);
            await session.SendAsync(kind);
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);

        await caller.ReceiveTextAsync();
        var odd = await Record.ExceptionAsync(caller.ReceiveBytesAsync);

        // The platform's socket refuses text that is no UTF-8; everything else reaches the client.
        (odd is null).Should().Be(kind != MalformedMessage.BadUtf8);
    }

    [Fact]
    public async Task Pings_are_counted_and_kept_unanswered_on_request()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session =>
        {
            session.AnswersPings = false;
            return Task.CompletedTask;
        });
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime?model=gpt-realtime", options =>
        {
            options.SetRequestHeader("api-key", emulator.ApiKey);
            options.KeepAliveInterval = TimeSpan.FromMilliseconds(50);

            // A busy machine has to receive the ping before the client gives up.
            options.KeepAliveTimeout = TimeSpan.FromSeconds(1);
        });

        var end = await Record.ExceptionAsync(caller.ReceiveBytesAsync);

        end.Should().NotBeNull("a client that gets no pong gives its peer up");
        emulator.Sessions.Single().Pings.Should().BePositive();
    }

    [Fact]
    public async Task A_close_stays_unanswered_on_request()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session =>
        {
            session.AnswersClose = false;
            return session.SendTextAsync("ready");
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveTextAsync();
        var session = await emulator.WhenConnectedAsync();

        await caller.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default).WithTimeout();
        var answer = caller.ReceiveBytesAsync();
        await Eventually(() => session.CloseCode is not null);

        answer.IsCompleted.Should().BeFalse();
        session.Completion.IsCompleted.Should().BeFalse();
        session.End(ConnectionFailure.Reset);
        await Record.ExceptionAsync(() => answer);
    }

    [Fact]
    public async Task A_server_that_stops_reading_holds_the_sender_up_until_it_reads_on()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ExpectTimeout = TimeSpan.FromMilliseconds(200) });
        emulator.OnConnect(session =>
        {
            session.StopReading();
            return session.SendTextAsync("stopped");
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveTextAsync();
        var session = await emulator.WhenConnectedAsync();

        var sending = caller.Socket.SendAsync(new byte[64 * 1024 * 1024], WebSocketMessageType.Binary, true, default);
        var early = await Task.WhenAny(sending, session.WhenReceivedAsync<ClientEvent>()) == sending || session.Received.Count > 0;
        session.ResumeReading();
        await sending.WithTimeout();

        early.Should().BeFalse();
    }

    [Fact]
    public async Task A_session_that_drips_sends_a_byte_each_time_the_clock_moves()
    {
        var time = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        emulator.OnConnect(session =>
        {
            session.Throttle(TimeSpan.FromSeconds(1));
            return session.SendTextAsync("hi");
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await emulator.WhenConnectedAsync();

        var receiving = caller.ReceiveTextAsync();
        var ticks = 0;
        for (; ticks < 4; ticks++)
        {
            await emulator.WhenIdleAsync().WithTimeout();
            receiving.IsCompleted.Should().BeFalse();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        (await receiving).Should().Be("hi");
    }

    [Fact]
    public async Task A_message_that_never_ends_keeps_the_client_waiting()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendUnfinishedAsync("endless"u8.ToArray());
            await session.CloseAsync(1011);
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);

        var received = await Record.ExceptionAsync(caller.ReceiveBytesAsync);

        caller.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.InternalServerError);
        received.Should().BeNull();
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TestTimeout.Limit);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
