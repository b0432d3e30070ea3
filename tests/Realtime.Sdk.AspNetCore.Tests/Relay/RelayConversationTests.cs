using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The agent behind a relay: its conversation is fed by the messages that are forwarded, and the client plays.</summary>
public sealed class RelayConversationTests
{
    private const string UserText = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Two soups, please."}]}}""";

    [Fact]
    public async Task A_client_talks_to_the_agent_and_its_function_runs_on_the_server_unseen()
    {
        var ordered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await RelayApp.StartAsync(
            new() { Prepare = (_, options, _) => new(options with { State = "table 4" }) },
            waiter => waiter.AddFunction("place_order", "Places an order.", (context, _) =>
            {
                ordered.TrySetResult($"{context.User?.Identity?.Name} at {context.GetState<string>()}");
                return Task.FromResult("Ordered.");
            }));
        app.Emulator.Model.When("soups").Calls("place_order", "{}").Says("Two soups.");
        await using var client = await RelayClient.ConnectAsync(app);
        (await client.WhenAsync("session.created")).GetProperty("session").GetProperty("id").GetString().Should().NotBeEmpty();
        (await client.WhenAsync("session.updated")).GetProperty("session").GetProperty("instructions").GetString().Should().Be("Take the order.");

        await client.SendAsync(UserText);
        await client.SendAsync("""{"type":"response.create"}""");

        var transcript = await client.WhenAsync("response.output_audio_transcript.done");
        transcript.GetProperty("transcript").GetString().Should().Be("Two soups.");
        await client.WhenAsync("response.done");
        (await ordered.Task.WithTimeout()).Should().Be("ann at table 4");
        client.Received.Select(RelayClient.TypeOf).Should().Contain("response.output_audio.delta");
        client.Received.Should().NotContain(message => message.GetRawText().Contains("place_order") && RelayClient.TypeOf(message) != "session.updated");
        client.Received.Should().NotContain(message => message.GetRawText().Contains("function_call"));
        app.Emulator.Violations.Should().BeEmpty();
    }
}
