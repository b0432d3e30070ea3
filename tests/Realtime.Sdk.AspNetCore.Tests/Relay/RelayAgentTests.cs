using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Handoffs, guardrails and background functions behind a relay, whose client must not see how they work.</summary>
public sealed class RelayAgentTests
{
    private static readonly RealtimeAgent Sommelier = new() { Name = "sommelier", Session = new() { Instructions = "Recommend wines." }, Handoffs = [AgentHandoff.Back] };

    [Fact]
    public async Task The_model_hands_over_and_the_client_sees_only_the_answers()
    {
        await using var relay = await StartAsync(waiter => waiter with { Handoffs = [Sommelier] });

        await CallAsync(relay, "call_1", "transfer_to_sommelier");
        var update = await relay.Service.WhenReceivedAsync<SessionUpdateEvent>(sent => ((RealtimeSessionConfiguration)sent.Session).Instructions == "Recommend wines.").WithTimeout();
        await relay.Service.AnswerUpdateAsync(update);
        var output = await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is FunctionCallOutputItem).WithTimeout();
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        await relay.SendAsync(new ConversationItemAddedEvent { PreviousItemId = "item_call_1", Item = output.Item with { Id = "item_out" } });

        relay.Conversation.Agent.Name.Should().Be("sommelier");
        SeenBy(relay.Client).Should().NotContain(json => json.Contains("transfer_to") || json.Contains("handed over"));
    }

    [Fact]
    public async Task A_blocked_answer_stops_the_client_and_the_explanation_stays_on_the_server()
    {
        var noPrices = Guardrail.OnOutput("no_prices", text => text.Contains('€', StringComparison.Ordinal) ? "Do not name prices." : null) with { CheckEvery = 1 };
        await using var relay = await StartAsync(waiter => waiter with { Guardrails = [noPrices] });

        await relay.SendAsync(
            new ResponseCreatedEvent { Response = new() { Id = "resp_1" } },
            new ResponseOutputItemAddedEvent { ResponseId = "resp_1", Item = new MessageItem { Id = "item_1", Role = ItemRole.Assistant, Content = [] } },
            new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = "It costs 5 €." });
        (await relay.Service.WhenReceivedAsync<ResponseCancelEvent>().WithTimeout()).ResponseId.Should().Be("resp_1");
        await relay.SendAsync(new ResponseDoneEvent { Response = new() { Id = "resp_1", Status = ResponseStatus.Cancelled } });
        var explanation = await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is MessageItem).WithTimeout();
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        await relay.SendAsync(
            new ConversationItemAddedEvent { PreviousItemId = "item_1", Item = explanation.Item },
            new ConversationItemAddedEvent { PreviousItemId = explanation.Item.Id, Item = new MessageItem { Id = "item_2", Role = ItemRole.Assistant, Content = [] } });

        SeenBy(relay.Client).Should().NotContain(json => json.Contains("Do not name prices."));
        relay.Client.Received.Last(message => RelayClient.TypeOf(message) == "conversation.item.added").GetProperty("previous_item_id").GetString().Should().Be("item_1");
    }

    [Fact]
    public async Task The_output_of_a_background_function_stays_on_the_server_even_after_a_handoff()
    {
        var card = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var relay = await StartAsync(waiter => waiter with { Functions = [AgentFunction.Create("charge", "Charges.", (_, _) => card.Task) with { Background = true }], Handoffs = [Sommelier] });
        await CallAsync(relay, "call_1", "charge");
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        await relay.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_2" } }, new ResponseDoneEvent { Response = new() { Id = "resp_2", Status = ResponseStatus.Completed } });
        var switching = relay.Conversation.SwitchAgentAsync(Sommelier);
        await relay.Service.AnswerUpdateAsync(await relay.Service.WhenReceivedAsync<SessionUpdateEvent>(sent => ((RealtimeSessionConfiguration)sent.Session).Instructions == "Recommend wines.").WithTimeout());
        await switching.WithTimeout();

        card.SetResult("4111");
        var call = (await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is FunctionCallItem).WithTimeout()).Item;
        var output = (await relay.Service.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is FunctionCallOutputItem { Output: "4111" }).WithTimeout()).Item;
        await relay.SendAsync(new ConversationItemAddedEvent { Item = call with { Id = "item_c" } }, new ConversationItemAddedEvent { PreviousItemId = "item_c", Item = output with { Id = "item_o" } });

        SeenBy(relay.Client).Should().NotContain(json => json.Contains("4111") || json.Contains("charge"));
    }

    /// <summary>The messages of the client, except its sessions, which it sees with their tools.</summary>
    private static IEnumerable<string> SeenBy(RelayClient client) =>
        client.Received.Where(message => !RelayClient.TypeOf(message).StartsWith("session.", StringComparison.Ordinal)).Select(message => message.GetRawText());

    private static Task<ScriptedRelay> StartAsync(Func<RealtimeAgent, RealtimeAgent> configure) => ScriptedRelay.StartAsync(waiter: waiter => waiter.Configure((agent, _) => configure(agent)));

    private static Task CallAsync(ScriptedRelay relay, string callId, string name)
    {
        var call = new FunctionCallItem { Id = $"item_{callId}", CallId = callId, Name = name, Arguments = "{}", Status = ItemStatus.Completed };
        return relay.SendAsync(
            new ResponseCreatedEvent { Response = new() { Id = "resp_1" } },
            new ConversationItemAddedEvent { Item = call },
            new ResponseOutputItemDoneEvent { ResponseId = "resp_1", Item = call },
            new ResponseDoneEvent { Response = new() { Id = "resp_1", Status = ResponseStatus.Completed, Output = [call] } });
    }
}
