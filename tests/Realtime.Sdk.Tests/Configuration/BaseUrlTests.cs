using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>Base URLs that cannot work are refused, and the message names the one that works.</summary>
public sealed class BaseUrlTests
{
    private const string OneEndpoint = "BaseUrl must be the base of the API, not the address of one endpoint: use ";
    private const string Deployment = " with the name of the deployment as the model";
    private const string KeyNamed = "which proxies may log: set ApiKey or Credential, which are sent in a header.";
    private const string Canary = "Canary4711";

    [Theory]
    [InlineData("https://api.openai.com", "BaseUrl must end with /v1: use https://api.openai.com/v1.")]
    [InlineData("https://eu.api.openai.com/", "BaseUrl must end with /v1: use https://eu.api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1/responses", "BaseUrl must end with /v1: use https://api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1/realtime", OneEndpoint + "https://api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1/realtime/", OneEndpoint + "https://api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1/Realtime?model=gpt-realtime-2", OneEndpoint + "https://api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1/realtime/client_secrets", OneEndpoint + "https://api.openai.com/v1.")]
    [InlineData("https://us.api.openai.com/v1/realtime/calls/rtc_1/accept", OneEndpoint + "https://us.api.openai.com/v1.")]
    [InlineData("https://api.openai.com/v1/realtime/translations/client_secrets", OneEndpoint + "https://api.openai.com/v1.")]
    [InlineData("https://gateway.example:8443/a/realtime?intent=transcription", OneEndpoint + "https://gateway.example:8443/a.")]
    [InlineData("https://gateway.example/a/realtime?tenant=7", OneEndpoint + "https://gateway.example/a with the rest of the query.")]
    [InlineData("https://sip.api.openai.com/v1", "BaseUrl must not be a host for telephone calls: use https://api.openai.com/v1, and set sip.api.openai.com in the SIP trunk.")]
    [InlineData("https://sip-eu.api.openai.com", "BaseUrl must not be a host for telephone calls: use https://eu.api.openai.com/v1, and set sip-eu.api.openai.com in the SIP trunk.")]
    public void An_address_that_is_not_the_base_is_refused_with_the_base(string url, string fault) => Faults(url).Should().Equal(fault);

    [Theory]
    [InlineData("https://r.openai.azure.com")]
    [InlineData("https://r.openai.azure.com/")]
    [InlineData("https://r.openai.azure.com/openai")]
    [InlineData("https://r.openai.azure.com/openai/deployments/d")]
    [InlineData("https://r.services.ai.azure.com/api/projects/p")]
    [InlineData("https://r.cognitiveservices.azure.com/")]
    [InlineData("https://r.openai.azure.us")]
    public void The_endpoint_a_portal_shows_is_refused_with_the_base(string url)
    {
        var host = new Uri(url).GetLeftPart(UriPartial.Authority);

        Faults(url).Should().Equal($"BaseUrl must be the base of the API on Azure: use {host}/openai/v1{Deployment}.");
    }

    [Theory]
    [InlineData("https://r.openai.azure.com?api-version=2025-04-01-preview")]
    [InlineData("https://r.openai.azure.com/openai/deployments/d?api-version=2025-04-01-preview")]
    [InlineData("https://r.cognitiveservices.azure.com/openai?API-Version=2025-04-01-preview&deployment=d")]
    public void The_address_of_a_preview_deployment_is_refused_with_both_bases(string url)
    {
        var address = new Uri(url);
        var host = address.GetLeftPart(UriPartial.Authority);
        var version = address.Query[1..].Split('&')[0];

        Faults(url).Should().Equal(
            $"BaseUrl must be the base of the API on Azure: use {host}/openai/v1{Deployment}, or {host}/openai?{version} for the preview protocol.");
    }

