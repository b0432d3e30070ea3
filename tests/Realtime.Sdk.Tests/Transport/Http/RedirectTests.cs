using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Transport.Http;

/// <summary>A redirect carries nothing to another origin: no credential, no header of ours, no body.</summary>
public sealed class RedirectTests
{
    private const string Canary = "canary-4711", EphemeralCanary = "ek_canary-4711";

    private static readonly Dictionary<string, Action<RealtimeClientOptions>> Credentials = new()
    {
        ["bearer"] = options => options.ApiKey = Canary,
        ["api-key"] = options => (options.ApiKey, options.ApiKeyScheme) = (Canary, RealtimeCredentialScheme.ApiKey),
        ["ephemeral key"] = options => options.Credential = RealtimeCredential.FromEphemeralKey(EphemeralCanary),
        ["token"] = options => options.Credential = RealtimeCredential.FromTokenProvider(_ => ValueTask.FromResult(Canary)),
        ["api-key token"] = options => options.Credential = RealtimeCredential.FromTokenProvider(_ => ValueTask.FromResult(Canary), RealtimeCredentialScheme.ApiKey),
    };

    /// <summary>Everything that sends something, and whether it sends an ephemeral key only.</summary>
    private static readonly Dictionary<string, Func<RealtimeClient, bool, Task>> Requests = new()
    {
        ["REST"] = (client, _) => client.CreateClientSecretAsync(Session()),
        ["call"] = (client, _) => client.Calls.CreateAsync($"v=0 {Canary}", Session()),
        ["upgrade"] = (client, _) => client.ConnectAsync(Connect()),
        ["upgrade, key in subprotocol"] = (client, isEphemeral) => isEphemeral ? client.ConnectAsync(Connect(inSubprotocol: true)) : NoRequest,
        ["translation upgrade"] = (client, _) => client.ConnectTranslationAsync("m"),
    };

