using System.Net;
using System.Net.WebSockets;

namespace Realtime.Sdk.Testing.Tests.Sockets;

/// <summary>How wrong keys and models are refused on a WebSocket. The messages and codes are from public reports about the service.</summary>
public sealed class RefusalTests
{
    private const string Model = "realtime?model=gpt-realtime";

    private static readonly DateOnly AfterTheFirstGeneration = new(2027, 1, 20);

    [Theory]
    [InlineData(Model, "sk-other", 3000, "invalid_api_key", "Incorrect API key provided: sk-…(8). You can find your API key at https://platform.openai.com/account/api-keys.")]
    [InlineData(Model, null, 3000, null, "Missing bearer or basic authentication in header")]
    [InlineData("realtime?model=gpt-9", "", 4004, "model_not_found", "The model `gpt-9` does not exist or you do not have access to it.")]
    [InlineData("realtime?model=gpt-live-1", "", 4000, "invalid_model", "Model \"gpt-live-1\" is not supported in realtime mode. See https://platform.openai.com/docs/models for a list of supported models.")]
    [InlineData("realtime/translations?model=gpt-realtime", "", 4004, "model_not_found", "The model `gpt-realtime` does not exist or you do not have access to it.")]
    [InlineData("realtime", "", 4000, "missing_model", "You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5")]
    [InlineData("realtime?model=", "", 4000, "missing_model", "You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5")]
    [InlineData("realtime/translations", "", 4000, "missing_model", "You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5")]
    [InlineData("realtime?intent=transcription&model=gpt-realtime", "", 4000, "invalid_model", "You must not provide a model parameter for transcription sessions.")]
    public async Task A_wrong_key_or_model_gets_an_error_event_and_a_close_after_the_handshake(string target, string? key, int close, string? code, string message)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(_ => throw new InvalidOperationException("A refused client must not meet the script."));
        using var caller = await SocketCaller.ConnectAsync(emulator, target, options => Authorize(options, key is "" ? emulator.ApiKey : key));

        var error = await caller.ReceiveAsync();
        var end = await caller.ReceiveBytesAsync();

