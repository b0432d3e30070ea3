using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Replies that the client requests, in order with those of the server and within its budget.</summary>
public sealed class RelayReplyTests
{
    [Fact]
    public async Task A_reply_that_the_client_requests_waits_for_the_active_one_instead_of_failing()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        var own = relay.Conversation.Respond("Greet the guest.");
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        await relay.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1" } });

        await relay.Client.SendAsync("""{"type":"response.create","event_id":"mine"}""");
        await relay.Client.SendAsync("""{"type":"input_audio_buffer.clear"}""");
        await relay.Service.WhenReceivedAsync<InputAudioBufferClearEvent>().WithTimeout();
        var before = Requests(relay);
        await relay.FinishAsync("resp_1");

        (await own.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>(sent => sent.EventId != Sent(relay)[0].EventId).WithTimeout();
        (before, Requests(relay)).Should().Be((1, 2));
        Sent(relay)[1].Response?.Instructions.Should().BeNull();
        relay.Client.Received.Should().NotContain(message => RelayClient.TypeOf(message) == "error");
    }

    [Fact]
    public async Task A_reply_that_the_service_refuses_is_reported_to_the_client_with_its_own_event_ID()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.Client.SendAsync("""{"type":"response.create","event_id":"mine"}""");
        var request = await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();

        await relay.Service.SendAsync(new ErrorEvent { Error = new() { Type = "server_error", Code = "overloaded", Message = "Not now.", EventId = request.EventId } });

        var error = (await relay.Client.WhenAsync("error")).GetProperty("error");
        (error.GetProperty("code").GetString(), error.GetProperty("message").GetString(), error.GetProperty("event_id").GetString()).Should().Be(("overloaded", "Not now.", "mine"));
    }

    [Fact]
    public async Task A_cancellation_withdraws_a_reply_that_is_still_waiting()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        relay.Conversation.Respond();
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        await relay.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1" } });

        await relay.Client.SendAsync("""{"type":"response.create"}""");
        await relay.Client.SendAsync("""{"type":"response.cancel"}""");
        await relay.Client.SendAsync("""{"type":"response.cancel"}""");
        await relay.Service.WhenReceivedAsync<ResponseCancelEvent>().WithTimeout();
        await relay.FinishAsync("resp_1", ResponseStatus.Cancelled);

        await relay.Client.SendAsync("""{"type":"input_audio_buffer.clear"}""");
        await relay.Service.WhenReceivedAsync<InputAudioBufferClearEvent>().WithTimeout();
        (Requests(relay), relay.Service.Received.Count(message => message.Event is ResponseCancelEvent)).Should().Be((1, 1));
    }

    [Fact]
    public async Task A_spent_budget_refuses_the_replies_of_the_client_and_ends_the_relay()
    {
        await using var relay = await ScriptedRelay.StartAsync(configure: options => options with { Budget = new() { Tokens = 100, OnSpent = WhenSpent.EndImmediately } });
        await relay.Client.SendAsync("""{"type":"response.create"}""");
        await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();

        await relay.Service.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1" } });
        await relay.Service.SendAsync(new ResponseDoneEvent
        {
            Response = new() { Id = "resp_1", Status = ResponseStatus.Completed, Usage = new() { TotalTokens = 200, InputTokens = 100, OutputTokens = 100 } },
        });

        (await relay.Client.WhenClosedAsync()).Should().Be((1000, "The budget is spent."));
        (await relay.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
    }

    [Fact]
    public async Task Errors_about_events_of_the_conversation_do_not_reach_the_client()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        var reply = relay.Conversation.Respond();
        var request = await relay.Service.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();

        await relay.SendAsync(new ErrorEvent { Error = new() { Type = "server_error", Code = "overloaded", Message = "Not now.", EventId = request.EventId } });

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Failed);
        relay.Client.Received.Should().NotContain(message => RelayClient.TypeOf(message) == "error");
    }

    [Fact]
    public async Task Errors_about_events_of_the_client_do_not_become_warnings_of_the_conversation()
    {
        var warnings = new List<ConversationUpdate>();
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.Client.SendAsync("""{"type":"input_audio_buffer.commit","event_id":"mine"}""");
        var commit = await relay.Service.WhenReceivedAsync<InputAudioBufferCommitEvent>().WithTimeout();

        await relay.Service.SendAsync(new ErrorEvent { Error = new() { Type = "invalid_request_error", Code = "input_audio_buffer_commit_empty", Message = "Too short.", EventId = commit.EventId } });
        var error = await relay.Client.WhenAsync("error");
        await relay.Client.CloseAsync();
        await foreach (var update in relay.Conversation.ReadUpdatesAsync().WithCancellation(CancellationToken.None))
            warnings.Add(update);

        error.GetProperty("error").GetProperty("event_id").GetString().Should().Be("mine");
        warnings.OfType<WarningUpdate>().Should().NotContain(warning => warning.Kind == WarningKind.ServerError);
    }

    private static List<ResponseCreateEvent> Sent(ScriptedRelay relay) => [.. relay.Service.Received.Select(message => message.Event).OfType<ResponseCreateEvent>()];

    private static int Requests(ScriptedRelay relay) => Sent(relay).Count;
}
