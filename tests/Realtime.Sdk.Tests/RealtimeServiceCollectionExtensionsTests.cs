using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Tests;

public sealed class RealtimeServiceCollectionExtensionsTests
{
    private const string Canary = "sk-canary 4711";

    [Fact]
    public async Task A_client_is_a_singleton_that_talks_to_the_configured_server()
    {
        await using var server = new RawServer(RawServer.Ok(Answers.SecretBody));
        await using var provider = Provider(services => services.AddRealtimeClient(options =>
        {
            options.BaseUrl = server.BaseUrl;
            options.ApiKey = "sk-1";
        }));

        var client = provider.GetRequiredService<RealtimeClient>();
        var secret = await client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        secret.Value.Should().Be("ek_test");
        provider.GetRequiredService<RealtimeClient>().Should().BeSameAs(client);
    }

    [Fact]
    public async Task Named_clients_are_keyed_and_have_their_own_options()
    {
        await using var provider = Provider(services =>
        {
            services.AddRealtimeClient(options => options.ApiKey = "sk-1");
            services.AddRealtimeClient("eu", options =>
            {
                options.ApiKey = "sk-2";
                options.BaseUrl = new("https://eu.api.openai.com/v1");
            });
        });

        var eu = provider.GetRequiredKeyedService<RealtimeClient>("eu");

        eu.Options.BaseUrl.Host.Should().Be("eu.api.openai.com");
        provider.GetRequiredService<RealtimeClient>().Options.BaseUrl.Host.Should().Be("api.openai.com");
        provider.GetKeyedService<RealtimeClient>("us").Should().BeNull();
    }

    [Fact]
    public async Task Options_are_bound_from_a_section()
    {
        await using var provider = Provider(services => services.AddRealtimeClient(Section(
            ("BaseUrl", "https://r.openai.azure.com/openai/v1"), ("ApiKey", "k"), ("ApiKeyScheme", "apikey"), ("Organization", "o"), ("Project", "p"),
            ("SafetyIdentifier", "s"), ("AttemptTimeout", "00:00:05"), ("Timeout", "-00:00:00.001"), ("MaxRetries", "0"), ("MaxResponseBytes", "1000"),
            ("ValidateRequests", "false"), ("AllowInsecureTransport", "true"))));

        var options = provider.GetRequiredService<RealtimeClient>().Options;

        options.Should().BeEquivalentTo(
            new
            {
                BaseUrl = new Uri("https://r.openai.azure.com/openai/v1"),
                ApiKey = "k",
                ApiKeyScheme = RealtimeCredentialScheme.ApiKey,
                Organization = "o",
                Project = "p",
                SafetyIdentifier = "s",
                AttemptTimeout = TimeSpan.FromSeconds(5),
                Timeout = Timeout.InfiniteTimeSpan,
                MaxRetries = 0,
                MaxResponseBytes = 1000,
                ValidateRequests = false,
                AllowInsecureTransport = true,
            });
    }

    [Fact]
    public void Every_setting_a_file_can_hold_is_bound()
    {
        var settable = typeof(RealtimeClientOptions).GetProperties()
            .Where(property => property.PropertyType.IsValueType || property.PropertyType == typeof(string) || property.PropertyType == typeof(Uri))
            .Where(property => property.Name is not nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects));
        var unreadable = Section([.. settable.Select(property => (property.Name, "~"))]);
        var options = new RealtimeClientOptions();

        Internal.RealtimeClientOptionsBinder.Bind(options, unreadable);

