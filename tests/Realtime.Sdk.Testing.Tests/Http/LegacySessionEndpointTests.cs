using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Http;

public sealed class LegacySessionEndpointTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_legacy_session_carries_its_secret_inside_and_lives_one_minute()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(Noon) });
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/sessions", """{"model":"gpt-realtime","modalities":["text"],"temperature":0.7}""");

        reply.Status.Should().Be(HttpStatusCode.OK);
        ((string)reply.Json["client_secret"]!["value"]!).Should().StartWith("ek_");
        ((long)reply.Json["client_secret"]!["expires_at"]!).Should().Be(Noon.AddSeconds(60).ToUnixTimeSeconds());
        reply.Json["modalities"]!.ToJsonString().Should().Be("""["text"]""");
        ((double)reply.Json["temperature"]!).Should().Be(0.7);
        ((string)reply.Json["voice"]!).Should().Be("alloy");
        ((string)reply.Json["input_audio_format"]!).Should().Be("pcm16");
        ((string)reply.Json["max_response_output_tokens"]!).Should().Be("inf");
    }

    [Theory]
    [InlineData("realtime/sessions", """{"client_secret":{"expires_after":{"anchor":"created_at","seconds":300}}}""")]
    [InlineData("realtime/transcription_sessions", """{"client_secret":{"expires_at":{"anchor":"created_at","seconds":300}}}""")]
    public async Task A_legacy_session_may_ask_for_a_longer_life(string path, string body)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(Noon) });
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync(path, body);

        ((long)reply.Json["client_secret"]!["expires_at"]!).Should().Be(Noon.AddSeconds(300).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_legacy_transcription_session_is_flat_and_has_no_model_of_its_own()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/transcription_sessions", """{"input_audio_transcription":{"model":"whisper-1"}}""");

        ((string)reply.Json["object"]!).Should().Be("realtime.transcription_session");
        reply.Json["input_audio_transcription"]!.ToJsonString().Should().Be("""{"model":"whisper-1"}""");
        reply.Json.AsObject().Should().NotContainKey("model");
    }

    [Fact]
    public async Task The_nested_shape_is_refused_where_the_flat_one_belongs()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);

        var reply = await caller.PostAsync("realtime/sessions", """{"audio":{"output":{"voice":"marin"}}}""");

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.ErrorParam.Should().Be("audio");
    }
}
