using System.Net;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.ClientSecrets;

/// <summary>What the client secret path allocates. Alone: listeners of other tests would make it dearer.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SecretAllocationTests
{
    private static readonly byte[] Answer = System.Text.Encoding.UTF8.GetBytes(Answers.SecretBody);

    [Fact]
    public async Task A_client_secret_costs_no_more_than_it_did()
    {
        using var http = new HttpClient(new SameAnswer());
        using var client = new RealtimeClient(http, new RealtimeClientOptions { ApiKey = "sk-test", HttpClientFollowsNoRedirects = true });
        var session = new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime",
            Instructions = "Speak calmly.",
            Tools = [new FunctionTool { Name = "get_weather", Parameters = JsonSchema.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""") }],
            Audio = new() { Output = new() { Voice = Voice.Marin } },
        };

        var each = await AllocatedByEachAsync(() => client.CreateClientSecretAsync(session));

        each.Should().BeInRange(3_000, 4_000);
    }

    [Fact]
    public void Checking_a_request_that_is_in_order_costs_next_to_nothing()
    {
        var request = new ClientSecretRequest
        {
            Session = new RealtimeSessionConfiguration
            {
                Model = "gpt-realtime",
                OutputModalities = [OutputModality.Audio],
                Tools = [.. Enumerable.Range(0, 20).Select(i => new FunctionTool { Name = $"tool_{i}", Parameters = JsonSchema.Parse("""{"type":"object","properties":{}}""") })],
            },
        };
        request.Validate();

        var before = GC.GetAllocatedBytesForCurrentThread();
        request.Validate();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(400);
    }

    private static async Task<long> AllocatedByEachAsync(Func<Task> act)
    {
        const int times = 500;
        for (var i = 0; i < 100; i++)
            await act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
            await act();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / times;
    }

    /// <summary>Answers at once, on the caller's thread.</summary>
    private sealed class SameAnswer : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Answer), RequestMessage = request });
    }
}
