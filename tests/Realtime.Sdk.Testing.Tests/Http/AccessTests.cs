using System.Net;

namespace Realtime.Sdk.Testing.Tests.Http;

public sealed class AccessTests
{
    private const string Wrong = "sk-proj-wrong-0123456789";

    [Fact]
    public async Task A_wrong_key_is_refused_without_being_quoted()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = new EmulatorCaller(emulator.BaseUrl, Wrong);

        var reply = await caller.PostAsync("realtime/client_secrets");

        reply.Status.Should().Be(HttpStatusCode.Unauthorized);
        reply.ErrorCode.Should().Be("invalid_api_key");
        reply.Body.Should().NotContain(Wrong);
        reply.Headers["x-request-id"].Should().Be(emulator.Requests.Single().RequestId).And.StartWith("req_");
    }

    [Fact]
    public async Task No_key_is_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = new EmulatorCaller(emulator.BaseUrl, key: null);

        var reply = await caller.PostAsync("realtime/client_secrets");

        reply.Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_in_the_subprotocol_and_in_a_header_is_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime?model=gpt-realtime", options =>
        {
            options.SetRequestHeader("Authorization", $"Bearer {emulator.ApiKey}");
            options.AddSubProtocol("realtime");
            options.AddSubProtocol($"openai-insecure-api-key.{emulator.ApiKey}");
        });

        var error = await caller.ReceiveAsync();
        await caller.ReceiveBytesAsync();

        error["error"]!["message"]!.ToString().Should().Be("You must only send one of protocol api key and Authorization header.");
        caller.Socket.CloseStatus.Should().Be((System.Net.WebSockets.WebSocketCloseStatus)3000);
    }

    [Fact]
    public async Task A_client_secret_makes_no_further_secrets()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var owner = EmulatorCaller.Of(emulator);
        var secret = (string)(await owner.PostAsync("realtime/client_secrets")).Json["value"]!;
        using var holder = new EmulatorCaller(emulator.BaseUrl, secret);

        var reply = await holder.PostAsync("realtime/client_secrets");

        reply.Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Azure_callers_find_the_same_below_openai_and_may_use_their_header()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = new EmulatorCaller(new(emulator.BaseUrl, "/openai/v1"), key: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(emulator.BaseUrl, "/openai/v1/realtime/client_secrets"));
        request.Headers.Add("api-key", emulator.ApiKey);

        var reply = await caller.SendAsync(request);

        reply.Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "POST", HttpStatusCode.NotFound)]
    [InlineData("/v2/realtime/client_secrets", "POST", HttpStatusCode.NotFound)]
    [InlineData("/v1/realtime/client_secrets/", "POST", HttpStatusCode.NotFound)]
    [InlineData("/v1/realtime/client_secrets", "GET", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_not_served_says_so(string path, string method, HttpStatusCode status)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(emulator.BaseUrl, path));

        var reply = await caller.SendAsync(request);

        reply.Status.Should().Be(status);
        reply.Json["error"]!["message"].Should().NotBeNull();
    }

    [Fact]
    public async Task The_https_address_serves_the_same_under_its_own_certificate()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var handler = emulator.CreateHandler();
        using var caller = new EmulatorCaller(emulator.HttpsBaseUrl, emulator.ApiKey, handler);

        var reply = await caller.PostAsync("realtime/client_secrets");

        reply.Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_handler_of_one_emulator_does_not_trust_another()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        await using var other = await RealtimeEmulator.StartAsync();
        using var handler = emulator.CreateHandler();
        using var caller = new EmulatorCaller(other.HttpsBaseUrl, other.ApiKey, handler);

        var call = () => caller.PostAsync("realtime/client_secrets");

        await call.Should().ThrowAsync<HttpRequestException>();
    }
}
