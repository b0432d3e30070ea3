using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The code of docs/relay.md, in an application whose client is that of this SDK.</summary>
public sealed class RelayGuideTests
{
    [Fact]
    public async Task The_clients_of_the_guide_talk_to_the_agent()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soups").Calls("place_order", "{}").Says("Two soups.");
        await using var app = Build(emulator);
        await app.StartAsync().WithTimeout();
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = new($"{app.Urls.Single()}/kiosk/"), ApiKey = "unused" });

        await using var session = await client.ConnectAsync(new RealtimeConnectOptions { Model = "any-model", Headers = { [TestApp.UserHeader] = "ann" } }).WithTimeout();
        await session.SendTextAsync("Two soups, please.");
        await session.CreateResponseAsync();

        (await HearAsync(session).WithTimeout()).Should().Be("Two soups.");
        emulator.Sessions.Single().Session.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Model.Should().Be("gpt-realtime-2.1");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_relay_works_without_a_web_framework()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var waiter = new RealtimeAgent { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1", Instructions = "Take the order." } };
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        using var page = new ClientWebSocket();

        var connecting = page.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, CancellationToken.None);
        var relaying = RelayAsync(client, waiter, async () => (await (await listener.GetContextAsync()).AcceptWebSocketAsync(subProtocol: null)).WebSocket);
        await connecting.WithTimeout();
        await page.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();

        (await relaying.WithTimeout()).Should().Be(new RealtimeRelayEnd(RealtimeRelayEndReason.ClientClosed, 1000));
        await emulator.Sessions.Single().Completion.WithTimeout();
    }

    [Fact]
    public void Its_code_is_the_code_of_this_file()
    {
        var missing = GuideCode.FindMissing("docs/relay.md", "Relay/RelayGuideTests.cs", out var count);

        count.Should().Be(4);
        missing.Should().BeEmpty();
    }

    private static WebApplication Build(RealtimeEmulator emulator)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Realtime:BaseUrl"] = emulator.BaseUrl.ToString(),
            ["Realtime:ApiKey"] = emulator.ApiKey,
            ["Agents:Waiter:model"] = "gpt-realtime-2.1",
            ["Agents:Waiter:instructions"] = "Take the order. Be brief.",
        });
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, TestApp.HeaderAuthentication>("Test", _ => { });
        builder.Services.AddAuthorizationBuilder().AddPolicy("kiosk", policy => policy.RequireUserName("ann"));

        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
        builder.Services.AddRealtimeEndpoints();
        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"))
            .AddFunction("place_order", "Sends an order to the kitchen.", (call, _) => Task.FromResult($"Ordered for {call.User?.Identity?.Name}."));

        var app = builder.Build();
        app.MapRealtimeRelay("/realtime", "waiter").RequireAuthorization();
        app.MapRealtimeRelay("/kiosk/realtime", "waiter", new()
        {
            AllowMissingOrigin = true,
            Prepare = (http, options, _) => new(options with { Budget = new() { Time = TimeSpan.FromMinutes(10) } }),
            Relay = new() { MaxDuration = TimeSpan.FromMinutes(30), Policy = new() { SessionMembers = ["audio.output.speed"] } },
        }).RequireAuthorization("kiosk");
        return app;
    }

    private static async Task<RealtimeRelayEnd> RelayAsync(RealtimeClient client, RealtimeAgent waiter, Func<Task<WebSocket>> acceptAsync)
    {
        Task<WebSocket> AcceptAsync() => acceptAsync();
        await using var relay = await client.OpenRelayAsync(waiter);
        using var socket = await AcceptAsync();
        var end = await relay.RunAsync(socket);
        return end;
    }

    private static async Task<string?> HearAsync(RealtimeConnection session)
    {
        await foreach (var received in session.ReadEventsAsync())
        {
            if (received is ResponseOutputAudioTranscriptDoneEvent { Transcript: var heard })
                return heard;
        }
        return null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
