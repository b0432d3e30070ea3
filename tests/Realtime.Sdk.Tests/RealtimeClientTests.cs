using System.Net;
using System.Text.Json;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests;

public sealed class RealtimeClientTests : IAsyncLifetime
{
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = new(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = _emulator.ApiKey });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task A_session_is_sent_as_the_wire_wants_it_and_comes_back_as_a_secret()
    {
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Be brief." };

        var secret = await _client.CreateClientSecretAsync(new ClientSecretRequest { Session = session, ExpiresAfter = TimeSpan.FromMinutes(1) }).WithTimeout();

        secret.Value.Should().StartWith("ek_");
        secret.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Be brief.");
        var request = _emulator.Requests.Should().ContainSingle().Subject;
        request.Path.Should().Be("/v1/realtime/client_secrets");
        JsonSerializer.Deserialize<JsonElement>(request.BodyText).GetProperty("expires_after").GetProperty("seconds").GetInt32().Should().Be(60);
        request.Headers["Authorization"].Should().Be($"Bearer {_emulator.ApiKey}");
        request.Headers["User-Agent"].Should().StartWith("Realtime.Sdk/");
        request.Headers.Keys.Should().NotContain(["OpenAI-Beta", "OpenAI-Organization", "OpenAI-Project", "OpenAI-Safety-Identifier", "Cookie"]);
    }

    [Fact]
    public async Task A_secret_without_a_session_is_an_empty_object()
    {
        await _client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        _emulator.Requests.Single().BodyText.Should().Be("{}");
    }

    [Fact]
    public async Task A_translation_secret_has_its_own_address()
    {
        var session = new TranslationSessionConfiguration
        {
            Model = "gpt-realtime-translate",
            Audio = new() { Output = new() { Language = "de" } },
        };

        var secret = await _client.CreateTranslationClientSecretAsync(session).WithTimeout();

        secret.Session!.Configuration.Type.Should().Be("translation");
        _emulator.Requests.Single().Path.Should().Be("/v1/realtime/translations/client_secrets");
    }

    [Fact]
    public async Task Sessions_of_the_beta_come_with_a_secret_inside()
    {
        var session = await _client.CreateSessionAsync(new() { Model = "gpt-4o-realtime-preview", Temperature = 0.9 }).WithTimeout();
        var transcription = await _client.CreateTranscriptionSessionAsync(new() { InputAudioFormat = AudioFormat.Pcm }).WithTimeout();

        session.ClientSecret!.Value.Should().StartWith("ek_");
        session.Configuration.Should().BeOfType<LegacySessionConfiguration>().Which.Temperature.Should().Be(0.9);
        transcription.Id.Should().NotBeEmpty();
        _emulator.Requests.Select(request => request.Path).Should().Equal("/v1/realtime/sessions", "/v1/realtime/transcription_sessions");
    }

    [Fact]
    public async Task A_secret_may_be_for_another_user_than_the_clients()
    {
        await _client.CreateClientSecretAsync(new ClientSecretRequest { SafetyIdentifier = "user-7" }).WithTimeout();

        _emulator.Requests.Single().Headers["OpenAI-Safety-Identifier"].Should().Be("user-7");
        _emulator.Requests.Single().BodyText.Should().NotContain("user-7");
    }

    [Fact]
    public async Task A_safety_identifier_with_a_line_break_is_refused_even_without_validation()
    {
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = "sk-1", ValidateRequests = false });

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest { SafetyIdentifier = "user\r\nX-Evil: 1" });

        (await create.Should().ThrowAsync<RealtimeValidationException>())
            .WithMessage("The request was not sent: OpenAI-Safety-Identifier must contain only printable ASCII characters, without line breaks.");
        _emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public void The_base_URL_is_OpenAIs_until_it_is_set_and_is_never_null()
    {
        var options = new RealtimeClientOptions();

        var set = () => options.BaseUrl = null!;

        set.Should().Throw<ArgumentNullException>();
        options.BaseUrl.Should().Be("https://api.openai.com/v1");
    }

    [Fact]
    public async Task A_wrong_key_is_an_authentication_error_with_the_servers_words_and_request_id()
    {
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = "sk-wrong" });

        var create = () => client.CreateClientSecretAsync(new RealtimeSessionConfiguration());

        var error = (await create.Should().ThrowAsync<RealtimeApiException>()).Which;
        error.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        error.Kind.Should().Be(RealtimeApiErrorKind.Authentication);
        error.Error!.Code.Should().Be("invalid_api_key");
        error.RequestId.Should().Be(_emulator.Requests.Single().RequestId);
        error.IsTransient.Should().BeFalse();
        error.Attempts.Should().Be(1);
        error.ToString().Should().NotContain("sk-wrong");
    }

    [Fact]
    public async Task Prefix_and_query_of_the_base_url_are_kept()
    {
        var gateway = new Uri($"{_emulator.BaseUrl.GetLeftPart(UriPartial.Authority)}/openai/v1/?tenant=a%20b");
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = gateway, ApiKey = _emulator.ApiKey, ApiKeyScheme = RealtimeCredentialScheme.ApiKey });

        await client.CreateClientSecretAsync(new RealtimeSessionConfiguration()).WithTimeout();

        var request = _emulator.Requests.Single();
        request.Path.Should().Be("/openai/v1/realtime/client_secrets");
        request.Query.Should().Be("?tenant=a%20b");
        request.Headers["api-key"].Should().Be(_emulator.ApiKey);
        request.Headers.Keys.Should().NotContain("Authorization");
    }

    [Fact]
    public async Task A_404_names_the_path_that_was_asked_for_without_its_query()
    {
        var gateway = new Uri($"{_emulator.BaseUrl.GetLeftPart(UriPartial.Authority)}/team/v2?tenant=a");
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = gateway, ApiKey = _emulator.ApiKey });

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();
        var connect = () => client.ConnectAsync("gpt-realtime-2").WithTimeout();

        (await create.Should().ThrowAsync<RealtimeApiException>())
            .Which.Message.Should().StartWith("The server refused CreateClientSecretAsync with 404 at /team/v2/realtime/client_secrets").And.NotContain("tenant");
        (await connect.Should().ThrowAsync<RealtimeApiException>())
            .Which.Message.Should().StartWith("The server refused ConnectAsync with 404 at /team/v2/realtime").And.NotContain("tenant");
    }

    [Fact]
    public async Task A_disposed_client_says_so()
    {
        _client.Dispose();
        _client.Dispose();

        var create = () => _client.CreateClientSecretAsync(new RealtimeSessionConfiguration());

        await create.Should().ThrowAsync<ObjectDisposedException>();
    }
}
