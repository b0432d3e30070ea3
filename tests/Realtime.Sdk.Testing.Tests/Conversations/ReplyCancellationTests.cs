namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class ReplyCancellationTests
{
    [Fact]
    public async Task A_reply_that_waits_is_withdrawn()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_other"));
        var reply = talk.Conversation.Respond();

        await reply.CancelAsync().WithTimeout();

        await talk.SendAsync(Wire.Done("resp_other"));
        await talk.SettleAsync();
        (await reply.Completion).Status.Should().Be(ReplyStatus.Canceled);
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_reply_that_was_requested_is_canceled_as_soon_as_its_response_begins()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        var canceling = reply.CancelAsync();
        await talk.SettleAsync();
        var before = talk.SentTypes;

        await talk.SendAsync(Wire.Created("resp_1"));

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        await canceling.WithTimeout();
        (await reply.Completion).Status.Should().Be(ReplyStatus.Canceled);
        before.Should().Equal("response.create");
    }

    [Fact]
    public async Task A_reply_that_is_generated_is_canceled_by_the_ID_of_its_response()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "We have").SkipLast(2)]);

        var canceling = reply.CancelAsync();

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        await canceling.WithTimeout();
        var result = await reply.Completion;
        (result.Status, result.Text).Should().Be((ReplyStatus.Canceled, "We have"));
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).WasInterrupted.Should().BeTrue();
    }

    [Fact]
    public async Task Canceling_what_is_over_does_nothing_and_succeeds()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Hello.")]);
        await reply.Heard.WithTimeout();

        await reply.CancelAsync().WithTimeout();

        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("response.create");
        (await reply.Completion).Status.Should().Be(ReplyStatus.Completed);
    }

    [Fact]
    public async Task A_cancellation_that_crosses_the_end_of_the_response_is_no_error()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"));
        var canceling = reply.CancelAsync();
        var cancel = await talk.WhenSentAsync<ResponseCancelEvent>();

        await talk.SendAsync([.. Wire.Text("resp_1", "item_1", "Hello."), Wire.Error("response_cancel_not_active", cancel.EventId)]);

        await canceling.WithTimeout();
        await talk.SettleAsync();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Interrupting_when_there_is_nothing_to_interrupt_succeeds_and_sends_nothing()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.Conversation.InterruptAsync().WithTimeout();

        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task Interrupting_ends_a_reply_whose_response_has_not_begun()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        var interrupting = talk.Conversation.InterruptAsync();
        await talk.SendAsync(Wire.Created("resp_1"));
        await talk.WhenSentAsync<ResponseCancelEvent>();
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));

        await interrupting.WithTimeout();
        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Interrupted);
    }

    [Fact]
    public async Task An_interruption_that_the_server_does_not_confirm_fails_after_the_timeout()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_other"));
        var interrupting = talk.Conversation.InterruptAsync();
        await talk.WhenSentAsync<ResponseCancelEvent>();

        talk.Time.Advance(TimeSpan.FromSeconds(10));

        await interrupting.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeTimeoutException>();
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
    }
}
