using System.Net;
using RichardSzalay.MockHttp;

namespace Realtime.Sdk.Tests.Transport.Http;

public sealed class UnreadableAnswerTests
{
    /// <summary>Made up: answers that no server should give. None of their words may be shown.</summary>
    [Theory]
    [InlineData("""{"value":"ek_test","expires_at":"secret"}""", "at $.expires_at: a number of Unix seconds was expected, not a string")]
    [InlineData("""{"value":["secret"],"expires_at":0}""", "at $.value: a string was expected, not an array")]
    [InlineData("""["secret"]""", "at $: an object was expected, not an array")]
    [InlineData("null", "at $: an object was expected, not null")]
    [InlineData("""{"value":"secret" """, "at $.value: it is not valid JSON")]
    [InlineData("""{"value":"ek_test","expires_at":0} secret""", "at $: it is not valid JSON")]
    [InlineData("", "at $: it is not valid JSON")]
    public async Task An_answer_that_cannot_be_read_says_where_and_what_was_expected(string body, string fault)
    {
        using var handler = new MockHttpMessageHandler();
        handler.When("*").Respond(_ => Answers.Json(HttpStatusCode.OK, body));
        using var http = handler.ToHttpClient();
        using var client = new RealtimeClient(http, new RealtimeClientOptions { ApiKey = "sk-test", HttpClientFollowsNoRedirects = true });

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        var failure = (await create.Should().ThrowAsync<RealtimeApiException>()).Which;
        failure.Message.Should().Be($"The server responded to CreateClientSecretAsync with 200, but its body of {body.Length} bytes could not be read as ClientSecret {fault}.");
        failure.Kind.Should().Be(RealtimeApiErrorKind.InvalidResponse);
    }
}
