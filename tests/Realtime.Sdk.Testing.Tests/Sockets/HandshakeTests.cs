using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Sockets;

public sealed class HandshakeTests
{
    [Theory]
    [InlineData("realtime?model=gpt-realtime-2", "realtime", "gpt-realtime-2")]
    [InlineData("realtime?intent=transcription", "transcription", null)]
    [InlineData("realtime/translations?model=gpt-realtime-translate", "translation", "gpt-realtime-translate")]
    public async Task A_session_is_greeted_with_the_defaults_of_its_target(string target, string type, string? model)
    {
        var noon = new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(noon) });
        using var caller = await SocketCaller.ConnectAsync(emulator, target);

        var created = await caller.ReceiveAsync();

        ((string)created["type"]!).Should().Be("session.created");
        ((string)created["event_id"]!).Should().StartWith("event_");
        ((string)created["session"]!["type"]!).Should().Be(type);
        ((string?)created["session"]!["model"]).Should().Be(model);
        ((string)created["session"]!["id"]!).Should().StartWith("sess_").And.Be(emulator.Sessions.Single().Id);
        ((long)created["session"]!["expires_at"]!).Should().Be(noon.AddMinutes(60).ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("realtime?model=gpt-realtime&call_id=rtc_1", HttpStatusCode.BadRequest)]
    [InlineData("realtime?intent=dictation", HttpStatusCode.BadRequest)]
    [InlineData("realtime?call_id=rtc_unknown", HttpStatusCode.NotFound)]
    [InlineData("realtime/elsewhere?model=gpt-realtime", HttpStatusCode.NotFound)]
    public async Task A_target_that_is_double_or_unknown_is_refused(string target, HttpStatusCode status)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var (caller, failure) = await SocketCaller.TryConnectAsync(emulator, target, o => o.SetRequestHeader("api-key", emulator.ApiKey));

        using (caller)
        {
            failure.Should().NotBeNull();
            caller.Socket.HttpStatusCode.Should().Be(status);
            emulator.Sessions.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_refused_upgrade_says_why_in_the_services_words()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{emulator.BaseUrl}/realtime?call_id=rtc_1"));
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");

        var reply = await caller.SendAsync(request);

        reply.Status.Should().Be(HttpStatusCode.NotFound);
        reply.ErrorCode.Should().Be("call_id_not_found");
        reply.Headers["x-request-id"].Should().StartWith("req_");
    }

    [Fact]
    public async Task A_browsers_secret_opens_its_session_by_subprotocol_until_it_expires()
    {
        var time = new FakeTimeProvider(new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        using var owner = EmulatorCaller.Of(emulator);
        var minted = (await owner.PostAsync("realtime/client_secrets", """{"session":{"type":"realtime","model":"gpt-realtime-2","audio":{"output":{"voice":"cedar"}}}}""")).Json;
        void Offer(System.Net.WebSockets.ClientWebSocketOptions options)
        {
            options.AddSubProtocol("realtime");
            options.AddSubProtocol($"openai-insecure-api-key.{(string)minted["value"]!}");
        }

        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime", Offer);
        var created = await caller.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(600));
        using var late = await SocketCaller.ConnectAsync(emulator, "realtime", Offer);

        caller.Socket.SubProtocol.Should().Be("realtime");
        ((string)created["session"]!["audio"]!["output"]!["voice"]!).Should().Be("cedar");
        ((string)created["session"]!["model"]!).Should().Be("gpt-realtime-2");
        ((string)(await late.ReceiveAsync())["error"]!["code"]!).Should().Be("invalid_api_key");
    }

    [Theory]
    [InlineData("realtime?intent=transcription")]
    [InlineData("realtime")]
    public async Task A_secret_of_a_transcription_session_opens_that_session(string target)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var owner = EmulatorCaller.Of(emulator);
        const string asked = """{"session":{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1"}}}}}""";
        var secret = (string)(await owner.PostAsync("realtime/client_secrets", asked)).Json["value"]!;

        using var caller = await SocketCaller.ConnectAsync(emulator, target, options => options.SetRequestHeader("Authorization", $"Bearer {secret}"));
        var created = await caller.ReceiveAsync();

        ((string)created["session"]!["type"]!).Should().Be("transcription");
        ((string)created["session"]!["audio"]!["input"]!["transcription"]!["model"]!).Should().Be("whisper-1");
    }

    [Fact]
    public async Task A_secret_of_a_translation_session_opens_that_session_and_no_call()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var owner = EmulatorCaller.Of(emulator);
        const string asked = """{"session":{"model":"gpt-realtime-translate","audio":{"output":{"language":"es"}}}}""";
        var secret = (string)(await owner.PostAsync("realtime/translations/client_secrets", asked)).Json["value"]!;

        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime/translations", options => options.SetRequestHeader("Authorization", $"Bearer {secret}"));
        var created = await caller.ReceiveAsync();
        var (other, _) = await SocketCaller.TryConnectAsync(emulator, "realtime?call_id=rtc_1", options => options.SetRequestHeader("Authorization", $"Bearer {secret}"));

        ((string)created["session"]!["audio"]!["output"]!["language"]!).Should().Be("es");
        using (other)
            other.Socket.HttpStatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_request_without_a_handshake_is_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{emulator.BaseUrl}/realtime?model=gpt-realtime"));

        var reply = await caller.SendAsync(request);

        (reply.Status, reply.ErrorCode).Should().Be((HttpStatusCode.BadRequest, "websocket_required"));
    }

    [Fact]
    public async Task Azure_clients_find_the_socket_below_openai()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        using var caller = await SocketCaller.ConnectAsync(emulator, "../openai/v1/realtime?model=my-deployment", o => o.SetRequestHeader("api-key", emulator.ApiKey));

        ((string)(await caller.ReceiveAsync())["session"]!["model"]!).Should().Be("my-deployment");
    }

    [Fact]
    public async Task The_beta_is_let_in_told_off_and_sent_away()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime?model=gpt-realtime", o =>
        {
            o.SetRequestHeader("Authorization", $"Bearer {emulator.ApiKey}");
            o.SetRequestHeader("OpenAI-Beta", "realtime=v1");
        });

        var error = await caller.ReceiveAsync();
        var close = await caller.ReceiveBytesAsync();

        ((string)error["type"]!).Should().Be("error");
        ((string)error["error"]!["code"]!).Should().Be("beta_api_shape_disabled");
        close.Should().BeNull();
        ((int)caller.Socket.CloseStatus!).Should().Be(4000);
        caller.Socket.CloseStatusDescription.Should().Be("invalid_request_error.beta_api_shape_disabled");
    }

    [Fact]
    public async Task A_scripted_answer_refuses_an_upgrade_and_a_scripted_delay_holds_it_back()
    {
        var time = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        emulator.RespondNext(429, """{"error":{"code":"rate_limit_exceeded"}}""");
        emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromMinutes(1) });

        var (refused, _) = await SocketCaller.TryConnectAsync(emulator, "realtime?model=gpt-realtime");
        var connecting = SocketCaller.ConnectAsync(emulator);
        await emulator.WhenReceivedAsync(2);
        await emulator.WhenIdleAsync();
        var early = connecting.IsCompleted;
        time.Advance(TimeSpan.FromMinutes(1));
        using var caller = await connecting;

        refused.Socket.HttpStatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        early.Should().BeFalse();
        ((string)(await caller.ReceiveAsync())["type"]!).Should().Be("session.created");
        refused.Dispose();
    }

    [Fact]
    public async Task A_header_of_a_scripted_answer_spoils_the_handshake()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.RespondNext(new EmulatorHttpResponse { Headers = new Dictionary<string, string> { ["Sec-WebSocket-Accept"] = "wrong" } });

        var (caller, failure) = await SocketCaller.TryConnectAsync(emulator, "realtime?model=gpt-realtime", o => o.SetRequestHeader("api-key", emulator.ApiKey));

        failure.Should().NotBeNull();
        caller.Dispose();
    }
}
