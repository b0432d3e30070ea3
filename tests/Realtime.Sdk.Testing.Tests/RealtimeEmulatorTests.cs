using System.Net;

namespace Realtime.Sdk.Testing.Tests;

public sealed class RealtimeEmulatorTests
{
    [Fact]
    public async Task It_listens_on_loopback_at_two_free_ports()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        await using var other = await RealtimeEmulator.StartAsync();

        emulator.BaseUrl.ToString().Should().MatchRegex("^http://127\\.0\\.0\\.1:\\d+/v1$");
        emulator.HttpsBaseUrl.ToString().Should().MatchRegex("^https://127\\.0\\.0\\.1:\\d+/v1$");
        new[] { emulator.BaseUrl, emulator.HttpsBaseUrl, other.BaseUrl, other.HttpsBaseUrl }.Select(u => u.Port).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task It_opens_itself_to_other_machines_only_when_that_is_said_twice()
    {
        var start = () => RealtimeEmulator.StartAsync(new() { Address = IPAddress.Any });

        await start.Should().ThrowAsync<ArgumentException>().WithMessage("*AllowRemoteClients*");
    }

    [Fact]
    public async Task What_does_not_come_in_time_says_what_came()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ExpectTimeout = TimeSpan.FromMilliseconds(50) });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await emulator.WhenConnectedAsync().WithTimeout();

        var connected = () => emulator.WhenConnectedAsync(2).WithTimeout();
        var received = () => emulator.WhenReceivedAsync(3).WithTimeout();

        await connected.Should().ThrowAsync<EmulatorExpectationException>().WithMessage("Expected session 2, but only 1 had been opened after 0.05 seconds.");
        await received.Should().ThrowAsync<EmulatorExpectationException>().WithMessage("Expected 3 requests, but only 1 had been received after 0.05 seconds.");
    }

    [Fact]
    public async Task It_takes_no_key_that_looks_real_and_does_not_quote_it()
    {
        var key = "sk-proj-" + new string('x', 100);
        var start = () => RealtimeEmulator.StartAsync(new() { ApiKey = key });

        (await start.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().NotContain("xxx");
    }

    [Fact]
    public async Task Its_MCP_servers_do_not_change_while_it_runs()
    {
        var tools = new List<EmulatorMcpTool> { new() { Name = "search" } };
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.AddMcpServer(new() { Label = "docs", Tools = tools });
        using var client = emulator.CreateClient();

        tools.Clear();
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime",
            Tools = [new McpTool { ServerLabel = "docs", ServerUrl = "https://docs.example.com" }],
        });

        var listing = await connection.ReadEventsAsync().FirstAsync(listed => listed is McpListToolsCompletedEvent or McpListToolsFailedEvent);
        listing.Should().BeOfType<McpListToolsCompletedEvent>();
    }

    [Fact]
    public async Task A_session_may_live_for_a_year_and_no_longer()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SessionDuration = TimeSpan.FromDays(365) } });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var longer = () => RealtimeEmulator.StartAsync(new() { Model = new() { SessionDuration = TimeSpan.FromDays(366) } });

        var greeting = await caller.ReceiveAsync();

        greeting["type"]!.ToString().Should().Be("session.created");
        await longer.Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Its_options_do_not_print_the_key()
    {
        new RealtimeEmulatorOptions { ApiKey = "sk-canary" }.ToString().Should().Contain("sk-…").And.NotContain("canary");
    }

    [Fact]
    public async Task Its_certificate_is_shown_without_the_private_key()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        using var certificate = emulator.Certificate;

        certificate.HasPrivateKey.Should().BeFalse();
        certificate.Subject.Should().Be("CN=Realtime emulator");
    }
}
