using System.Net;

namespace Realtime.Sdk.Testing.Tests.Http;

public sealed class CorsTests
{
    private const string Page = "http://localhost:3000";

    [Theory]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://[::1]:5173")]
    [InlineData("https://localhost")]
    [InlineData("http://app.localhost:4200")]
    public async Task A_page_of_a_loopback_address_may_call(string origin)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var reply = await PreflightAsync(emulator, origin);

        reply.Status.Should().Be(HttpStatusCode.NoContent);
        reply.Headers["Access-Control-Allow-Origin"].Should().Be(origin);
        reply.Headers["Access-Control-Allow-Methods"].Should().Be("POST");
        reply.Headers["Access-Control-Allow-Headers"].Should().Be("authorization,content-type");
        reply.Headers["Vary"].Should().Be("Origin");
    }

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("http://localhost.example.com")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("capacitor://localhost")]
    [InlineData("null")]
    public async Task Other_pages_may_not(string origin)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var replies = new[] { await PreflightAsync(emulator, origin), await AskAsync(emulator, origin) };

        replies.Should().AllSatisfy(reply => reply.Headers.Keys.Should().NotContain(name => name.StartsWith("Access-Control")));
    }

    [Theory]
    [InlineData("realtime/client_secrets", HttpStatusCode.OK)]
    [InlineData("realtime/calls", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("realtime/calls/rtc_unknown/hangup", HttpStatusCode.NotFound)]
    [InlineData("other", HttpStatusCode.NotFound)]
    public async Task A_page_reads_every_answer_and_its_headers(string path, HttpStatusCode status)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var reply = await AskAsync(emulator, Page, path);

        reply.Status.Should().Be(status);
        ShouldBeReadable(reply);
    }

    [Fact]
    public async Task A_page_reads_why_its_key_was_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var reply = await AskAsync(emulator, Page, key: "ek_unknown");

        reply.ErrorCode.Should().Be("invalid_api_key");
        ShouldBeReadable(reply);
    }

    [Fact]
    public async Task A_scripted_answer_is_for_the_request_and_not_for_its_preflight()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.RespondNext(429, """{"error":{"code":"rate_limit_exceeded"}}""");

        var preflight = await PreflightAsync(emulator, Page);
        var reply = await AskAsync(emulator, Page);

        preflight.Status.Should().Be(HttpStatusCode.NoContent);
        reply.Status.Should().Be(HttpStatusCode.TooManyRequests);
        ShouldBeReadable(reply);
        emulator.Requests.Should().ContainSingle().Which.Method.Should().Be("POST");
    }

    [Theory]
    [InlineData("https://app.test:8443")]
    [InlineData("null")]
    public async Task More_origins_may_be_allowed(string origin)
    {
        var origins = new List<string> { origin };
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AllowedOrigins = origins });

        origins.Clear();
        var reply = await AskAsync(emulator, origin);

        reply.Headers["Access-Control-Allow-Origin"].Should().Be(origin);
    }

    [Theory]
    [InlineData("https://app.test/")]
    [InlineData("https://app.test:443")]
    [InlineData("HTTPS://APP.TEST")]
    [InlineData("app.test")]
    [InlineData("file://")]
    [InlineData("*")]
    [InlineData("")]
    public async Task An_origin_that_no_browser_sends_is_refused(string origin)
    {
        var start = () => RealtimeEmulator.StartAsync(new() { AllowedOrigins = ["https://app.test", origin] });

        await start.Should().ThrowAsync<ArgumentException>().WithMessage($"AllowedOrigins contains '{origin}', which is not an origin*");
    }

    [Fact]
    public async Task A_page_of_any_origin_opens_a_socket()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var secret = await client.CreateClientSecretAsync(new ClientSecretRequest { Session = new RealtimeSessionConfiguration { Model = "gpt-realtime" } });

        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime?model=gpt-realtime", options =>
        {
            options.SetRequestHeader("Origin", "https://example.com");
            options.AddSubProtocol("realtime");
            options.AddSubProtocol($"openai-insecure-api-key.{secret.Value}");
        });

        caller.Socket.SubProtocol.Should().Be("realtime");
        ((string?)(await caller.ReceiveAsync())["type"]).Should().Be("session.created");
    }

    private static void ShouldBeReadable(Reply reply)
    {
        reply.Headers["Access-Control-Allow-Origin"].Should().Be(Page);
        reply.Headers["Access-Control-Expose-Headers"].Should().Be("Location,x-request-id");
        reply.Headers["Vary"].Should().Be("Origin");
    }

    /// <summary>The preflight of a browser.</summary>
    private static async Task<Reply> PreflightAsync(RealtimeEmulator emulator, string origin)
    {
        using var caller = new EmulatorCaller(emulator.BaseUrl, key: null);
        using var request = new HttpRequestMessage(HttpMethod.Options, $"{emulator.BaseUrl}/realtime/calls");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return await caller.SendAsync(request).WithTimeout();
    }

    private static async Task<Reply> AskAsync(RealtimeEmulator emulator, string origin, string path = "realtime/client_secrets", string? key = null)
    {
        using var caller = new EmulatorCaller(emulator.BaseUrl, key ?? emulator.ApiKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{emulator.BaseUrl}/{path}");
        request.Headers.Add("Origin", origin);
        return await caller.SendAsync(request).WithTimeout();
    }
}
