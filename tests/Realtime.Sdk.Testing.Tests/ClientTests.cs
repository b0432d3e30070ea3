using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests;

/// <summary>The SDK's own client meets the emulator.</summary>
public sealed class ClientTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_secret_made_with_the_typed_client_carries_the_effective_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(Noon) });
        using var client = emulator.CreateClient();
        var asked = new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime-2",
            Audio = new() { Output = new() { Voice = Voice.Marin, Speed = 1.25 }, Input = new() { TurnDetection = TurnDetection.Disabled } },
            Tools = [new FunctionTool { Name = "look_up" }],
            MaxOutputTokens = 400,
        };

        var secret = await client.CreateClientSecretAsync(new ClientSecretRequest { Session = asked, ExpiresAfter = TimeSpan.FromMinutes(1) });

        secret.ExpiresAt.Should().Be(Noon.AddMinutes(1));
        secret.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>();
        secret.Session.DifferencesFrom(asked).Should().BeEmpty();
    }

    [Fact]
    public async Task What_the_server_does_not_show_again_is_a_difference()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var asked = new RealtimeSessionConfiguration { ParallelToolCalls = true };

        var secret = await client.CreateClientSecretAsync(asked);

        secret.Session!.DifferencesFrom(asked).Should().ContainSingle().Which.Path.Should().Be("parallel_tool_calls");
    }

    [Fact]
    public async Task Every_member_the_sdk_can_send_is_known_to_the_emulator()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();

        await client.CreateClientSecretAsync(Payloads.Realtime);
        await client.CreateClientSecretAsync(Payloads.Transcription);
        await client.CreateTranslationClientSecretAsync(Payloads.Translation);
        await client.CreateSessionAsync(Payloads.Legacy);
        await client.CreateTranscriptionSessionAsync(Payloads.LegacyTranscription);

        emulator.Requests.Should().HaveCount(5);
    }

    [Fact]
    public async Task A_client_with_another_key_is_refused_as_by_the_service()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient(options => options.ApiKey = "sk-other");

        var call = () => client.CreateClientSecretAsync(new RealtimeSessionConfiguration());

        var refusal = (await call.Should().ThrowAsync<RealtimeApiException>()).Which;
        ((int)refusal.StatusCode!).Should().Be(401);
        refusal.Error!.Code.Should().Be("invalid_api_key");
        refusal.RequestId.Should().Be(emulator.Requests.Single().RequestId);
    }

    [Fact]
    public async Task The_client_speaks_https_over_the_emulators_handler()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = new RealtimeClient(emulator.CreateHandler(), new() { BaseUrl = emulator.HttpsBaseUrl, ApiKey = emulator.ApiKey });

        var secret = await client.CreateClientSecretAsync(new RealtimeSessionConfiguration());

        secret.Value.Should().StartWith("ek_");
    }

    [Fact]
    public async Task What_the_sdk_would_refuse_the_emulator_refuses_too_by_its_wire_path()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient(options => options.ValidateRequests = false);

        var call = () => client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Audio = new() { Output = new() { Speed = 2 } } });

        var refusal = (await call.Should().ThrowAsync<RealtimeApiException>()).Which;
        ((int)refusal.StatusCode!).Should().Be(400);
        refusal.Error!.Code.Should().Be("decimal_above_max_value");
        refusal.Error.Param.Should().Be("session.audio.output.speed");
    }
}