        var failures = options.SectionFaults.Select(failure => failure.Split(' ')[0]["Realtime:".Length..]);
        var taken = typeof(RealtimeClientOptions).GetProperties().Where(property => property.PropertyType == typeof(string) && (string?)property.GetValue(options) == "~")
            .Select(property => property.Name);
        failures.Concat(taken).Should().BeEquivalentTo(settable.Select(property => property.Name));
    }

    [Fact]
    public async Task A_host_with_wrong_options_does_not_start_and_names_every_fault_and_no_secret()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddRealtimeClient(options =>
        {
            options.ApiKey = Canary;
            options.BaseUrl = new("http://user:pass@example.com/v1#x");
            options.Organization = "o\r\nX-Evil: 1";
            options.Project = "prüf";
            options.SafetyIdentifier = " ";
            options.Timeout = TimeSpan.Zero;
            options.AttemptTimeout = TimeSpan.FromDays(2);
            options.MaxRetries = 11;
            options.MaxResponseBytes = 0;
        });
        using var host = builder.Build();

        var start = () => host.StartAsync();

        var error = (await start.Should().ThrowAsync<OptionsValidationException>()).Which;
        error.ToString().Should().NotContain("canary").And.NotContain("Evil").And.NotContain("pass@");
        error.Failures.Should().Equal(
            "BaseUrl must be https, or AllowInsecureTransport must be set: http sends the credential unencrypted.",
            "BaseUrl must not contain a user name or password.",
            "BaseUrl must not contain a fragment.",
            "ApiKey contains a character that is not visible ASCII, such as a space or a line break, at index 9 of 14.",
            "Organization must contain only printable ASCII characters, without line breaks.",
            "Project must contain only printable ASCII characters, without line breaks.",
            "SafetyIdentifier must not be blank.",
            "AttemptTimeout must be more than 0 and at most a day, or infinite.",
            "Timeout must be more than 0 and at most a day, or infinite.",
            "MaxRetries must be 0 to 10.",
            "MaxResponseBytes must be more than 0.");
    }

    [Theory]
    [InlineData("https://r.openai.azure.com/openai/v1?api-version=preview", false)]
    [InlineData("https://r.openai.azure.com/openai/v1/?x=1&api%2Dversion=1", false)]
    [InlineData("https://r.openai.azure.com/openai/v1", true)]
    [InlineData("https://r.openai.azure.com/openai?api-version=2025-04-01-preview", true)]
    [InlineData("http://localhost:5000/v1", true)]
    [InlineData("http://[::1]/v1", true)]
    [InlineData("ftp://example.com", false)]
    public void A_base_url_is_taken_or_refused(string url, bool taken)
    {
        var make = () => new RealtimeClient(new RealtimeClientOptions { ApiKey = "sk-1", BaseUrl = new(url) }).Dispose();

        if (taken)
            make.Should().NotThrow();
        else
            make.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_primary_handler_that_follows_redirects_keeps_the_host_from_starting(bool platform)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddRealtimeClient(options => options.ApiKey = "sk-1")
            .ConfigurePrimaryHttpMessageHandler(() => platform ? new HttpClientHandler() : new SocketsHttpHandler());
        using var host = builder.Build();

        var start = () => host.StartAsync();
        var resolve = () => host.Services.GetRequiredService<RealtimeClient>();

        await start.Should().ThrowAsync<OptionsValidationException>()
            .WithMessage("The primary handler of RealtimeClient must not follow redirects: they would send the credential to another host.");
        resolve.Should().Throw<OptionsValidationException>();
    }

    [Fact]
    public async Task A_primary_handler_set_for_all_clients_is_kept_and_made_safe()
    {
        var global = new SocketsHttpHandler();
        await using var provider = Provider(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => global));
            services.AddRealtimeClient(options => options.ApiKey = "sk-1");
        });

        provider.GetRequiredService<RealtimeClient>();

        global.AllowAutoRedirect.Should().BeFalse();
        global.PooledConnectionLifetime.Should().Be(TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resilience_handler_for_all_clients_does_not_multiply_attempts(bool before)
    {
        await using var server = new RawServer("HTTP/1.1 503 Busy\r\nretry-after-ms: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var log = new FakeLogCollector();
        await using var provider = Provider(services =>
        {
            services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log)));
            if (before)
                services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
            services.AddRealtimeClient(options =>
            {
                options.BaseUrl = server.BaseUrl;
                options.ApiKey = "sk-1";
                options.MaxRetries = 1;
                options.Randomizer = () => 0;
            });
            if (!before)
                services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        });

        var create = () => provider.GetRequiredService<RealtimeClient>().CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        (await create.Should().ThrowAsync<RealtimeApiException>()).Which.Attempts.Should().Be(2);
        server.Connections.Should().Be(2);
        log.GetSnapshot().Should().ContainSingle(entry => entry.Id.Id == 5)
            .Which.Message.Should().StartWith("Removed Microsoft.Extensions.Http.Resilience.ResilienceHandler, which is configured for all HTTP clients, from");
    }

    [Fact]
    public async Task A_handler_added_to_the_builder_itself_stays()
    {
        await using var server = new RawServer(RawServer.Ok(Answers.SecretBody));
        var seen = new List<string>();
        await using var provider = Provider(services => services.AddRealtimeClient(options =>
        {
            options.BaseUrl = server.BaseUrl;
            options.ApiKey = "sk-1";
        }).AddHttpMessageHandler(() => new Noting(seen)));

        await provider.GetRequiredService<RealtimeClient>().CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        seen.Should().Equal("/v1/realtime/client_secrets");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_is_each_clients_own(bool services)
    {
        await using var proxy = new RawServer(RawServer.Ok(Answers.SecretBody));
        void Configure(RealtimeClientOptions options)
        {
            options.BaseUrl = new("http://api.example.invalid/v1");
            options.AllowInsecureTransport = true;
            options.ApiKey = "sk-1";
            options.Proxy = new System.Net.WebProxy(proxy.BaseUrl) { Credentials = new System.Net.NetworkCredential("user", "proxy-word") };
        }
        var own = new RealtimeClientOptions();
        Configure(own);
        await using var provider = Provider(collection => collection.AddRealtimeClient(Configure));
        using var client = services ? provider.GetRequiredService<RealtimeClient>() : new RealtimeClient(own);

        await client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        proxy.Requests.Should().ContainSingle().Which.Should().StartWith("POST http://api.example.invalid/v1/realtime/client_secrets HTTP/1.1\r\n");
    }

    private static ServiceProvider Provider(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Realtime:{setting.Name}", (string?)setting.Value)))
            .Build().GetSection("Realtime");

    private sealed class Noting(List<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(request.RequestUri!.AbsolutePath);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
