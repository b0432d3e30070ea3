namespace Realtime.Sdk.Testing.Tests.Telephony;

/// <summary>Telephone calls that an agent accepts, and transfers.</summary>
public sealed class AcceptedCallTests : IAsyncLifetime
{
    private const string Manager = "tel:+14155550199";

    private static readonly RealtimeAgent Waiter = new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1", Instructions = "Take the order." } };

    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = _emulator.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_accepts_a_call_and_talks()
    {
        _emulator.Model.When("Greet").Says("Welcome.");
        var caller = await _emulator.PlaceCallAsync().WithTimeout();

        var call = await _client.AcceptCallAsync(caller.CallId, Waiter).WithTimeout();
        await using var conversation = await call.AttachConversationAsync().WithTimeout();
        var reply = await conversation.Respond("Greet the caller.").Completion.WithTimeout();

        (call.CallId, call.Sdp, call.Agent, conversation.CallId).Should().Be((caller.CallId, null, "waiter", caller.CallId));
        reply.Status.Should().Be(ReplyStatus.Completed);
        caller.Call.State.Should().Be(EmulatedCallState.Active);
        caller.Call.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Take the order.");
        conversation.Capabilities.Transfer.Should().BeTrue();
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_caller_is_transferred_and_the_conversation_ends()
    {
        var caller = await _emulator.PlaceCallAsync().WithTimeout();
        await using var conversation = await (await _client.AcceptCallAsync(caller.CallId, Waiter).WithTimeout()).AttachConversationAsync().WithTimeout();

        await conversation.TransferAsync(Manager).WithTimeout();

        (await conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Transferred);
        caller.Call.ReferredTo.Should().Be(Manager);
    }

    [Fact]
    public async Task After_a_transfer_that_the_service_refuses_the_conversation_continues()
    {
        var caller = await _emulator.PlaceCallAsync().WithTimeout();
        await using var conversation = await (await _client.AcceptCallAsync(caller.CallId, Waiter).WithTimeout()).AttachConversationAsync().WithTimeout();
        _emulator.RespondNext(400, """{"error":{"message":"No.","type":"invalid_request_error"}}""");

        var transferring = conversation.Awaiting(talk => talk.TransferAsync(Manager).WithTimeout());

        await transferring.Should().ThrowAsync<RealtimeApiException>();
        conversation.Status.Should().NotBe(ConversationStatus.Ended);
        caller.HangUp();
        (await conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.HungUp);
    }

    [Fact]
    public async Task A_target_that_is_not_valid_is_refused_before_anything_is_sent()
    {
        var caller = await _emulator.PlaceCallAsync().WithTimeout();
        await using var conversation = await (await _client.AcceptCallAsync(caller.CallId, Waiter).WithTimeout()).AttachConversationAsync().WithTimeout();

        var transferring = conversation.Awaiting(talk => talk.TransferAsync("").WithTimeout());

        await transferring.Should().ThrowAsync<RealtimeValidationException>();
        _emulator.Requests.Should().NotContain(request => request.Path.EndsWith("/refer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_is_accepted_once()
    {
        var caller = await _emulator.PlaceCallAsync().WithTimeout();
        await _client.AcceptCallAsync(caller.CallId, Waiter).WithTimeout();

        var again = _client.Awaiting(client => client.AcceptCallAsync(caller.CallId, Waiter).WithTimeout());

        (await again.Should().ThrowAsync<RealtimeApiException>()).Which.Error!.Code.Should().Be("decision_already_made");
    }

    [Fact]
    public async Task Without_a_call_there_is_nothing_to_transfer()
    {
        await using var conversation = await _client.StartConversationAsync(Waiter).WithTimeout();

        (conversation.CallId, conversation.Capabilities.Transfer).Should().Be((null, false));
        await conversation.Awaiting(talk => talk.TransferAsync(Manager)).Should().ThrowAsync<NotSupportedException>();
    }
}
