using RichardSzalay.MockHttp;

namespace Realtime.Sdk.Tests.Credentials;

public sealed class RealtimeCredentialTests
{
    private const string Canary = "sk-canary-4711";

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(Canary + "\n")]
    [InlineData(Canary + "\r\n")]
    [InlineData(Canary + " ")]
    [InlineData("sk canary-4711")]
    [InlineData("sk-canary-4711ü")]
    [InlineData("sk-canary-4711\u200b")]
    [InlineData("\tsk-canary-4711")]
    public void A_key_that_is_none_is_refused_without_being_shown(string key)
    {
        Action[] ways =
        [
            () => RealtimeCredential.FromApiKey(key),
            () => RealtimeCredential.FromEphemeralKey(key),
            () => _ = new RealtimeClient(key),
            () => _ = new RealtimeClient(new RealtimeClientOptions { ApiKey = key }),
            () => _ = new RealtimeClient(new HttpClient(), new RealtimeClientOptions { ApiKey = key, HttpClientFollowsNoRedirects = true }),
            () => _ = new RealtimeClient(new SocketsHttpHandler(), new RealtimeClientOptions { ApiKey = key }),
        ];

        foreach (var way in ways)
            way.Should().Throw<ArgumentException>().Which.ToString().Should().NotContain("canary-4711");
    }

    [Fact]
    public void A_credential_prints_its_kind_and_header_only()
    {
        RealtimeCredential.FromApiKey(Canary).ToString().Should().Be("API key as Authorization: Bearer");
        RealtimeCredential.FromApiKey(Canary, RealtimeCredentialScheme.ApiKey).ToString().Should().Be("API key as api-key");
        RealtimeCredential.FromEphemeralKey("ek_1").ToString().Should().Be("ephemeral key as Authorization: Bearer");
        RealtimeCredential.FromTokenProvider(_ => new("t")).ToString().Should().Be("token provider as Authorization: Bearer");
    }

    [Fact]
    public async Task A_token_provider_is_asked_for_every_request()
    {
        var tokens = 0;
        using var handler = new MockHttpMessageHandler();
        var seen = new List<string>();
        handler.When("*").Respond(request =>
        {
            seen.Add(request.Headers.Authorization!.ToString());
            return Answers.Secret();
        });
        using var client = Client(handler, _ => new($"token-{++tokens}"));

        await client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();
        await client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        seen.Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tok en-canary")]
    [InlineData("token-canary\n")]
    public async Task A_token_that_is_none_is_not_sent_and_not_shown(string? token)
    {
        using var handler = new MockHttpMessageHandler();
        using var client = Client(handler, _ => new(token!));

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest());

        (await create.Should().ThrowAsync<RealtimeCredentialException>()).Which.ToString().Should().NotContain("canary");
        handler.GetMatchCount(handler.Fallback).Should().Be(0);
    }

    [Fact]
    public async Task A_failing_token_provider_is_a_credential_error_with_its_cause()
    {
        using var handler = new MockHttpMessageHandler();
        using var client = Client(handler, _ => throw new InvalidOperationException("no identity"));

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest());

        (await create.Should().ThrowAsync<RealtimeCredentialException>()).WithInnerException<InvalidOperationException>();
    }

    [Fact]
    public async Task Cancellation_does_not_wait_for_a_provider_that_ignores_it()
    {
        var never = new TaskCompletionSource<string>();
        using var handler = new MockHttpMessageHandler();
        using var client = Client(handler, _ => new(never.Task));
        using var cancellation = new CancellationTokenSource();

        var create = client.CreateClientSecretAsync(new ClientSecretRequest(), cancellation.Token);
        await cancellation.CancelAsync();

        var outcome = await ((Func<Task>)(() => create.WithTimeout())).Should().ThrowAsync<OperationCanceledException>();
        outcome.Which.CancellationToken.Should().Be(cancellation.Token);
        never.SetException(new InvalidOperationException("too late"));
    }

    private static RealtimeClient Client(HttpMessageHandler handler, Func<CancellationToken, ValueTask<string>> provider) =>
        new(handler, new RealtimeClientOptions { Credential = RealtimeCredential.FromTokenProvider(provider) });
}
