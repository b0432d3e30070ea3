namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class AskTests
{
    [Fact]
    public async Task A_question_is_sent_immediately_before_its_own_request()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var asking = talk.Conversation.AskAsync("What is in the soup?");

        await talk.WhenRequestedAsync();
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
        var item = talk.Sent.OfType<ConversationItemCreateEvent>().Single().Item;
        item.Should().BeOfType<MessageItem>().Which.Content.Should().Equal(new InputTextPart { Text = "What is in the soup?" });
        await AnswerAsync(talk, item, "resp_1", "Leeks.");
        (await asking.WithTimeout()).Text.Should().Be("Leeks.");
    }

    [Fact]
    public async Task The_answer_is_the_whole_turn_once_it_was_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var asking = talk.Conversation.AskAsync("What is in the soup?");
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "Leeks.", 500);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "Leeks."), Wire.Done("resp_1")]);
        var before = asking.IsCompleted;

        talk.Time.Advance(TimeSpan.FromMilliseconds(500));

        var turn = await asking.WithTimeout();
        (turn.Role, turn.HeardText, turn.IsComplete, turn.HeardDuration).Should().Be((TurnRole.Agent, "Leeks.", true, TimeSpan.FromMilliseconds(500)));
        before.Should().BeFalse();
    }

    [Fact]
    public async Task A_question_is_not_sent_while_another_response_could_answer_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        var asking = talk.Conversation.AskAsync("And you?");
        await talk.SettleAsync();
        var whileSpeaking = talk.SentTypes;
        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello.")]);
        await talk.SettleAsync();
        var whileDue = talk.SentTypes;
        await talk.SendAsync(Wire.Created("resp_vad"));
        await talk.SettleAsync();
        var whileActive = talk.SentTypes;

        await talk.SendAsync(Wire.Text("resp_vad", "item_1", "Hi.", "item_u"));

        await talk.WhenRequestedAsync();
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
        (whileSpeaking.Count, whileDue.Count, whileActive.Count).Should().Be((0, 0, 0));
        asking.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_question_that_met_an_active_response_is_asked_again_without_saying_it_twice()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var asking = talk.Conversation.AskAsync("What is in the soup?");
        var first = await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Error("conversation_already_has_active_response", first.EventId), Wire.Created("resp_other"), Wire.Done("resp_other"));

        await talk.WhenRequestedAsync(2);

        talk.SentTypes.Should().Equal("conversation.item.create", "response.create", "response.create");
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Leeks.")]);
        (await asking.WithTimeout()).Text.Should().Be("Leeks.");
    }

    [Fact]
    public async Task Canceling_withdraws_a_question_that_waits()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_other"));
        using var cancellation = new CancellationTokenSource();
        var asking = talk.Conversation.AskAsync("What is in the soup?", cancellation.Token);

        await cancellation.CancelAsync();

        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await talk.SendAsync(Wire.Done("resp_other"));
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task Canceling_cancels_the_response_to_a_question()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var asking = talk.Conversation.AskAsync("What is in the soup?", cancellation.Token);
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"));

        await cancellation.CancelAsync();

        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
    }

    [Fact]
    public async Task A_question_that_is_replaced_fails()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_other"));
        var asking = talk.Conversation.AskAsync("What is in the soup?");

        talk.Conversation.Respond(new ReplyOptions { OnBusy = WhenBusy.Replace });

        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_question_whose_request_is_refused_fails_with_the_error_of_the_server()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var asking = talk.Conversation.AskAsync("What is in the soup?");

        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenRequestedAsync()).EventId, "Bad voice."));

        (await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>()).Which.Message.Should().Contain("Bad voice.");
    }

    [Fact]
    public async Task Questions_that_are_asked_at_once_are_answered_one_after_another()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soup").Says("Leeks.");
        emulator.Model.When("pie").Says("Apples.");
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { OutputModalities = [OutputModality.Text] } };
        await using var conversation = await client.StartConversationAsync(agent);

        var (soup, pie) = (conversation.AskAsync("What is in the soup?"), conversation.AskAsync("What is in the pie?"));

        (await soup.WithTimeout()).Text.Should().Be("Leeks.");
        (await pie.WithTimeout()).Text.Should().Be("Apples.");
        emulator.Violations.Should().BeEmpty();
    }

    private static Task AnswerAsync(ScriptedConversation talk, ConversationItem question, string responseId, string text) => talk.SendAsync(
    [
        new ConversationItemAddedEvent { Item = question }, Wire.Created(responseId), .. Wire.Text(responseId, $"item_{responseId}", text, question.Id),
    ]);
}
