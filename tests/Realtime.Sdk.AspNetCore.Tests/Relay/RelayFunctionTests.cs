using System.Text.Json;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Functions behind a relay: the server's run unseen, those of the client are left to it.</summary>
public sealed class RelayFunctionTests
{
    private static readonly FunctionCallItem Order = new() { Id = "item_call", CallId = "call_1", Name = "place_order", Arguments = """{"card":"4111"}""", Status = ItemStatus.Completed };

    private static readonly FunctionCallItem Dim = new() { Id = "item_dim", CallId = "call_2", Name = "dim_lights", Arguments = "{}", Status = ItemStatus.Completed };

    [Fact]
    public async Task No_event_of_a_function_of_the_server_reaches_the_client()
    {
        await using var relay = await StartAsync();

        await CallAsync(relay, Order);
        var output = await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is FunctionCallOutputItem).WithTimeout();
        await relay.SendAsync(new ConversationItemAddedEvent { PreviousItemId = "item_call", Item = output.Item with { Id = "item_out" } });

        ((FunctionCallOutputItem)output.Item).Output.Should().Be("Ordered.");
        var seen = relay.Client.Received.SkipWhile(message => RelayClient.TypeOf(message) != "response.created").ToList();
        seen.Select(RelayClient.TypeOf).Where(type => !type.StartsWith("test.", StringComparison.Ordinal)).Should().Equal("response.created", "response.done");
        seen.Should().NotContain(message => message.GetRawText().Contains("4111"));
        Last(relay, "response.done").GetProperty("response").GetProperty("output").EnumerateArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Items_that_follow_a_hidden_one_follow_the_item_before_it()
    {
        await using var relay = await StartAsync();
        await CallAsync(relay, Order, previousItemId: "item_0");
        var output = await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is FunctionCallOutputItem).WithTimeout();

        await relay.SendAsync(
            new ConversationItemAddedEvent { PreviousItemId = "item_call", Item = output.Item with { Id = "item_out" } },
            new ConversationItemAddedEvent { PreviousItemId = "item_out", Item = new MessageItem { Id = "item_1", Role = ItemRole.Assistant, Content = [] } },
            new InputAudioBufferCommittedEvent { PreviousItemId = "item_out", ItemId = "item_2" });

