using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The handshake of a client: who may open a WebSocket, and what the response contains.</summary>
public sealed class HandshakeTests
{
    private const string OriginTitle = "Pages of this origin may not use the endpoint.", OtherOrigin = "https://evil.example";

    [Fact]
    public async Task An_unauthorized_client_is_refused_before_the_code_of_the_app_and_the_service_are_reached()
    {
        var isAsked = false;
        await using var app = await TestApp.StartAsync(app =>
        {
            var options = new RealtimeEndpointOptions
            {
                Prepare = (_, options, _) =>
                {
                    isAsked = true;
                    return new(options);
                },
            };
            app.MapRealtimeRelay("/known", "waiter", options).RequireAuthorization();
            app.MapRealtimeRelay("/bob", "waiter", options).RequireAuthorization(policy => policy.RequireUserName("bob"));
        });

        using var unknown = await Door.Relay.SendAsync(app, "/known", user: null);
        using var forbidden = await Door.Relay.SendAsync(app, "/bob");

        (unknown.StatusCode, forbidden.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden));
        isAsked.Should().BeFalse();
        ShouldHaveReachedNothing(app);
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData(null, "cross-site")]
    [InlineData(null, "same-origin")]
    public async Task A_page_of_another_site_is_refused_whatever_the_middleware_of_the_app_allows(string? origin, string? fetchSite)
    {
        // The framework's own check lets clients without an origin pass.
        var middleware = new WebSocketOptions();
        middleware.AllowedOrigins.Add(OtherOrigin);
        middleware.AllowedOrigins.Add("null");
        await using var app = await TestApp.StartAsync(app =>
        {
            app.UseWebSockets(middleware);
            app.MapRealtimeRelay(RelayApp.Path, "waiter").RequireAuthorization();
        });

        using var response = await Door.Relay.SendAsync(app, RelayApp.Path, change: request => SetSource(request, origin, fetchSite));

        if (origin is "")
        {
            // Refused by the middleware, which knows no empty origin.
            response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        }
        else
        {
            await Problems.ExpectAsync(response, 403, OriginTitle);
        }
        ShouldHaveReachedNothing(app);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("same-origin", true)]
    [InlineData("same-site", false)]
    [InlineData("cross-site", false)]
    [InlineData("none", false)]
    public async Task A_client_without_an_origin_is_accepted_only_if_the_app_allows_it(string? fetchSite, bool isAllowed)
    {
        await using var app = await RelayApp.StartAsync(new() { AllowMissingOrigin = true });

        using var without = await Door.Relay.SendAsync(app, RelayApp.Path, change: request => SetSource(request, origin: null, fetchSite));
        using var other = await Door.Relay.SendAsync(app, RelayApp.Path, change: request => SetSource(request, OtherOrigin, fetchSite));

        without.StatusCode.Should().Be(isAllowed ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden);
        await Problems.ExpectAsync(other, 403, OriginTitle);
    }

    [Fact]
    public async Task A_rebound_host_name_is_refused_although_the_origin_is_the_same()
    {
        await using var app = await RelayApp.StartAsync(build: builder => builder.Configuration["AllowedHosts"] = "127.0.0.1");

        using var rebound = await Door.Relay.SendAsync(app, RelayApp.Path, change: request =>
        {
            request.Headers.Host = "evil.example";
            SetSource(request, "http://evil.example", "same-origin");
        });

        rebound.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        ShouldHaveReachedNothing(app);
    }

    [Fact]
    public async Task Only_a_valid_handshake_opens_a_session()
    {
        await using var app = await RelayApp.StartAsync();

        using var page = await app.SendAsync(HttpMethod.Get, RelayApp.Path, "ann");
        using var post = await app.SendAsync(HttpMethod.Post, RelayApp.Path, "ann", new StringContent("{}"), Door.AddHandshake);
        var connect = await RawAsync(app, $"CONNECT {app.Address.Authority} HTTP/1.1", "Connection: close\r\n");
        var body = await RawAsync(app, $"GET {RelayApp.Path} HTTP/1.1", $"{RawRequest.Handshake}Content-Length: 2\r\n", "{}");

        page.StatusCode.Should().Be(HttpStatusCode.UpgradeRequired);
        (page.Headers.Upgrade.ToString(), page.Headers.Connection.ToString()).Should().Be(("websocket", "Upgrade"));
        page.Headers.CacheControl!.ToString().Should().Be("no-store");
        (await page.Content.ReadAsStringAsync()).Should().Contain("\"title\":\"The request must open a WebSocket.\"");
        post.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        connect.Should().StartWith("HTTP/1.1 404 ");
        body.Should().StartWith("HTTP/1.1 426 ");
        ShouldHaveReachedNothing(app);
    }

    [Fact]
    public async Task A_client_connects_over_HTTP_2_and_a_foreign_page_does_not()
    {
        await using var app = await RelayApp.StartAsync(
            build: builder => builder.WebHost.ConfigureKestrel(server => server.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)));
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());

        using var refused = await ConnectAsync(app, invoker, OtherOrigin);
        ShouldHaveReachedNothing(app);
        using var accepted = await ConnectAsync(app, invoker, app.Address.GetLeftPart(UriPartial.Authority));

        refused.HttpStatusCode.Should().Be(HttpStatusCode.Forbidden);
        (accepted.HttpStatusCode, accepted.State, accepted.SubProtocol).Should().Be((HttpStatusCode.OK, WebSocketState.Open, "realtime"));
        var received = await accepted.ReceiveAsync(new Memory<byte>(new byte[10]), CancellationToken.None).AsTask().WithTimeout();
        received.MessageType.Should().Be(WebSocketMessageType.Text);
        app.Emulator.Sessions.Should().ContainSingle();
    }

    [Theory]
    [InlineData("realtime", "realtime")]
    [InlineData("realtime, openai-insecure-api-key.ek_canary, openai-beta.realtime-v1", "realtime")]
    [InlineData("openai-insecure-api-key.ek_canary,realtime", "realtime")]
    [InlineData("openai-insecure-api-key.ek_canary", null)]
    [InlineData("Realtime", null)]
    [InlineData("realtime2", null)]
    [InlineData(null, null)]
    public async Task The_subprotocol_of_the_service_is_selected_and_no_other(string? offered, string? selected)
    {
        await using var app = await RelayApp.StartAsync();

        using var response = await Door.Relay.SendAsync(app, RelayApp.Path, change: request =>
        {
            if (offered is not null)
                request.Headers.Add("Sec-WebSocket-Protocol", offered);
        });

        response.StatusCode.Should().Be(HttpStatusCode.SwitchingProtocols);
        (response.Headers.TryGetValues("Sec-WebSocket-Protocol", out var values) ? string.Join(", ", values) : null).Should().Be(selected);
        app.Emulator.Requests.Should().ContainSingle().Which.Headers.Keys.Should().NotContain("Sec-WebSocket-Protocol");
        app.Logs.GetSnapshot().Should().NotContain(entry => $"{entry.Message} {entry.Exception}".Contains("ek_canary"));
    }

    [Fact]
    public async Task A_client_cannot_choose_the_session()
    {
        await using var app = await RelayApp.StartAsync();

        foreach (var query in new[] { "", "?model=gpt-evil&instructions=evil&tools=[]&voice=evil&expires_after=7200&prompt=pmpt_evil&call_id=rtc_evil&intent=transcription" })
        {
            await using var client = await RelayClient.ConnectAsync(app, path: RelayApp.Path + query, configure: socket => socket.SetRequestHeader("OpenAI-Beta", "realtime=v1"));
            await client.WhenAsync("session.updated");
        }

        var sessions = app.Emulator.Sessions;
        sessions.Should().HaveCount(2);
        sessions[1].Request.Query.Should().Be(sessions[0].Request.Query).And.Be("?model=gpt-realtime-2.1");
        sessions[1].Session.Configuration.Should().BeEquivalentTo(sessions[0].Session.Configuration);
        sessions.SelectMany(session => session.Received).Should().NotContain(message => message.Text.Contains("evil"));
    }

    [Fact]
    public async Task No_header_of_the_service_reaches_the_client()
    {
        await using var app = await RelayApp.StartAsync();

        using var plain = await Door.Relay.SendAsync(app, RelayApp.Path);
        app.Emulator.RespondNext(new()
        {
            Headers = new Dictionary<string, string>
            {
                ["Set-Cookie"] = "canary=1",
                ["OpenAI-Organization"] = "org-canary",
                ["OpenAI-Processing-Ms"] = "7",
                ["OpenAI-Version"] = "canary",
                ["X-Request-Id"] = "req_canary",
                ["X-RateLimit-Limit-Requests"] = "7",
                ["Server"] = "canary",
                ["Strict-Transport-Security"] = "max-age=1",
                ["Access-Control-Allow-Origin"] = "*",
            },
        });
        using var hostile = await Door.Relay.SendAsync(app, RelayApp.Path);

        hostile.StatusCode.Should().Be(HttpStatusCode.SwitchingProtocols);
        Print(hostile).Should().Be(Print(plain));
        hostile.Headers.Select(header => header.Key).Should().BeEquivalentTo("Connection", "Upgrade", "Sec-WebSocket-Accept", "Date", "Server", "Cache-Control");

        static string Print(HttpResponseMessage response) => string.Join('\n', response.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));
    }

    [Fact]
    public async Task A_key_that_the_service_refuses_in_its_first_event_stays_secret()
    {
        // As at OpenAI: the service accepts the handshake, reports the wrong key with an event that quotes it, and closes the connection.
        await using var app = await RelayApp.StartAsync(
            build: builder => builder.Services.PostConfigureAll<RealtimeClientOptions>(options => (options.ApiKey, options.MaxRetries) = ("sk-canary-1234567890", 0)));

        using var response = await Door.Relay.SendAsync(app, RelayApp.Path);

        await Problems.ExpectAsync(response, 502, "The service has refused the request of the server.");
        app.Emulator.Requests.Should().ContainSingle();
        app.Logs.GetSnapshot().Should().ContainSingle(entry => entry.Level >= LogLevel.Error).Which.Id.Id.Should().Be(309);
        app.Logs.GetSnapshot().Should().NotContain(entry => $"{entry.Message} {entry.Exception}".Contains("sk-canary-1234567890"));
        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_server_that_can_upgrade_no_more_connections_is_full()
    {
        await using var app = await RelayApp.StartAsync(
            new() { MaxCallsPerUser = 10 }, build: builder => builder.WebHost.ConfigureKestrel(server => server.Limits.MaxConcurrentUpgradedConnections = 1));
        var first = await Door.Relay.SendAsync(app, RelayApp.Path);

        using (var second = await Door.Relay.SendAsync(app, RelayApp.Path))
            await Problems.ExpectAsync(second, 503, "The server carries as many calls as it can.");
        first.StatusCode.Should().Be(HttpStatusCode.SwitchingProtocols);
        first.Dispose();
        await app.WhenEmptyAsync();
        app.Logs.GetSnapshot().Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Places_are_counted_by_address_whatever_an_anonymous_client_sends()
    {
        await using var app = await TestApp.StartAsync(
            app => app.MapRealtimeRelay(RelayApp.Path, "waiter", new() { MaxCallsPerUser = 2, RateLimit = null }).AllowAnonymous());
        var responses = new List<HttpResponseMessage>();

        for (var number = 0; number < 4; number++)
        {
            responses.Add(await Door.Relay.SendAsync(app, $"{RelayApp.Path}?client={number}", user: null, change: request =>
            {
                foreach (var header in new[] { "X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-Id", "X-User-Id" })
                    request.Headers.Add(header, $"203.0.113.{number}");
                request.Headers.Add("Cookie", $"id={number}");
            }));
        }

        responses.Select(response => (int)response.StatusCode).Should().Equal(101, 101, 429, 429);
        app.Emulator.Requests.Should().HaveCount(2);
        responses.ForEach(response => response.Dispose());
    }

    /// <summary>Checks that the service got no request, and that no place is taken.</summary>
    private static void ShouldHaveReachedNothing(TestApp app)
    {
        app.Emulator.Requests.Should().BeEmpty();
        app.App.Services.GetRequiredService<CallHost>().Places.Should().Be(0);
    }

    private static void SetSource(HttpRequestMessage request, string? origin, string? fetchSite)
    {
        request.Headers.Remove("Origin");
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        if (fetchSite is not null)
            request.Headers.Add("Sec-Fetch-Site", fetchSite);
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestApp app, HttpMessageInvoker invoker, string origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol("realtime");
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.SetRequestHeader(TestApp.UserHeader, "ann");
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(app.Address, RelayApp.Path)) { Scheme = "ws" }.Uri, invoker, CancellationToken.None).WithTimeout();
        }
        catch (WebSocketException)
        {
            // Refused, as the status tells.
        }
        return socket;
    }

    /// <summary>Sends a request that no HTTP client sends, and returns the beginning of the response.</summary>
    private static async Task<string> RawAsync(TestApp app, string requestLine, string headers = "", string body = "")
    {
        using var request = await RawRequest.BeginAsync(
            app, $"{requestLine}\r\nHost: {app.Address.Authority}\r\n{TestApp.UserHeader}: ann\r\nOrigin: http://{app.Address.Authority}\r\n{headers}\r\n{body}");
        return await request.ReceiveAsync();
    }
}
