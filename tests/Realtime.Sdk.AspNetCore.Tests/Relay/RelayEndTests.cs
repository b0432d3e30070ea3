using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Either side of a relay ends the other, with a code that may be sent.</summary>
public sealed class RelayEndTests
{
    private const string Lost = "The connection to the service was lost.";

    /// <summary>The maximum time in which one end must end the other.</summary>
    private static readonly TimeSpan MaxEnding = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1000, "Bye.", 1000, "")]
    [InlineData(1001, "Going away.", 1001, "Going away.")]
    [InlineData(1005, "", 1000, "")]
    [InlineData(1008, "Policy.", 1008, "Policy.")]
    [InlineData(1011, "Failed.", 1011, "Failed.")]
    [InlineData(3000, "invalid_request_error.invalid_api_key", 3000, "invalid_request_error.invalid_api_key")]
    [InlineData(4000, "", 4000, "")]
    [InlineData(4999, "Line 1\r\nline 2", 4999, "Line 1  line 2")]
    [InlineData(1006, "", 1011, Lost)]
    [InlineData(1015, "", 1011, Lost)]
    [InlineData(2000, "", 1011, Lost)]
    [InlineData(0, "", 1011, Lost)]
    public async Task A_close_of_the_service_reaches_the_page_with_a_legal_code(int code, string reason, int expected, string description)
    {
        await using var line = await RelayLine.StartAsync();

        await line.Session.CloseAsync(code, reason);

        (await line.Page.WhenClosedAsync()).Should().Be((expected, description));
        await line.App.WhenEmptyAsync();
    }

    [Fact]
    public async Task The_reason_of_the_service_is_shortened_to_whole_characters()
    {
        await using var line = await RelayLine.StartAsync();

        await line.Session.CloseAsync(4000, new string('é', 61));
        var close = await line.Page.WhenClosedAsync();

        close.Code.Should().Be(4000);
        close.Description.Should().MatchRegex("^é+…?$").And.HaveLength(61);
    }

    [Fact]
    public async Task The_reason_of_the_service_is_cut_between_characters()
    {
        await using var line = await RelayLine.StartAsync();

        await line.Session.CloseAsync(4000, $"{new string('x', 99)}🍲🍲🍲🍲");
        var close = await line.Page.WhenClosedAsync();

        close.Code.Should().Be(4000);
        close.Description.Should().MatchRegex("^x{99}…?$");
    }

    [Fact]
    public async Task The_reason_of_the_service_reaches_the_page_without_keys()
    {
        await using var line = await RelayLine.StartAsync();

        await line.Session.CloseAsync(4000, "The key sk-proj-0123456789abcdefghij0123 has no credit.");

        (await line.Page.WhenClosedAsync()).Description.Should().StartWith("The key ").And.EndWith(" has no credit.").And.NotContain("0123456789");
        line.App.Logs.GetSnapshot().Should().NotContain(entry => entry.Message.Contains("0123456789"));
    }

    [Theory]
    [InlineData(ConnectionFailure.Fin)]
    [InlineData(ConnectionFailure.Reset)]
    public async Task A_lost_service_ends_the_connection_of_the_page(ConnectionFailure failure)
    {
        await using var line = await RelayLine.StartAsync();

        line.Session.End(failure);

        (await line.Page.WhenClosedAsync()).Should().Be((1011, Lost));
        await line.App.WhenEmptyAsync();
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1001, 1001)]
    [InlineData(3000, 3000)]
    [InlineData(4999, 4999)]
    public async Task A_close_of_the_page_is_answered_and_closes_the_session(int code, int expected)
    {
        await using var line = await RelayLine.StartAsync();

        await line.Page.CloseAsync(code);

        ((int?)line.Page.Socket.CloseStatus).Should().Be(expected);
        await line.App.WhenEmptyAsync();
        line.Session.CloseCode.Should().Be(1000);
    }

    [Theory]
    [InlineData(1005, 1000)]
    [InlineData(1006, 1002)]
    [InlineData(1015, 1002)]
    [InlineData(999, 1002)]
    [InlineData(2999, 1002)]
    public async Task A_close_of_the_page_without_a_legal_code_ends_the_session(int code, int expected)
    {
        await using var app = await StartAsync();
        using var page = await RawRelayClient.ConnectAsync(app);
        await page.ReadUntilAsync("session.updated");

        await page.SendAsync(RawRelayClient.Close(code));

        await page.ReadUntilAsync($"\u0088\u0002{(char)(expected >> 8)}{(char)(expected & 0xFF)}");
        await app.WhenEmptyAsync();
    }

    [Theory]
    [InlineData("FIN", 0)]
    [InlineData("RST", 0)]
    [InlineData("FIN", 1)]
    [InlineData("RST", 1)]
    [InlineData("FIN", 30)]
    [InlineData("RST", 30)]
    public async Task A_lost_page_ends_the_session_also_in_the_middle_of_a_frame(string end, int bytes)
    {
        await using var app = await StartAsync();
        using var page = await RawRelayClient.ConnectAsync(app);

        await page.SendAsync(RawRelayClient.Text("""{"type":"input_audio_buffer.append","audio":"AAAA"}""").AsMemory(..bytes));
        if (end == "FIN")
            page.Finish();
        else
            page.Reset();

        await app.WhenEmptyAsync();
        app.Emulator.Sessions[0].CloseCode.Should().Be(1000);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("FIN")]
    [InlineData("RST")]
    public async Task A_page_can_end_in_the_middle_of_a_message(string end)
    {
        await using var app = await StartAsync();
        using var page = await RawRelayClient.ConnectAsync(app);

        await page.SendAsync(RawRelayClient.Text("""{"type":"input_audio""", isLast: false));
        if (end == "close")
            await page.SendAsync(RawRelayClient.Close(1000));
        else if (end == "FIN")
            page.Finish();
        else
            page.Reset();

        await app.WhenEmptyAsync();
        app.Emulator.Sessions[0].Received.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_page_that_falls_silent_in_the_middle_of_a_frame_is_ended_when_the_conversation_is_idle()
    {
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(time);
        using var page = await RawRelayClient.ConnectAsync(app);
        await page.ReadUntilAsync("session.updated");
        await page.SendAsync(RawRelayClient.Text("""{"type":"input_audio_buffer.append","audio":"AAAA"}""").AsMemory(..20));

        time.Advance(TimeSpan.FromMinutes(5));

        (await page.ReadUntilAsync("The conversation is idle.")).Should().Contain("\u0003\u00f0The");
        time.Advance(MaxEnding);
        await page.ReadToEndAsync();
        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_page_that_does_not_answer_the_close_is_cut_off()
    {
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(time);
        using var page = await RawRelayClient.ConnectAsync(app);

        await app.Emulator.Sessions[0].CloseAsync(4000, "Over.");
        (await page.ReadUntilAsync("Over.")).Should().EndWith("\u000f\u00a0Over.");
        time.Advance(MaxEnding);

        await page.ReadToEndAsync();
        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_service_that_does_not_answer_the_close_is_cut_off()
    {
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(time);
        await using var page = await RelayClient.ConnectAsync(app);
        var session = app.Emulator.Sessions[0];
        session.AnswersClose = false;

        await page.CloseAsync();
        while (session.CloseCode is null)
            await Task.Yield();
        time.Advance(MaxEnding);

        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_silent_service_does_not_keep_a_page_that_leaves()
    {
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(time);
        await using var page = await RelayClient.ConnectAsync(app);
        var session = app.Emulator.Sessions[0];
        session.End(ConnectionFailure.BlackHole);

        await page.CloseAsync();
        while (session.CloseCode is null)
            await Task.Yield();
        time.Advance(MaxEnding);

        await app.WhenEmptyAsync();
    }

    public static TheoryData<string> AppEnds => ["returns", "throws", "ends the conversation", "disposes the conversation"];

    [Theory]
    [MemberData(nameof(AppEnds))]
    public async Task The_app_ends_both_sides(string how)
    {
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var line = await RelayLine.StartAsync(options: new()
        {
            Run = async (conversation, _) =>
            {
                await begin.Task;
                switch (how)
                {
                    case "throws":
                        throw new InvalidOperationException("canary");
                    case "ends the conversation":
                        await conversation.EndAsync(cancellationToken: CancellationToken.None);
                        break;
                    case "disposes the conversation":
                        await conversation.DisposeAsync();
                        break;
                    default:
                        break;
                }
            },
        });

        begin.SetResult();

        (await line.Page.WhenClosedAsync()).Should().Be((1000, ""));
        await line.App.WhenEmptyAsync();
        line.Session.CloseCode.Should().Be(1000);
    }

    [Fact]
    public async Task A_server_that_stops_tells_the_page()
    {
        await using var line = await RelayLine.StartAsync();

        var stopping = line.App.App.StopAsync();

        (await line.Page.WhenClosedAsync()).Should().Be((1001, "The server is stopping."));
        await stopping.WithTimeout();
        await line.App.WhenEmptyAsync();
    }

    [Fact]
    public async Task Both_sides_can_close_at_the_same_time()
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var page = await RelayClient.ConnectAsync(app, $"user{i}");

            var closing = page.CloseAsync(4001);
            var failure = await Record.ExceptionAsync(() => app.Emulator.Sessions[^1].CloseAsync(4002, "Over."));
            await closing;

            failure.Should().Match(thrown => thrown == null || thrown is EmulatorSessionEndedException);
            ((int?)page.Socket.CloseStatus).Should().BeOneOf(4001, 4002, 1000);
        }
        await app.WhenEmptyAsync();
    }

    private static async Task<TestApp> StartAsync(FakeTimeProvider? time = null)
    {
        var app = await RelayApp.StartAsync(new() { Prepare = (_, options, _) => new(options with { TimeProvider = time }) });
        app.Emulator.OnConnect(async session =>
        {
            await RelayLine.BeginAsync(session);
            await RelayLine.AcceptAsync(session);
        });
        return app;
    }
}