        ((string)error["type"]!).Should().Be("error");
        ((string?)error["error"]!["type"], (string?)error["error"]!["code"], (string?)error["error"]!["message"], (string?)error["error"]!["param"])
            .Should().Be(("invalid_request_error", code, message, null));
        end.Should().BeNull();
        ((int)caller.Socket.CloseStatus!, caller.Socket.CloseStatusDescription)
            .Should().Be((close, code is null ? "invalid_request_error" : $"invalid_request_error.{code}"));
    }

    [Theory]
    [InlineData(Model, "sk-other", HttpStatusCode.Unauthorized)]
    [InlineData(Model, null, HttpStatusCode.Unauthorized)]
    [InlineData("realtime?model=gpt-9", "", HttpStatusCode.NotFound)]
    [InlineData("realtime?model=gpt-live-1", "", HttpStatusCode.BadRequest)]
    [InlineData("realtime", "", HttpStatusCode.BadRequest)]
    public async Task On_request_the_status_of_the_handshake_refuses(string target, string? key, HttpStatusCode status)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { RefusesAtHandshake = true });

        var (caller, failure) = await SocketCaller.TryConnectAsync(emulator, target, options => Authorize(options, key is "" ? emulator.ApiKey : key));

        failure.Should().NotBeNull();
        caller.Socket.HttpStatusCode.Should().Be(status);
        emulator.Sessions.Should().BeEmpty();
        caller.Dispose();
    }

    [Theory]
    [InlineData("openai/v1/realtime?model=gpt-realtime", "sk-other")]
    [InlineData("openai/v1/realtime?model=gpt-realtime&api-version=2025-04-01-preview", "")]
    public async Task Azure_refuses_at_the_handshake(string target, string key)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var (caller, failure) = await SocketCaller.TryConnectAsync(
            emulator, $"../{target}", options => options.SetRequestHeader("api-key", key.Length == 0 ? emulator.ApiKey : key));

        failure.Should().NotBeNull();
        caller.Socket.HttpStatusCode.Should().Be(HttpStatusCode.Unauthorized);
        caller.Dispose();
    }

    [Fact]
    public async Task Azures_preview_answers_that_the_betas_shape_has_ended()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(
            emulator, "../openai/realtime?api-version=2025-04-01-preview&deployment=voice", options => options.SetRequestHeader("api-key", emulator.ApiKey));

        var error = await caller.ReceiveAsync();
        var end = await caller.ReceiveBytesAsync();

        ((string)error["error"]!["code"]!).Should().Be("beta_api_shape_disabled");
        end.Should().BeNull();
        ((int)caller.Socket.CloseStatus!).Should().Be(4000);
    }

    [Fact]
    public async Task A_deployment_of_Azure_keeps_its_name_in_updates_and_transcription()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator, "../openai/v1/realtime?model=my-voice", options => options.SetRequestHeader("api-key", emulator.ApiKey));
        await caller.ReceiveAsync();

        await caller.SendAsync("""
            {"type":"session.update","session":{"type":"realtime","model":"my-voice","audio":{"input":{"transcription":{"model":"my-ears"}}}}}
            """);

        var updated = await caller.ReceiveAsync();
        ((string)updated["session"]!["audio"]!["input"]!["transcription"]!["model"]!).Should().Be("my-ears");
    }

    [Fact]
    public async Task A_model_that_is_shut_down_is_refused_on_the_day_that_the_options_name()
    {
        await using var before = await RealtimeEmulator.StartAsync(new() { ServiceDate = AfterTheFirstGeneration.AddDays(-1) });
        await using var after = await RealtimeEmulator.StartAsync(new() { ServiceDate = AfterTheFirstGeneration });

        using var greeted = await SocketCaller.ConnectAsync(before);
        using var refused = await SocketCaller.ConnectAsync(after);
        using var newer = await SocketCaller.ConnectAsync(after, "realtime?model=gpt-realtime-2.1");

        ((string)(await greeted.ReceiveAsync())["type"]!).Should().Be("session.created");
        ((string)(await refused.ReceiveAsync())["error"]!["code"]!).Should().Be("model_not_found");
        ((string)(await newer.ReceiveAsync())["type"]!).Should().Be("session.created");
    }

    [Fact]
    public async Task After_its_shutdown_the_default_model_is_its_successor_and_stored_prompts_are_unknown()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ServiceDate = AfterTheFirstGeneration });
        using var caller = EmulatorCaller.Of(emulator);

        var secret = await caller.PostAsync("realtime/client_secrets");
        var prompt = await caller.PostAsync("realtime/client_secrets", """{"session":{"type":"realtime","prompt":{"id":"pmpt_1"}}}""");
        var model = await caller.PostAsync("realtime/client_secrets", """{"session":{"type":"realtime","model":"gpt-realtime-mini"}}""");

        ((string)secret.Json["session"]!["model"]!).Should().Be("gpt-realtime-2.1");
        (prompt.ErrorCode, prompt.ErrorParam).Should().Be(("unknown_parameter", "session.prompt"));
        (model.Status, model.ErrorCode, model.ErrorParam).Should().Be((HttpStatusCode.NotFound, "model_not_found", "session.model"));
    }

    [Fact]
    public async Task A_secret_for_a_model_of_another_api_is_created_and_opens_no_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var owner = EmulatorCaller.Of(emulator);
        var minted = await owner.PostAsync("realtime/client_secrets", """{"session":{"type":"realtime","model":"gpt-live-1"}}""");

        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime", options => Authorize(options, (string)minted.Json["value"]!));

        ((string)(await caller.ReceiveAsync())["error"]!["code"]!).Should().Be("invalid_model");
    }

    private static void Authorize(ClientWebSocketOptions options, string? key)
    {
        if (key is not null)
            options.SetRequestHeader("Authorization", $"Bearer {key}");
    }
}