    [Theory]
    [InlineData(
        "https://r.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=d",
        OneEndpoint + "https://r.openai.azure.com/openai/v1" + Deployment + ", or https://r.openai.azure.com/openai?api-version=2025-04-01-preview for the preview protocol.")]
    [InlineData("https://r.openai.azure.com/openai/v1/realtime?model=d", OneEndpoint + "https://r.openai.azure.com/openai/v1" + Deployment + ".")]
    [InlineData(
        "https://r.openai.azure.com/openai/v1?api-version=preview",
        "BaseUrl must not contain api-version, which /openai/v1 rejects with 401: use https://r.openai.azure.com/openai/v1" + Deployment + ".")]
    [InlineData(
        "https://gateway.example/openai/v1?api-version=preview", "BaseUrl must not contain api-version, which /openai/v1 rejects with 401: use https://gateway.example/openai/v1.")]
    [InlineData(
        "https://gateway.azure-api.net/ai?api-version=p&deployment=d",
        "BaseUrl must not contain a deployment, because the model of each connection names it: use https://gateway.azure-api.net/ai?api-version=p.")]
    [InlineData("https://gateway.azure-api.net/ai/realtime?api-version=p&deployment=d", OneEndpoint + "https://gateway.azure-api.net/ai?api-version=p.")]
    [InlineData(
        "https://r.services.ai.azure.com/voice-live/realtime?api-version=2025-10-01&model=m",
        OneEndpoint + "https://r.services.ai.azure.com/voice-live?api-version=2025-10-01.")]
    public void The_target_address_of_a_deployment_is_refused_with_the_base(string url, string fault) => Faults(url).Should().Equal(fault);

    [Theory]
    [InlineData("wss://api.openai.com/v1/realtime?model=gpt-realtime-2", "https://api.openai.com/v1")]
    [InlineData("ws://127.0.0.1:5000/v1/realtime", "http://127.0.0.1:5000/v1")]
    [InlineData("wss://r.openai.azure.com/openai/v1/realtime?model=d", "https://r.openai.azure.com/openai/v1" + Deployment)]
    public void The_address_of_a_WebSocket_is_refused_with_the_base(string url, string right) =>
        Faults(url).Should().Equal($"BaseUrl must be an absolute http or https address: use {right}, from which the client derives the WebSocket address.");

    [Theory]
    [InlineData("api-key")]
    [InlineData("api_key")]
    [InlineData("ApiKey")]
    [InlineData("key")]
    [InlineData("access_token")]
    [InlineData("subscription-key")]
    [InlineData("Ocp-Apim-Subscription-Key")]
    [InlineData("token")]
    public void A_key_in_the_query_is_refused_by_its_name_and_not_quoted(string name)
    {
        Faults($"https://gateway.example/v1?tenant=7&{name}={Canary}").Should().Equal($"BaseUrl must not contain a key in its query ({name}), {KeyNamed}");
        Faults($"https://api.openai.com/v1/realtime?{name}={Canary}").Should().NotContain(fault => fault.Contains(Canary));
        Faults($"wss://gateway.example/v1/realtime?{name}={Canary}").Should().NotContain(fault => fault.Contains(Canary));
    }

    [Theory]
    [InlineData("x=sk-Canary4711")]
    [InlineData("x=ek_Canary4711")]
    [InlineData("sk-Canary4711")]
    [InlineData("x=%73k-Canary4711")]
    [InlineData("x=Bearer+Canary4711")]
    public void A_key_in_the_query_is_refused_by_its_look_and_not_quoted(string query) =>
        Faults($"https://gateway.example/v1?{query}").Should().Equal(
            "BaseUrl must not contain a query value that looks like a key: set ApiKey or Credential, which are sent in a header.");

    [Theory]
    [InlineData("https://api.openai.com/v1/")]
    [InlineData("https://jp.api.openai.com/v1")]
    [InlineData("https://r.openai.azure.com/openai/v1/")]
    [InlineData("https://r.services.ai.azure.com/openai/v1")]
    [InlineData("https://r.cognitiveservices.azure.com/openai/v1")]
    [InlineData("https://r.openai.azure.com/openai?api-version=2025-04-01-preview")]
    [InlineData("https://r.services.ai.azure.com/voice-live?api-version=2025-10-01")]
    [InlineData("https://vm.westeurope.cloudapp.azure.com/v1")]
    [InlineData("https://gateway.example/realtime/v1?tenant=a%20b&model=old")]
    [InlineData("https://gateway.example/realtimes?max_tokens=7&monkey=1")]
    [InlineData("http://localhost:5000")]
    public void A_base_that_can_work_is_taken(string url) => Faults(url).Should().BeEmpty();