        Last(relay, "conversation.item.added").GetProperty("previous_item_id").GetString().Should().Be("item_0");
        Last(relay, "input_audio_buffer.committed").GetProperty("previous_item_id").GetString().Should().Be("item_0");
    }

    [Fact]
    public async Task The_calls_reach_a_client_that_may_see_them()
    {
        await using var relay = await StartAsync(new() { ForwardFunctionCalls = true });

        await CallAsync(relay, Order);

        Last(relay, "response.function_call_arguments.done").GetProperty("arguments").GetString().Should().Contain("4111");
        Last(relay, "response.done").GetProperty("response").GetProperty("output").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_client_runs_its_own_function_and_only_its_output_is_accepted()
    {
        await using var relay = await StartAsync();

        await CallAsync(relay, Dim);
        await relay.Client.SendAsync(OutputOf("call_1", "Stolen."));
        var refused = await relay.Client.WhenAsync("error");
        await relay.Client.SendAsync(OutputOf("call_2", "Dimmed."));
        await relay.Client.SendAsync("""{"type":"response.create"}""");

        Last(relay, "response.function_call_arguments.done").GetProperty("call_id").GetString().Should().Be("call_2");
        refused.GetProperty("error").GetProperty("code").GetString().Should().Be("relay_refused");
        var output = await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>().WithTimeout();
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        output.Item.Should().BeOfType<FunctionCallOutputItem>().Which.Output.Should().Be("Dimmed.");
    }

    [Fact]
    public async Task An_output_is_accepted_once()
    {
        await using var relay = await StartAsync();
        await CallAsync(relay, Dim);
        await relay.Client.SendAsync(OutputOf("call_2", "Dimmed."));
        var output = await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>().WithTimeout();
        await relay.SendAsync(new ConversationItemAddedEvent { Item = output.Item with { Id = "item_out" } });

        await relay.Client.SendAsync(OutputOf("call_2", "Again."));

        (await relay.Client.WhenAsync("error")).GetProperty("error").GetProperty("message").GetString().Should().Be("No call of the client waits for this output.");
        relay.Conversation.Turns.Single().Calls.Single().Should().BeEquivalentTo(new { Status = FunctionCallStatus.Completed, Output = "Dimmed." });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_event_of_an_extraction_reaches_the_client(bool forwardsCalls)
    {
        await using var relay = await StartAsync(new() { ForwardFunctionCalls = forwardsCalls });

        var extracting = relay.Conversation.ExtractAsync(ResponseFormat.JsonObject, "The card of the guest.");
        var metadata = (await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout()).Response!.Metadata;
        var call = Order with { Name = "give_answer" };
        await relay.SendAsync(
            new ResponseCreatedEvent { Response = new() { Id = "resp_x", Metadata = metadata } },
            new ResponseOutputItemAddedEvent { ResponseId = "resp_x", Item = call with { Arguments = "" } },
            new ResponseFunctionCallArgumentsDeltaEvent { ResponseId = "resp_x", ItemId = "item_call", Delta = call.Arguments },
            new ResponseFunctionCallArgumentsDoneEvent { ResponseId = "resp_x", ItemId = "item_call", Arguments = call.Arguments },
            new ResponseOutputItemDoneEvent { ResponseId = "resp_x", Item = call },
            new ResponseDoneEvent { Response = new() { Id = "resp_x", Status = ResponseStatus.Completed, Metadata = metadata, Output = [call] } });

        (await extracting.WithTimeout()).GetProperty("card").GetString().Should().Be("4111");
        relay.Client.Received.Select(RelayClient.TypeOf).Should().NotContain(type => type.StartsWith("response.", StringComparison.Ordinal));
        relay.Client.Received.Should().NotContain(message => message.GetRawText().Contains("4111"));
    }

    private static Task<ScriptedRelay> StartAsync(RealtimeRelayOptions? options = null) => ScriptedRelay.StartAsync(
        options,
        waiter: waiter => waiter.AddFunction("place_order", "Places an order.", (_, _) => Task.FromResult("Ordered."))
            .AddFunction(AgentFunction.Declare(new FunctionTool { Name = "dim_lights", Description = "Dims the lights of the page." })));

    private static Task CallAsync(ScriptedRelay relay, FunctionCallItem call, string? previousItemId = null) => relay.SendAsync(
        new ResponseCreatedEvent { Response = new() { Id = "resp_1" } },
        new ResponseOutputItemAddedEvent { ResponseId = "resp_1", Item = call with { Status = ItemStatus.InProgress, Arguments = "" } },
        new ConversationItemAddedEvent { PreviousItemId = previousItemId, Item = call with { Status = ItemStatus.InProgress, Arguments = "" } },
        new ResponseFunctionCallArgumentsDeltaEvent { ResponseId = "resp_1", ItemId = call.Id!, CallId = call.CallId!, Delta = call.Arguments },
        new ResponseFunctionCallArgumentsDoneEvent { ResponseId = "resp_1", ItemId = call.Id!, CallId = call.CallId!, Name = call.Name, Arguments = call.Arguments },
        new ConversationItemDoneEvent { PreviousItemId = previousItemId, Item = call },
        new ResponseOutputItemDoneEvent { ResponseId = "resp_1", Item = call },
        new ResponseDoneEvent { Response = new() { Id = "resp_1", Status = ResponseStatus.Completed, Output = [call] } });

    private static string OutputOf(string callId, string output) =>
        $$$"""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"{{{callId}}}","output":"{{{output}}}"}}""";

    private static JsonElement Last(ScriptedRelay relay, string type) => relay.Client.Received.Last(message => RelayClient.TypeOf(message) == type);
}
