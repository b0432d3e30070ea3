namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class TurnTests
{
    private static readonly RealtimeAgent WithoutTranscription = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Audio = null } };

    [Fact]
    public async Task A_transcript_that_comes_after_the_answer_still_stands_before_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Two soups.", "item_u")]);
        var before = talk.Updates.Completed.Count;

        await talk.SendAsync(Wire.Transcript("item_u", "Which soups?"));

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        before.Should().Be(0);
        talk.Updates.Completed.Select(turn => (turn.Role, turn.Text)).Should().Equal((TurnRole.User, "Which soups?"), (TurnRole.Agent, "Two soups."));
    }

    [Fact]
    public async Task A_turn_does_not_wait_for_its_transcript_longer_than_the_timeout_and_is_revised_when_it_comes()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Two soups.", "item_u")]);
        for (var i = 0; i < 3; i++)
            talk.Time.Advance(TimeSpan.FromSeconds(2.5));
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);

        await talk.SendAsync(Wire.Transcript("item_u", "Which soups?"));

        var revised = await talk.Updates.WhenAsync<TurnRevisedUpdate>();
        (revised.Turn.Role, revised.Turn.Text, revised.Turn.IsComplete).Should().Be((TurnRole.User, "Which soups?", true));
        talk.Updates.Completed.Select(turn => (turn.Role, turn.Text)).Should().Equal((TurnRole.User, ""), (TurnRole.Agent, "Two soups."));
        talk.Conversation.Turns.Select(turn => turn.Text).Should().Equal("Which soups?", "Two soups.");
    }

    [Fact]
    public async Task A_turn_is_placed_behind_the_item_that_was_before_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        // The answer is known before the question that it follows.
        await talk.SendAsync(
        [
            Wire.SpeechStarted("item_0"), Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1", "item_u"),
            .. Wire.Committed("item_0"), .. Wire.Committed("item_u", "item_0"), new ConversationItemDoneEvent { Item = Assistant("item_1", "Two."), PreviousItemId = "item_u" },
            .. Wire.Text("resp_1", "item_1", "Two.", "item_u"), Wire.Transcript("item_u", "Which soups?"), Wire.Transcript("item_0", "Hello."),
        ]);

        talk.Conversation.Turns.Select(turn => turn.Text).Should().Equal("Hello.", "Which soups?", "Two.");
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        talk.Updates.Completed.Select(turn => turn.Text).Should().Equal("Hello.", "Which soups?", "Two.");
    }

    [Fact]
    public async Task A_transcript_that_fails_completes_the_turn_with_a_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);

        await talk.SendAsync(new ConversationItemInputAudioTranscriptionFailedEvent { ItemId = "item_u", Error = new() { Code = "audio_unintelligible", Message = "Too quiet." } });

        (await talk.Updates.WhenCompletedAsync(TurnRole.User)).Text.Should().BeEmpty();
        var warning = talk.Updates.Warnings.Single();
        (warning.Kind, warning.Error!.Code).Should().Be((WarningKind.ServerError, "audio_unintelligible"));
    }

    [Fact]
    public async Task Without_transcription_turns_have_no_text_and_one_warning_says_why()
    {
        await using var talk = await ScriptedConversation.StartAsync(WithoutTranscription);

        await talk.SendAsync([Wire.SpeechStarted("item_1"), .. Wire.Committed("item_1"), Wire.SpeechStarted("item_2"), .. Wire.Committed("item_2", "item_1")]);

        (await talk.Updates.WhenCompletedAsync(TurnRole.User, 2)).Text.Should().BeEmpty();
        talk.Updates.Warnings.Select(warning => warning.Kind).Should().Equal(WarningKind.NoTranscription);
    }

    [Fact]
    public async Task A_turn_of_the_user_lasts_as_long_as_the_speech()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync([Wire.SpeechStarted("item_u", 500), .. Wire.Committed("item_u", milliseconds: 2100), Wire.Transcript("item_u", "Hello.")]);

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.User);
        (turn.Duration, turn.HeardText, turn.ItemIds.Single()).Should().Be((TimeSpan.FromMilliseconds(1600), "Hello.", "item_u"));
    }

    [Fact]
    public async Task Speech_that_was_dropped_is_no_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        var during = talk.Conversation.Turns.Count;

        await talk.SendAsync(new InputAudioBufferClearedEvent());

        (during, talk.Conversation.Turns.Count, talk.Conversation.Status).Should().Be((1, 0, ConversationStatus.Listening));
    }

    [Fact]
    public async Task A_transcript_that_grows_is_seen_as_it_grows()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);

        await talk.SendAsync(new ConversationItemInputAudioTranscriptionDeltaEvent { ItemId = "item_u", Delta = "Which" });

        var update = await talk.Updates.WhenAsync<TurnUpdate>(update => update.NewText == "Which");
        update.Turn.IsComplete.Should().BeFalse();
    }

    [Fact]
    public async Task What_somebody_else_deletes_is_forgotten_and_the_turn_is_revised()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "A secret.")]);
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);

        await talk.SendAsync(new ConversationItemDeletedEvent { ItemId = "item_1" });

        var revised = await talk.Updates.WhenAsync<TurnRevisedUpdate>();
        (revised.Turn.Text, revised.Turn.ItemIds.Count).Should().Be(("", 0));
        talk.Conversation.Items.Should().BeEmpty();
    }

    [Fact]
    public async Task The_app_deletes_an_item_and_its_text()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "A secret.")]);

        var deleting = talk.Conversation.DeleteAsync("item_1");

        (await talk.WhenSentAsync<ConversationItemDeleteEvent>()).ItemId.Should().Be("item_1");
        await talk.SendAsync(new ConversationItemDeletedEvent { ItemId = "item_1" });
        await deleting.WithTimeout();
        talk.Conversation.Turns.Single().Text.Should().BeEmpty();
    }

    [Fact]
    public async Task Text_that_the_app_adds_for_the_user_is_a_turn_and_asks_for_no_reply()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var adding = talk.Conversation.AddAsync(ConversationItem.UserText("By the way.") with { Id = "item_u" });

        var item = (await talk.WhenSentAsync<ConversationItemCreateEvent>()).Item;
        await talk.SendAsync(new ConversationItemAddedEvent { Item = item }, new ConversationItemDoneEvent { Item = item });
        await adding.WithTimeout();
        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.User);
        (turn.Text, turn.Agent).Should().Be(("By the way.", null));
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task An_item_that_the_server_refuses_fails_for_the_app_alone()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var adding = talk.Conversation.AddAsync(ConversationItem.UserText("By the way."));

        await talk.SendAsync(Wire.Error("item_invalid", (await talk.WhenSentAsync<ConversationItemCreateEvent>()).EventId));

        await adding.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task History_that_the_app_adds_becomes_complete_turns_in_order()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(
            new ConversationItemAddedEvent { Item = ConversationItem.UserText("Hello.") with { Id = "item_1" } },
            new ConversationItemAddedEvent { Item = Assistant("item_2", "Welcome back."), PreviousItemId = "item_1" });

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        talk.Updates.Completed.Select(turn => (turn.Role, turn.Text, turn.Agent)).Should().Equal((TurnRole.User, "Hello.", null), (TurnRole.Agent, "Welcome back.", "waiter"));
    }

    [Fact]
    public async Task Several_messages_of_one_response_are_one_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(
        [
            Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "One moment.").SkipLast(1), .. Wire.Text("resp_1", "item_2", "Two soups.", "item_1"),
        ]);

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        turn.Text.Should().Be("One moment.\nTwo soups.");
        turn.ItemIds.Should().Equal("item_1", "item_2");
        talk.Conversation.Turns.Should().HaveCount(1);
    }

    [Fact]
    public async Task Turns_and_items_are_kept_up_to_their_limits()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Limits = new() { MaxTurns = 2, MaxItems = 3 } });

        for (var i = 1; i <= 5; i++)
            await talk.SendAsync([Wire.Created($"resp_{i}"), .. Wire.Text($"resp_{i}", $"item_{i}", $"Answer {i}.")]);

        talk.Conversation.Turns.Select(turn => (turn.Index, turn.Text)).Should().Equal((3, "Answer 4."), (4, "Answer 5."));
        talk.Conversation.Items.Select(item => item.Id).Should().Equal("item_3", "item_4", "item_5");
    }

    [Fact]
    public async Task Usage_is_that_of_all_responses_and_transcripts()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var usage = new ResponseUsage { TotalTokens = 3, OutputTokens = 3, OutputTokenDetails = new() { TextTokens = 3 } };

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: usage), Wire.Created("resp_b", conversationId: null), Wire.Done("resp_b", conversationId: null, usage: usage));
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);
        await talk.SendAsync(Wire.Transcript("item_u", "Hello.") with { Usage = new TranscriptionTokenUsage { TotalTokens = 5, InputTokens = 4, OutputTokens = 1 } });

        (talk.Conversation.Usage.TextOutputTokens, talk.Conversation.Usage.Responses, talk.Conversation.Usage.TranscriptionTokens).Should().Be((6, 2, 5));
    }

    private static MessageItem Assistant(string id, string text) => ConversationItem.AssistantText(text) with { Id = id, Status = ItemStatus.Completed };
}