    [Theory]
    [InlineData("https://r.openai.azure.com/openai?api-version=p", "deployment")]
    [InlineData("https://gateway.azure-api.net/ai?api-version=p", "deployment")]
    [InlineData("https://gateway.azure-api.net/ai?API-VERSION=p", "deployment")]
    [InlineData("https://r.openai.azure.com/openai/v1", "model")]
    [InlineData("https://r.services.ai.azure.com/voice-live?api-version=2025-10-01", "model")]
    [InlineData("https://gateway.example/v1", "model")]
    public void The_preview_protocol_is_recognized_by_its_version_and_not_by_the_host(string url, string parameter) =>
        new Internal.RealtimeEndpoint(new() { ApiKey = "sk-1", BaseUrl = new(url) }).ModelParameter.Should().Be(parameter);

    [Theory]
    [InlineData("us")]
    [InlineData("eu")]
    [InlineData("ae")]
    [InlineData("au")]
    [InlineData("in")]
    [InlineData("jp")]
    [InlineData("new-region")]
    public void Data_residency_chooses_the_host(string region)
    {
        var options = new RealtimeClientOptions { ApiKey = "sk-1", DataResidency = region };

        using var client = new RealtimeClient(options);

        client.Endpoint.GetHttpUri("realtime/calls").AbsoluteUri.Should().Be($"https://{region}.api.openai.com/v1/realtime/calls");
        options.BaseUrl.AbsoluteUri.Should().Be($"https://{region}.api.openai.com/v1");
    }

    [Fact]
    public void Data_residency_excludes_a_base_url()
    {
        var options = new RealtimeClientOptions { ApiKey = "sk-1", DataResidency = DataResidency.Europe, BaseUrl = new("https://api.openai.com/v1") };

        Internal.ClientOptionsRules.FindFaults(options).Should().Equal("Only one of BaseUrl and DataResidency may be set: DataResidency determines the host.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("evil.example/")]
    [InlineData("evil.example#")]
    [InlineData("a@b")]
    [InlineData("-eu")]
    [InlineData(null)]
    public void A_region_that_is_no_label_leads_nowhere_else(string? region)
    {
        var options = new RealtimeClientOptions { ApiKey = "sk-1", DataResidency = new DataResidency(region!) };

        Internal.ClientOptionsRules.FindFaults(options).Should().Equal("DataResidency must be the label of a region: us, eu, ae, au, in, jp, or a newer one.");
        options.BaseUrl.Host.Should().Be("api.openai.com");
    }

    [Theory]
    [InlineData(false, "https://in.api.openai.com/v1")]
    [InlineData(true, null)]
    public async Task Data_residency_is_bound_from_configuration(bool withBaseUrl, string? expected)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("ApiKey", "sk-1"), new("DataResidency", "in"), .. withBaseUrl ? [new("BaseUrl", "https://gateway.example/v1")] : (KeyValuePair<string, string?>[])[],
        ]).Build();
        await using var provider = new ServiceCollection().AddRealtimeClient(section).Services.BuildServiceProvider();

        var resolve = () => provider.GetRequiredService<RealtimeClient>().Options.BaseUrl.AbsoluteUri;

        if (expected is null)
            resolve.Should().Throw<OptionsValidationException>().WithMessage("Only one of BaseUrl and DataResidency*");
        else
            resolve().Should().Be(expected);
    }

    private static List<string> Faults(string url) => Internal.ClientOptionsRules.FindFaults(new() { ApiKey = "sk-1", BaseUrl = new(url) });
}
