using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The handshake that the service gets: nothing of the client's request is in it.</summary>
public sealed partial class UpstreamHandshakeTests
{
    private const string Answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nSet-Cookie: upstream=1; Path=/\r\nConnection: close\r\n\r\n";

    /// <summary>Everything with which a client could try to choose the session, its address, or a header of the server's request.</summary>
    private static readonly Dictionary<string, string> HostileHeaders = new()
    {
        ["Authorization"] = "Bearer ek_canary",
        ["api-key"] = "ek_canary",
        ["OpenAI-Organization"] = "org-canary",
        ["OpenAI-Project"] = "proj-canary",
        ["OpenAI-Beta"] = "realtime=v1",
        ["OpenAI-Safety-Identifier"] = "canary",
        ["Cookie"] = "canary=1",
        ["User-Agent"] = "canary/1.0",
        ["X-Forwarded-For"] = "203.0.113.1",
        ["X-Forwarded-Host"] = "evil.example",
        ["X-Forwarded-Proto"] = "https",
        ["X-Forwarded-Prefix"] = "/evil",
        ["Forwarded"] = "host=evil.example",
        ["X-Original-URL"] = "/v1/evil",
        ["X-Request-Id"] = "canary",
        ["X-Client-Request-Id"] = "canary",
        ["Referer"] = "https://evil.example/",
        ["Accept-Language"] = "canary",
        ["Sec-WebSocket-Extensions"] = "permessage-deflate; client_max_window_bits",
        ["Sec-WebSocket-Protocol"] = "realtime, openai-insecure-api-key.ek_canary, openai-organization.org-canary, openai-project.proj-canary, openai-beta.realtime-v1",
    };

    [Fact]
    public async Task Nothing_of_the_request_reaches_the_service()
    {
        await using var service = new BareService(Answer);
        await using var app = await StartAsync(service);

        await SendAsync(app);
        await SendAsync(app, "?model=gpt-evil&call_id=rtc_evil&intent=transcription&api-version=1&base_url=https://evil.example&instructions=evil", request =>
        {
            foreach (var (name, value) in HostileHeaders)
                request.Headers.TryAddWithoutValidation(name, value);
        });

        service.Heads.Should().HaveCount(2);
        WithoutNonce(service.Heads[1]).Should().Be(WithoutNonce(service.Heads[0]));
        service.Heads[0].Should().StartWith("GET /v1/realtime?model=gpt-realtime-2.1 HTTP/1.1\r\n").And.Contain("Authorization: Bearer sk-emulator\r\n").And.Contain($"Host: {service.BaseUrl.Authority}\r\n");
    }

    [Fact]
    public async Task Tracing_headers_of_the_client_do_not_reach_the_service()
    {
        await using var service = new BareService(Answer);
        await using var app = await StartAsync(service);
        using var observations = new Observations();

        await SendAsync(app, "", request =>
        {
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            request.Headers.Add("tracestate", "canary=state");
            request.Headers.Add("baggage", "canary=baggage");
            request.Headers.Add("Correlation-Context", "canary=context");
            request.Headers.Add("Request-Id", "|canary.1.");
        });

        service.Heads.Should().ContainSingle().Which.Should().NotContain("canary").And.NotContain("0af7651916cd43dd8448eb211c80319c");
    }

    private static Task<TestApp> StartAsync(BareService service) => TestApp.StartAsync(
        app =>
        {
            // The strangest case: the app trusts every header of a proxy.
            app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.All });
            app.MapRealtimeRelay(RelayApp.Path, "waiter", new() { AllowedOrigins = ["https://www.example.com"] }).RequireAuthorization();
        },
        builder => builder.Services.PostConfigureAll<RealtimeClientOptions>(options => (options.BaseUrl, options.MaxRetries) = (service.BaseUrl, 0)));

    private static async Task SendAsync(TestApp app, string query = "", Action<HttpRequestMessage>? change = null)
    {
        using var response = await Door.Relay.SendAsync(app, RelayApp.Path + query, change: request =>
        {
            request.Headers.Remove("Origin");
            request.Headers.Add("Origin", "https://www.example.com");
            change?.Invoke(request);
        });
        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>Removes the only part of a handshake that is random.</summary>
    private static string WithoutNonce(string head) => Nonce().Replace(head, "Sec-WebSocket-Key: …");

    [GeneratedRegex("Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==")]
    private static partial Regex Nonce();
}
