using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>Client options that are wrong in a configuration file, and what the host says instead of starting.</summary>
public sealed class WrongClientSectionTests
{
    public static TheoryData<string, string[]> Wrong => new()
    {
        { """{}""", ["The configuration section Realtime is missing or has no members.", "ApiKey or Credential must be set."] },
        { """{"Realtme":{"ApiKey":"sk-1"}}""", ["The configuration section Realtime is missing or has no members.", "ApiKey or Credential must be set."] },
        { """{"Realtime":{}}""", ["The configuration section Realtime is missing or has no members.", "ApiKey or Credential must be set."] },
        { """{"Realtime":"sk-canary"}""", ["The configuration section Realtime is missing or has no members.", "ApiKey or Credential must be set."] },
        { """{"Realtime":{"ApiKeey":"sk-canary"}}""", ["Realtime:ApiKeey is not an option, did you mean \"ApiKey\"?", "ApiKey or Credential must be set."] },
        { """{"Realtime":{"ApiKey":"sk-1","ApiKeey":"sk-canary"}}""", ["Realtime:ApiKeey is not an option, did you mean \"ApiKey\"?"] },
        { """{"Realtime":{"api_key":"sk-canary","base_url":"https://example.com"}}""",
            ["Realtime:api_key is not an option, did you mean \"ApiKey\"?", "Realtime:base_url is not an option, did you mean \"BaseUrl\"?", "ApiKey or Credential must be set."] },
        { """{"Realtime":{"ApiKey":"sk-1","Model":"gpt-realtime-2"}}""", ["Realtime:Model is not an option."] },
        { """{"Realtime":{"ApiKey":"sk-1","Sessions":{"Support":{"type":"realtime"}}}}""", ["Realtime:Sessions is not an option."] },
        { """{"Realtime":{"ApiKey":"sk-1","BaseUri":"https://example.com","Timout":"00:01:00"}}""",
            ["Realtime:BaseUri is not an option, did you mean \"BaseUrl\"?", "Realtime:Timout is not an option, did you mean \"Timeout\"?"] },
        { """{"Realtime":{"Credential":"sk-canary"}}""", ["Realtime:Credential can only be set in code.", "ApiKey or Credential must be set."] },
        { """{"Realtime":{"ApiKey":"sk-1","Proxy":"http://proxy"}}""", ["Realtime:Proxy can only be set in code."] },
        { """{"Realtime":{"ApiKey":{"Value":"sk-canary"}}}""", ["Realtime:ApiKey must be a string.", "ApiKey or Credential must be set."] },
        { """{"Realtime":{"ApiKey":["sk-canary"]}}""", ["Realtime:ApiKey must be a string.", "ApiKey or Credential must be set."] },
        { """{"Realtime":{"ApiKey":""}}""", ["ApiKey is blank."] },
        { """{"Realtime":{"ApiKey":"sk-1","MaxRetries":"two"}}""", ["Realtime:MaxRetries must be a whole number."] },
        { """{"Realtime":{"ApiKey":"sk-1","MaxRetries":""}}""", ["Realtime:MaxRetries must be a whole number."] },
        { """{"Realtime":{"ApiKey":"sk-1","MaxRetries":2.5}}""", ["Realtime:MaxRetries must be a whole number."] },
        { """{"Realtime":{"ApiKey":"sk-1","Timeout":30}}""", ["Realtime:Timeout must be a duration like 00:00:30."] },
        { """{"Realtime":{"ApiKey":"sk-1","AttemptTimeout":"30s"}}""", ["Realtime:AttemptTimeout must be a duration like 00:00:30."] },
        { """{"Realtime":{"ApiKey":"sk-1","BaseUrl":"api.openai.com/v1"}}""", ["Realtime:BaseUrl must be an absolute address."] },
        { """{"Realtime":{"ApiKey":"sk-1","ValidateRequests":"yes"}}""", ["Realtime:ValidateRequests must be true or false."] },
        { """{"Realtime":{"ApiKey":"sk-1","ApiKeyScheme":"api-key"}}""", ["Realtime:ApiKeyScheme must be Bearer or ApiKey."] },
        { """{"Realtime":{"ApiKey":"sk-1","MaxRetries":11,"Organisation":"o","Timeout":"soon"}}""",
            ["Realtime:Timeout must be a duration like 00:00:30.", "Realtime:Organisation is not an option, did you mean \"Organization\"?", "MaxRetries must be 0 to 10."] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_host_with_a_wrong_client_section_does_not_start(string json, string[] failures)
    {
        var host = await StartedHost.WithAsync(json, (services, configuration) => services.AddRealtimeClient(configuration.GetSection("Realtime")));

        host.Failures.Should().Equal(failures);
        host.Failures.Should().NotContain(failure => failure.Contains("canary"));
    }

    [Fact]
    public async Task A_keyed_client_is_checked_as_strictly()
    {
        var host = await StartedHost.WithAsync(
            """{"Eu":{"ApiKey":"sk-1","BaseUr":"https://eu.example.com"}}""", (services, configuration) => services.AddRealtimeClient("eu", configuration.GetSection("Eu")));

        host.Failures.Should().Equal("Client \"eu\": Eu:BaseUr is not an option, did you mean \"BaseUrl\"?");
    }

    [Fact]
    public async Task Every_client_and_session_that_is_wrong_is_reported_at_once()
    {
        var host = await StartedHost.WithAsync("""{"Realtime":{"ApiKeey":"sk-1"},"Sessions":{"Support":{"type":"realtim"}}}""", (services, configuration) =>
        {
            services.AddRealtimeClient(configuration.GetSection("Realtime"));
            services.AddRealtimeClient("eu", configuration.GetSection("Eu"));
            services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support"));
            services.AddRealtimeSession("sales", configuration.GetSection("Sessions:Sales"));
        });

        host.Failures.Should().BeEquivalentTo(
            "Realtime:ApiKeey is not an option, did you mean \"ApiKey\"?",
            "ApiKey or Credential must be set.",
            "Client \"eu\": The configuration section Eu is missing or has no members.",
            "Client \"eu\": ApiKey or Credential must be set.",
            "Session \"support\": Sessions:Support:type is \"realtim\", should be one of realtime, transcription, translation, did you mean \"realtime\"?",
            "Session \"sales\": the configuration section Sessions:Sales is missing or has no members");
    }

    [Fact]
    public async Task Option_names_are_read_in_any_case_and_null_sets_nothing()
    {
        var host = await StartedHost.WithAsync(
            """{"Realtime":{"APIKEY":"sk-1","maxRetries":0,"project":null}}""", (services, configuration) => services.AddRealtimeClient(configuration.GetSection("Realtime")));

        host.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task A_credential_from_services_stands_beside_the_section()
    {
        var host = await StartedHost.WithAsync("""{"Realtime":{"BaseUrl":"https://r.openai.azure.com/openai/v1"}}""", (services, configuration) =>
        {
            services.AddSingleton(TimeProvider.System);
            services.AddRealtimeClient(configuration.GetSection("Realtime"));
            services.AddOptions<RealtimeClientOptions>().Configure<TimeProvider>((options, clock) =>
                options.Credential = RealtimeCredential.FromTokenProvider(token => ValueTask.FromResult($"token {clock.GetUtcNow()}")));
        });

        host.Failures.Should().BeEmpty();
    }
}
