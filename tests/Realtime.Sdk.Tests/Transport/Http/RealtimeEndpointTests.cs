using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.Http;

public sealed class RealtimeEndpointTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1", "https://api.openai.com/v1/realtime/calls")]
    [InlineData("https://api.openai.com/v1/", "https://api.openai.com/v1/realtime/calls")]
    [InlineData("https://gateway.example:8443/a/b?k=1&x=%2F", "https://gateway.example:8443/a/b/realtime/calls?k=1&x=%2F")]
    [InlineData("http://[::1]:5000", "http://[::1]:5000/realtime/calls")]
    [InlineData("https://r.openai.azure.com/openai?api-version=2025-04-01-preview", "https://r.openai.azure.com/openai/realtime/calls?api-version=2025-04-01-preview")]
    public void Rest_addresses_keep_prefix_and_query(string baseUrl, string expected) =>
        Endpoint(baseUrl).GetHttpUri("realtime/calls").AbsoluteUri.Should().Be(expected);

    [Theory]
    [InlineData("https://api.openai.com/v1", "wss://api.openai.com/v1/realtime?model=gpt%20x%26y")]
    [InlineData("http://127.0.0.1:9/v1/", "ws://127.0.0.1:9/v1/realtime?model=gpt%20x%26y")]
    [InlineData("https://g.example/http/v1?model=old&tenant=7&call_id=c&intent=i&k=%3D", "wss://g.example/http/v1/realtime?tenant=7&k=%3D&model=gpt%20x%26y")]
    [InlineData("https://r.openai.azure.com/openai?api-version=p", "wss://r.openai.azure.com/openai/realtime?api-version=p&model=gpt%20x%26y")]
    public void Socket_addresses_name_their_own_target(string baseUrl, string expected) =>
        Endpoint(baseUrl).CreateWebSocketUri("realtime", ("model", "gpt x&y")).AbsoluteUri.Should().Be(expected);

    [Fact]
    public async Task Headers_hold_the_credential_and_what_the_options_say()
    {
        var endpoint = new RealtimeEndpoint(new() { ApiKey = "sk-1", Organization = "org-1", Project = "proj-1", SafetyIdentifier = "user-1" });

        var headers = await endpoint.CreateHeadersAsync(null, CancellationToken.None);

        headers.Secret.Should().Be("sk-1");
        headers.All.Where(header => header.Key != "User-Agent").Should().Equal(
            new("Authorization", "Bearer sk-1"),
            new("OpenAI-Organization", "org-1"),
            new("OpenAI-Project", "proj-1"),
            new("OpenAI-Safety-Identifier", "user-1"));
    }

    private static RealtimeEndpoint Endpoint(string baseUrl) => new(new() { BaseUrl = new(baseUrl), ApiKey = "sk-1" });
}
