namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class OutOfBandTests
{
    private static readonly ReplyOptions Beside = new() { Instructions = "Classify.", Response = new() { Conversation = ResponseConversation.None } };

    [Fact]
    public async Task It_is_requested_while_another_response_is_active_and_the_user_speaks()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_other"), Wire.SpeechStarted("item_u"));

        talk.Conversation.Respond(Beside);

        (await talk.WhenRequestedAsync()).Response!.Conversation.Should().Be(ResponseConversation.None);
    }

    [Fact]
    public async Task It_is_no_turn_and_holds_no_reply_back()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var beside = talk.Conversation.Respond(Beside);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_b", conversationId: null), .. Wire.Text("resp_b", "item_b", "billing").Take(1)]);

        talk.Conversation.Respond("Go on.");

        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([.. Wire.Text("resp_b", "item_b", "billing").Skip(2).SkipLast(1), Wire.Done("resp_b", conversationId: null)]);
        (await beside.Completion.WithTimeout()).Text.Should().Be("billing");
        (await beside.Heard.WithTimeout()).Text.Should().Be("billing");
        talk.Conversation.Turns.Should().BeEmpty();
    }

    [Fact]
    public async Task Its_text_goes_to_its_own_reply_although_another_was_requested_before_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_0"), .. Wire.Text("resp_0", "item_0", "First.")]);
        await reply.Completion.WithTimeout();
        var second = talk.Conversation.Respond();
        var beside = talk.Conversation.Respond(Beside);
        await talk.WhenRequestedAsync(3);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Created("resp_b", conversationId: null));
        await talk.SendAsync([.. Wire.Text("resp_b", "item_b", "billing").SkipLast(1), Wire.Done("resp_b", conversationId: null), .. Wire.Text("resp_1", "item_1", "Hello.")]);

        (await beside.Completion.WithTimeout()).Text.Should().Be("billing");
        (await second.Completion.WithTimeout()).Text.Should().Be("Hello.");
    }

    [Fact]
    public async Task Its_audio_is_heard_but_never_truncated_when_the_user_interrupts()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var beside = talk.Conversation.Respond(Beside);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_b", conversationId: null), .. Wire.Speech("resp_b", "item_b", "One moment please.", 1000)]);
        await talk.WhenStatusAsync(ConversationStatus.Speaking);
        talk.Time.Advance(TimeSpan.FromMilliseconds(500));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_b");
        await talk.SendAsync(Wire.Done("resp_b", ResponseStatus.Cancelled, conversationId: null));
        var heard = await beside.Heard.WithTimeout();
        (heard.Duration, heard.WasInterrupted).Should().Be((TimeSpan.FromMilliseconds(500), true));
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("response.create", "response.cancel");
    }

    [Fact]
    public async Task It_is_canceled_by_its_ID()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var beside = talk.Conversation.Respond(Beside);
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_b", conversationId: null));

        var canceling = beside.CancelAsync();

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_b");
        await talk.SendAsync(Wire.Done("resp_b", ResponseStatus.Cancelled, conversationId: null));
        await canceling.WithTimeout();
        (await beside.Completion).Status.Should().Be(ReplyStatus.Canceled);
    }
}
