using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Http;

public sealed class ClientSecretEndpointTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_secret_asked_for_without_a_body_lives_ten_minutes_and_carries_the_defaults()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(Noon), Seed = 1 });
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/client_secrets");

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((string)reply.Json["value"]!).Should().StartWith("ek_").And.HaveLength(35);
        ((long)reply.Json["expires_at"]!).Should().Be(Noon.AddSeconds(600).ToUnixTimeSeconds());
        Json(reply.Json["session"]!, without: "id").Should().Be(
            """
            {"type":"realtime","object":"realtime.session","model":"gpt-realtime","output_modalities":["audio"],
            "instructions":"You are a helpful, friendly assistant with a warm voice. Keep answers short, and say so when you do not know.",
            "tools":[],"tool_choice":"auto","max_output_tokens":"inf","tracing":null,"truncation":"auto","prompt":null,"expires_at":0,
            "audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,
            "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,
            "idle_timeout_ms":null,"create_response":true,"interrupt_response":true}},
            "output":{"format":{"type":"audio/pcm","rate":24000},"voice":"alloy","speed":1.0}},"include":null}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task What_was_asked_for_is_taken_and_the_rest_stays_at_its_default()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/client_secrets",
            """
            {"session":{"type":"realtime","instructions":"Sprich Deutsch – kurz.","max_output_tokens":400,
             "audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"low"}},"output":{"voice":"marin"}},
             "tools":[{"type":"function","name":"look_up","parameters":{"type":"object"}}]}}
            """);

        var session = reply.Json["session"]!;
        ((string)session["instructions"]!).Should().Be("Sprich Deutsch – kurz.");
        ((int)session["max_output_tokens"]!).Should().Be(400);
        session["audio"]!["input"]!["turn_detection"]!.ToJsonString().Should().Be(
            """{"type":"semantic_vad","eagerness":"low","create_response":true,"interrupt_response":true}""");
        session["audio"]!["output"]!.ToJsonString().Should().Be("""{"format":{"type":"audio/pcm","rate":24000},"voice":"marin","speed":1.0}""");
        session["tools"]!.ToJsonString().Should().Be("""[{"type":"function","name":"look_up","parameters":{"type":"object"}}]""");
        ((string)session["tool_choice"]!).Should().Be("auto");
    }

    [Fact]
    public async Task Turn_detection_that_is_null_stays_null()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/client_secrets", """{"session":{"type":"realtime","audio":{"input":{"turn_detection":null}}}}""");

        reply.Json["session"]!["audio"]!["input"]!.AsObject().Should().ContainKey("turn_detection").WhoseValue.Should().BeNull();
    }

    [Fact]
    public async Task What_a_tool_shows_to_its_server_is_not_echoed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/client_secrets",
            """
            {"session":{"type":"realtime","tools":[{"type":"mcp","server_label":"files","server_url":"https://example.com/mcp",
             "authorization":"canary-1","headers":{"x":"canary-2"}}]}}
            """);

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Body.Should().Contain("files").And.NotContain("canary");
    }

    [Fact]
    public async Task A_transcription_session_has_no_model_and_no_output()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/client_secrets",
            """{"session":{"type":"transcription","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}}""");

        Json(reply.Json["session"]!, without: "id").Should().Be(
            """
            {"type":"transcription","object":"realtime.transcription_session","expires_at":0,
            "audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-4o-transcribe"},"noise_reduction":null,
            "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null}}},
            "include":null}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task A_translation_secret_expires_with_its_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(Noon) });
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/translations/client_secrets",
            """{"expires_after":{"anchor":"created_at","seconds":10},"session":{"model":"gpt-realtime-translate","audio":{"output":{"language":"es"}}}}""");

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((long)reply.Json["expires_at"]!).Should().Be(Noon.AddSeconds(10).ToUnixTimeSeconds());
        ((long)reply.Json["session"]!["expires_at"]!).Should().Be(Noon.AddSeconds(10).ToUnixTimeSeconds());
        ((string)reply.Json["session"]!["type"]!).Should().Be("translation");
        ((string)reply.Json["session"]!["audio"]!["output"]!["language"]!).Should().Be("es");
    }

    [Theory]
    [InlineData("""{"sesion":{}}""", "unknown_parameter", "sesion")]
    [InlineData("""{"session":{"type":"realtime","temperature":0.8}}""", "unknown_parameter", "session.temperature")]
    [InlineData("""{"session":{"type":"realtime","audio":{"output":{"spede":1}}}}""", "unknown_parameter", "session.audio.output.spede")]
    [InlineData("""{"session":{"type":"realtime","tools":[{"type":"function","nam":"x"}]}}""", "unknown_parameter", "session.tools[0].nam")]
    [InlineData("""{"session":{"type":"transcription","model":"gpt-realtime"}}""", "unknown_parameter", "session.model")]
    [InlineData("""{"session":{"model":"gpt-realtime"}}""", "missing_required_parameter", "session.type")]
    [InlineData("""{"session":{"type":"translation"}}""", "invalid_value", "session.type")]
    [InlineData("""{"session":"realtime"}""", "invalid_type", "session")]
    [InlineData("""{"expires_after":{"anchor":"created_at","seconds":9}}""", "integer_below_min_value", "expires_after.seconds")]
    [InlineData("""{"expires_after":{"anchor":"created_at","seconds":7201}}""", "integer_above_max_value", "expires_after.seconds")]
    [InlineData("""{"expires_after":{"anchor":"created_at","seconds":"60"}}""", "invalid_type", "expires_after.seconds")]
    [InlineData("""{"expires_after":{"anchor":"now","seconds":60}}""", "invalid_value", "expires_after.anchor")]
    [InlineData("[]", "invalid_json", null)]
    [InlineData("{", "invalid_json", null)]
    public async Task What_the_service_refuses_is_refused_by_name(string body, string code, string? param)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/client_secrets", body);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.ErrorCode.Should().Be(code);
        reply.ErrorParam.Should().Be(param);
        ((string)reply.Json["error"]!["type"]!).Should().Be("invalid_request_error");
    }

    [Theory]
    [InlineData("{}", "session")]
    [InlineData("""{"session":{}}""", "session.model")]
    public async Task A_translation_secret_needs_a_model(string body, string param)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/translations/client_secrets", body);

        reply.ErrorCode.Should().Be("missing_required_parameter");
        reply.ErrorParam.Should().Be(param);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_ids_and_no_seed_gives_others()
    {
        var values = new List<string>();
        foreach (var seed in new int?[] { 7, 7, null, null })
        {
            await using var emulator = await RealtimeEmulator.StartAsync(new() { Seed = seed });
            using var caller = EmulatorCaller.Of(emulator);
            values.Add((string)(await caller.PostAsync("realtime/client_secrets")).Json["value"]!);
        }

        values[0].Should().Be(values[1]);
        values.Distinct().Should().HaveCount(3);
    }

    private static string Json(JsonNode json, string without)
    {
        var members = json.DeepClone().AsObject();
        members.Remove(without);
        return members.ToJsonString();
    }
}
