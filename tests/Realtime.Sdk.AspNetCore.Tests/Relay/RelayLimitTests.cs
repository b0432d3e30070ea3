using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The limits of size, rate and time. The clock of these relays does not move by itself, so nothing ends by a timeout unless a test advances it.</summary>
public sealed class RelayLimitTests
{
    /// <summary>Keeps the relay from checking for a slow client, so that its only timer is that of the limit under test.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_message_of_the_maximum_size_is_accepted()
    {
        await using var line = await StartAsync(new() { MaxMessageBytes = 1_024 });
        const string begin = """{"type":"input_audio_buffer.append","audio":""";
        var message = $"{begin}\"AAAA\"{new string(' ', 1_024 - begin.Length - 7)}}}";
        Encoding.UTF8.GetByteCount(message).Should().Be(1_024);

        var (errors, received) = await line.SendAsync(message);

        errors.Should().BeEmpty();
        received.Should().HaveCount(1);
    }

    [Theory]
    [InlineData(1_025, 1)]
    [InlineData(1_100, 100)]
    [InlineData(300_000, 1)]
    [InlineData(20_000_000, 50)]
    public async Task A_larger_message_ends_the_relay(int bytes, int fragments)
    {
        await using var line = await StartAsync(new() { MaxMessageBytes = 1_024 });

        var sending = SendAsync(line.Page.Socket, bytes, WebSocketMessageType.Text, fragments);

        (await line.Page.WhenClosedAsync()).Should().Be((1009, "A message is larger than 1024 bytes."));
        await sending.WithTimeout();
        await line.App.WhenEmptyAsync();
        line.Session.Received.Should().HaveCount(1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100_000, 1)]
    [InlineData(5_000_000, 20)]
    public async Task A_binary_message_ends_the_relay(int bytes, int fragments)
    {
        await using var line = await StartAsync();

        var sending = SendAsync(line.Page.Socket, bytes, WebSocketMessageType.Binary, fragments);

        (await line.Page.WhenClosedAsync()).Should().Be((1003, "Only text messages are accepted."));
        await sending.WithTimeout();
        await line.App.WhenEmptyAsync();
    }

    [Fact]
    public async Task Fast_messages_wait_and_none_is_lost()
    {
        const int rate = 10_000, count = 40;
        await using var line = await StartAsync(new() { MaxBytesPerSecond = rate });
        var messages = Enumerable.Range(0, count).Select(i => $$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String([(byte)i, .. new byte[749]])}}"}""").ToList();
        var begun = _time.GetTimestamp();

        foreach (var message in messages)
            await line.Page.SendAsync(message);
        while (line.Session.ReceivedAudio.Length < count * 750)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }

        // A second's worth comes at once, and each message counts 256 bytes more.
        _time.GetElapsedTime(begun).TotalSeconds.Should().BeGreaterThanOrEqualTo((messages.Sum(message => message.Length + 256) / (double)rate) - 1);
        line.Session.ReceivedAudio.ToArray().Chunk(750).Select(audio => audio[0]).Should().Equal(Enumerable.Range(0, count).Select(i => (byte)i));
    }

    [Fact]
    public async Task The_rate_is_not_limited_on_request()
    {
        await using var line = await StartAsync(new() { MaxBytesPerSecond = null });
        var message = $$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(new byte[750_000])}}"}""";

        var (errors, received) = await line.SendAsync(message, message, message, message);

        errors.Should().BeEmpty();
        received.Should().HaveCount(4);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("FIN")]
    [InlineData("RST")]
    public async Task A_page_can_leave_while_its_messages_wait(string end)
    {
        await using var app = await StartAppAsync(new() { MaxBytesPerSecond = 1_024 });
        using var page = await RawRelayClient.ConnectAsync(app);
        await page.ReadUntilAsync("session.updated");

        await page.SendAsync(RawRelayClient.Text($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(new byte[60_000])}}"}"""));
        if (end == "close")
            await page.SendAsync(RawRelayClient.Close(1000));
        else if (end == "FIN")
            page.Finish();
        else
            page.Reset();

        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_conversation_is_idle_when_the_service_sends_nothing()
    {
        await using var line = await StartAsync(new() { IdleTimeout = TimeSpan.FromMinutes(3), SlowClientTimeout = Never });
        await line.SendAsync();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            await line.Session.SendTextAsync("""{"type":"a.new.event"}""");
            await line.Page.WhenAsync("a.new.event");
        }

        await line.Page.SendAsync("""{"type":"input_audio_buffer.append","audio":"AAAA"}""");
        _time.Advance(TimeSpan.FromMinutes(3));

        (await line.Page.WhenClosedAsync()).Should().Be((1008, "The conversation is idle."));
        await line.App.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_conversation_can_be_silent_on_request()
    {
        await using var line = await StartAsync(new() { IdleTimeout = null });
        await line.SendAsync();

        _time.Advance(TimeSpan.FromHours(20));

        (await line.SendAsync(Messages.Clear)).Received.Should().HaveCount(1);
    }

    [Fact]
    public async Task The_duration_is_limited_although_both_sides_talk()
    {
        await using var line = await StartAsync(new() { MaxDuration = TimeSpan.FromMinutes(10), IdleTimeout = null, SlowClientTimeout = Never });
        await line.SendAsync();
        for (var i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await line.Session.SendTextAsync("""{"type":"a.new.event"}""");
            await line.Page.WhenAsync("a.new.event");
            await line.SendAsync(Messages.Clear);
        }

        _time.Advance(TimeSpan.FromMinutes(1));

        (await line.Page.WhenClosedAsync()).Should().Be((1008, "The maximum duration has passed."));
        await line.App.WhenEmptyAsync();
    }

    private static async Task SendAsync(WebSocket socket, int bytes, WebSocketMessageType type, int fragments)
    {
        try
        {
            for (var i = 0; i < fragments; i++)
                await socket.SendAsync(new byte[bytes / fragments].AsMemory(), type, i == fragments - 1, CancellationToken.None).AsTask().WithTimeout();
        }
        catch (WebSocketException)
        {
            // The relay has ended the connection.
        }
    }

    private Task<RelayLine> StartAsync(RealtimeRelayOptions? relay = null) => RelayLine.StartAsync(relay, options: new() { Prepare = WithClock });

    private async Task<TestApp> StartAppAsync(RealtimeRelayOptions relay)
    {
        var app = await RelayApp.StartAsync(new() { Relay = relay, Prepare = WithClock });
        app.Emulator.OnConnect(async session =>
        {
            await RelayLine.BeginAsync(session);
            await RelayLine.AcceptAsync(session);
        });
        return app;
    }

    private ValueTask<RealtimeConversationOptions?> WithClock(Microsoft.AspNetCore.Http.HttpContext context, RealtimeConversationOptions options, CancellationToken cancellationToken) =>
        new(options with { TimeProvider = _time });

    private static class Messages
    {
        public const string Clear = """{"type":"input_audio_buffer.clear"}""";
    }
}