    /// <summary>Every way to make a client, except the one that takes a key only and goes to OpenAI.</summary>
    private static readonly Dictionary<string, Func<Action<RealtimeClientOptions>, Built>> Ways = new()
    {
        ["options"] = configure => new(new RealtimeClient(Options(configure))),
        ["handler"] = configure => new(new RealtimeClient(new SocketsHttpHandler(), Options(configure))),
        ["handler of the platform"] = configure => new(new RealtimeClient(new HttpClientHandler(), Options(configure))),
        ["handler at the end of a chain"] = configure =>
            new(new RealtimeClient(new Passing { InnerHandler = new Passing { InnerHandler = new SocketsHttpHandler() } }, Options(configure))),
        ["HttpClient that says so"] = configure =>
            new(new RealtimeClient(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }), Options(configure, says: true))),
        ["services"] = configure => FromServices(services => services.AddRealtimeClient(configure)),
        ["services, keyed"] = configure => FromServices(services => services.AddRealtimeClient("eu", configure), "eu"),
        ["services, handlers in front"] = configure => FromServices(services =>
            services.AddRealtimeClient(configure).AddHttpMessageHandler(() => new Passing()).AddHttpMessageHandler(() => new Passing())),
        ["services, primary handler for all"] = configure => FromServices(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler()));
            services.AddRealtimeClient(configure);
        }),
    };

    private static Task NoRequest => Task.FromException(new NotSupportedException());

    public static TheoryData<int, string, string> Matrix()
    {
        var data = new TheoryData<int, string, string>();
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            foreach (var way in Ways.Keys)
            {
                foreach (var credential in Credentials.Keys)
                    data.Add(status, way, credential);
            }
        }
        return data;
    }

    public static TheoryData<string> CredentialNames() => [.. Credentials.Keys];

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task No_redirect_carries_anything(int status, string way, string credential)
    {
        await using var other = new RawServer(RawServer.Ok(Answers.SecretBody));
        await using var server = new RawServer($"HTTP/1.1 {status} Moved\r\nLocation: {other.BaseUrl}/elsewhere?hidden=path\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var built = Ways[way](options =>
        {
            Credentials[credential](options);
            (options.BaseUrl, options.Organization, options.Project, options.SafetyIdentifier) = (server.BaseUrl, Canary, Canary, Canary);
        });
        var sent = 0;

        foreach (var (name, request) in Requests)
        {
            var failure = await Record.ExceptionAsync(() => request(built.Client, credential == "ephemeral key").WithTimeout());

            if (failure is NotSupportedException)
                continue;
            sent++;
            var refused = failure.Should().BeOfType<RealtimeApiException>(name).Which;
            refused.Kind.Should().Be(RealtimeApiErrorKind.Redirect);
            refused.IsTransient.Should().BeFalse();
            refused.Message.Should().EndWith($" with {status} and a redirect to 127.0.0.1; redirects are not followed.");
            refused.ToString().Should().NotContain(Canary).And.NotContain("hidden=path");
        }

        server.Connections.Should().Be(sent);
        server.Requests.Should().HaveCount(sent).And.AllSatisfy(request => request.Should().Contain(Canary));
        other.Connections.Should().Be(0, "nothing may even open a connection to another origin");
    }

    [Theory]
    [MemberData(nameof(CredentialNames))]
    public void An_HttpClient_is_refused_whatever_the_credential_until_the_caller_says_that_it_follows_no_redirects(string credential)
    {
        using var http = new HttpClient();

        var build = () => new RealtimeClient(http, Options(Credentials[credential]));

        build.Should().Throw<ArgumentException>().WithParameterName("options").Which.Message
            .Should().Contain(nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects)).And.NotContain(Canary);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_redirect_that_was_followed_all_the_same_is_an_error_and_not_an_answer(bool upgrade)
    {
        await using var other = new RawServer(RawServer.Ok(Answers.SecretBody));
        await using var server = new RawServer($"HTTP/1.1 307 Moved\r\nLocation: {other.BaseUrl}/elsewhere?hidden=path\r\nContent-Length: 0\r\n\r\n");
        using var http = new HttpClient();
        using var client = new RealtimeClient(http, Options(options => (options.BaseUrl, options.ApiKey) = (server.BaseUrl, Canary), says: true));

        var failure = await Record.ExceptionAsync(() => Requests[upgrade ? "upgrade" : "REST"](client, false).WithTimeout());

        var refused = failure.Should().BeOfType<RealtimeApiException>().Which;
        refused.Kind.Should().Be(RealtimeApiErrorKind.Redirect);
        refused.Message.Should().StartWith("The HttpClient followed a redirect of ").And.Contain("127.0.0.1").And.NotContain("hidden");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_has_sent_a_request_is_refused_if_it_follows_redirects(bool platform)
    {
        await using var server = new RawServer(RawServer.Ok("{}"));
        using var handler = platform ? (HttpMessageHandler)new HttpClientHandler() : new SocketsHttpHandler();
        using var chain = new Passing { InnerHandler = handler };
        using var http = new HttpClient(chain, disposeHandler: false);
        await http.GetAsync(server.BaseUrl).WithTimeout();

        var build = () => new RealtimeClient(chain, Options(options => options.ApiKey = Canary, says: true));

        build.Should().Throw<ArgumentException>().WithParameterName("handler").WithMessage("The handler follows redirects*");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_handler_that_follows_redirects_by_default_and_cannot_be_looked_into_is_refused_until_the_caller_says_that_it_does_not(bool says)
    {
        using var handler = new WinHttpHandler();

        var build = () => new RealtimeClient(handler, Options(options => options.ApiKey = Canary, says)).Dispose();

        if (says)
            build.Should().NotThrow();
        else
            build.Should().Throw<ArgumentException>().WithParameterName("handler").WithMessage("*HttpClientFollowsNoRedirects*");
    }

    [Fact]
    public async Task A_handler_that_has_sent_a_request_and_follows_no_redirects_is_taken_as_it_is()
    {
        await using var server = new RawServer(RawServer.Ok(Answers.SecretBody));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler, disposeHandler: false);
        await http.GetAsync(server.BaseUrl).WithTimeout();
        using var client = new RealtimeClient(handler, Options(options => (options.BaseUrl, options.ApiKey) = (server.BaseUrl, Canary)), disposeHandler: false);

        var secret = await client.CreateClientSecretAsync(Session()).WithTimeout();

        secret.Value.Should().Be("ek_test");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_handler_is_disposed_with_its_client_unless_the_caller_keeps_it(bool? dispose, bool disposed)
    {
        using var handler = new Noting();
        var options = Options(options => options.ApiKey = Canary);
        var client = dispose is { } given ? new RealtimeClient(handler, options, given) : new RealtimeClient(handler, options);

        client.Dispose();

        handler.IsDisposed.Should().Be(disposed);
    }

    private static RealtimeClientOptions Options(Action<RealtimeClientOptions> configure, bool says = false)
    {
        var options = new RealtimeClientOptions { HttpClientFollowsNoRedirects = says };
        configure(options);
        return options;
    }

    private static RealtimeSessionConfiguration Session() => new()
    {
        Model = "gpt-realtime",
        Tools = [new McpTool { ServerLabel = "mcp", ServerUrl = "https://mcp.example.com", Authorization = Canary }],
    };

    private static RealtimeConnectOptions Connect(bool inSubprotocol = false) =>
        new() { Model = "m", CredentialInSubprotocol = inSubprotocol, Headers = { ["X-Gateway-Key"] = Canary } };

    private static Built FromServices(Action<IServiceCollection> add, string? name = null)
    {
        var services = new ServiceCollection();
        add(services);
        var provider = services.BuildServiceProvider();
        return new(name is null ? provider.GetRequiredService<RealtimeClient>() : provider.GetRequiredKeyedService<RealtimeClient>(name), provider);
    }

    private sealed class Passing : DelegatingHandler;

    private sealed class Noting : HttpMessageHandler
    {
        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
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
