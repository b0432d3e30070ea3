using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Transport;

public sealed class RedirectTests
{
    private const string Canary = "canary-4711";

    public static TheoryData<int, string> StatusesAndWays()
    {
        var data = new TheoryData<int, string>();
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            foreach (var way in new[] { "own, bearer", "own, api-key", "services, bearer", "services, api-key", "caller's, bearer", "caller's, api-key" })
                data.Add(status, way);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(StatusesAndWays))]
    public async Task No_byte_of_a_credential_follows_a_redirect(int status, string way)
    {
        await using var other = new RawServer(RawServer.Ok(Answers.SecretBody));
        await using var server = new RawServer($"HTTP/1.1 {status} Moved\r\nLocation: {other.BaseUrl}/elsewhere?hidden=path\r\nContent-Length: 0\r\n\r\n");
        await using var built = Build(way, new RealtimeClientOptions
        {
            BaseUrl = server.BaseUrl,
            ApiKey = Canary,
            ApiKeyScheme = way.EndsWith("api-key", StringComparison.Ordinal) ? RealtimeCredentialScheme.ApiKey : RealtimeCredentialScheme.Bearer,
            HttpClientFollowsNoRedirects = true,
        });

        var create = () => Within.Time(built.Client.CreateClientSecretAsync(new ClientSecretRequest()));

        var error = (await create.Should().ThrowAsync<RealtimeApiException>()).Which;
        error.Kind.Should().Be(RealtimeApiErrorKind.Redirect);
        error.ToString().Should().NotContain(Canary).And.NotContain("hidden=path");
        other.Requests.Should().NotContain(request => request.Contains(Canary, StringComparison.Ordinal));
        if (way is "caller's, bearer")
            error.Message.Should().StartWith("The HttpClient followed a redirect of create_client_secret to 127.0.0.1");
        else
            error.Message.Should().Be($"The server answered create_client_secret with {status} and points to 127.0.0.1; redirects are not followed.");
        other.Connections.Should().Be(way is "caller's, bearer" ? 1 : 0);
    }

    [Fact]
    public void An_HttpClient_that_may_follow_redirects_gets_no_api_key_header()
    {
        var build = () => new RealtimeClient(new HttpClient(), new RealtimeClientOptions { ApiKey = Canary, ApiKeyScheme = RealtimeCredentialScheme.ApiKey });

        build.Should().Throw<ArgumentException>().WithMessage("A redirect would carry the api-key header to another host.*HttpClientFollowsNoRedirects*");
    }

    private static Built Build(string way, RealtimeClientOptions options)
    {
        if (way.StartsWith("own", StringComparison.Ordinal))
            return new(new RealtimeClient(options));
        if (way is "caller's, bearer")
            return new(new RealtimeClient(new HttpClient(), options));
        if (way is "caller's, api-key")
            return new(new RealtimeClient(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }), options));
        var services = new ServiceCollection();
        services.AddRealtimeClient(given =>
        {
            given.BaseUrl = options.BaseUrl;
            given.ApiKey = options.ApiKey;
            given.ApiKeyScheme = options.ApiKeyScheme;
        });
        var provider = services.BuildServiceProvider();
        return new(provider.GetRequiredService<RealtimeClient>(), provider);
    }

    private sealed record Built(RealtimeClient Client, ServiceProvider? Provider = null) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            if (Provider is not null)
                await Provider.DisposeAsync();
        }
    }
}
