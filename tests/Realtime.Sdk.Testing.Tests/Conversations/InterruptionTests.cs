namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class InterruptionTests
{
    private const string Words = "We have three soups today and all of them are hot.";

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [Fact]
    public async Task Speech_during_generation_truncates_where_the_user_heard_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 2000);
        talk.Time.Advance(Ms(500.7));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        var truncate = await talk.WhenSentAsync<ConversationItemTruncateEvent>();
        (truncate.ItemId, truncate.ContentIndex).Should().Be(("item_1", 0));
        truncate.AudioEnd.Should().BeCloseTo(Ms(500), Ms(1)).And.BeLessThanOrEqualTo(Ms(500.7));
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("conversation.item.truncate");
    }

    [Fact]
    public async Task The_position_of_a_truncation_is_in_whole_milliseconds_on_the_wire()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 2000);
        talk.Time.Advance(Ms(500.7));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await talk.WhenSentAsync<ConversationItemTruncateEvent>();

        talk.Server.Received.Select(message => message.Text).Should().Contain(json => json.Contains("\"audio_end_ms\":500"));
    }

    [Fact]
    public async Task Nothing_is_truncated_behind_the_audio_that_was_received()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 400);
        talk.Time.Advance(Ms(900));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().Be(Ms(400));
    }

    [Fact]
    public async Task Speech_after_the_response_was_generated_still_stops_what_is_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 2000);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", Words), Wire.Done("resp_1")]);
        talk.Time.Advance(Ms(1000));
        var result = await reply.Completion.WithTimeout();

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().Be(Ms(1000));
        var heard = await reply.Heard.WithTimeout();
        (heard.WasInterrupted, heard.IsTextEstimated, heard.Duration).Should().Be((true, true, Ms(1000)));
        heard.Text.Should().Be("We have three soups today");
        (result.Status, result.Text).Should().Be((ReplyStatus.Completed, Words));
        await talk.SettleAsync();
        talk.SentTypes.Should().NotContain("response.cancel");
    }

    [Fact]
    public async Task The_app_interrupts_in_the_playback_tail_as_the_user_does()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 2000);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", Words), Wire.Done("resp_1")]);
        talk.Time.Advance(Ms(300));

        await talk.Conversation.InterruptAsync().WithTimeout();

        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().Be(Ms(300));
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task An_answer_that_was_heard_to_its_end_is_not_truncated()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", Words), Wire.Done("resp_1")]);
        talk.Time.Advance(Ms(1000));
        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
        (turn.HeardText, turn.WasInterrupted, turn.IsHeardTextEstimated).Should().Be((Words, false, false));
    }

    [Fact]
    public async Task Speech_before_the_first_audio_truncates_nothing()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);

        await talk.SendAsync(Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled));

        await talk.SettleAsync();
        talk.SentTypes.Should().NotContain("conversation.item.truncate");
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Should().Match<ConversationTurn>(turn => turn.WasInterrupted && turn.HeardText == "");
    }

    [Fact]
    public async Task An_answer_of_which_nothing_was_heard_is_deleted_and_not_truncated_at_zero()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);

        await talk.SendAsync(Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled));

        (await talk.WhenSentAsync<ConversationItemDeleteEvent>()).ItemId.Should().Be("item_1");
        await talk.SettleAsync();
        talk.SentTypes.Should().NotContain("conversation.item.truncate");
    }

    [Fact]
    public async Task What_was_said_but_not_heard_stays_in_the_turn_when_its_item_is_deleted()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        await talk.SendAsync(Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled));
        await talk.WhenSentAsync<ConversationItemDeleteEvent>();

        await talk.SendAsync(new ConversationItemDeletedEvent { ItemId = "item_1" });

        var turn = talk.Conversation.Turns.Single(turn => turn.Role == TurnRole.Agent);
        (turn.Text, turn.HeardText, turn.WasInterrupted).Should().Be((Words, "", true));
        turn.ItemIds.Should().BeEmpty();
    }

    [Fact]
    public async Task Audio_that_comes_after_an_interruption_is_not_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        talk.Time.Advance(Ms(300));
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await talk.WhenSentAsync<ConversationItemTruncateEvent>();

        await talk.SendAsync(Wire.Audio("resp_1", "item_1", 1000), Wire.Audio("resp_1", "item_2", 1000), Wire.Done("resp_1", ResponseStatus.Cancelled));
        await talk.SendAsync(Wire.Audio("resp_1", "item_1", 1000));
        talk.Time.Advance(Ms(5000));

        await talk.SettleAsync();
        talk.Conversation.Turns.Single(turn => turn.Role == TurnRole.Agent).HeardDuration.Should().Be(Ms(300));
        talk.SentTypes.Should().Equal("conversation.item.truncate");
    }

    [Fact]
    public async Task The_next_answer_is_heard_while_audio_of_the_interrupted_one_still_comes()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        talk.Time.Advance(Ms(300));
        await talk.SendAsync([Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled), .. Wire.Committed("item_u", "item_1")]);
        await talk.WhenSentAsync<ConversationItemTruncateEvent>();
        await talk.SendAsync(Wire.Transcript("item_u", "Stop."));

        await talk.SpeakAsync("resp_2", "item_2", "All right.", 400, "item_u");
        await talk.SendAsync([Wire.Audio("resp_1", "item_1", 1000), .. Wire.SpeechDone("resp_2", "item_2", "All right."), Wire.Done("resp_2")]);
        talk.Time.Advance(Ms(400));

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);
        (turn.HeardText, turn.HeardDuration).Should().Be(("All right.", Ms(400)));
    }

    [Fact]
    public async Task Speech_does_not_interrupt_where_the_session_says_so()
    {
        var agent = ScriptedConversation.Agent with
        {
            Session = ScriptedConversation.Agent.Session with { Audio = new() { Input = new() { TurnDetection = new ServerVad { InterruptResponse = false } } } },
        };
        await using var talk = await ScriptedConversation.StartAsync(agent);
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        talk.Time.Advance(Ms(300));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task The_response_that_the_server_cancels_itself_is_not_canceled_a_second_time()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        talk.Time.Advance(Ms(300));

        await talk.SendAsync(Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled, details: new()
        {
            Type = ResponseStatus.Cancelled,
            Reason = ResponseStatusReason.TurnDetected,
        }));

        await talk.WhenSentAsync<ConversationItemTruncateEvent>();
        await talk.SettleAsync();
        talk.SentTypes.Should().NotContain("response.cancel");
        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Interrupted);
    }

    [Fact]
    public async Task The_app_cancels_and_truncates_where_the_user_has_not_spoken()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", Words, 1000);
        talk.Time.Advance(Ms(300));

        var interrupting = talk.Conversation.InterruptAsync();

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().Be(Ms(300));
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        await interrupting.WithTimeout();
    }

    [Fact]
    public async Task Text_is_never_truncated()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", Words).SkipLast(2)]);

        await talk.SendAsync(Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled));

        await talk.SettleAsync();
        talk.SentTypes.Should().NotContain("conversation.item.truncate").And.NotContain("conversation.item.delete");
    }

    [Fact]
    public async Task Each_item_of_an_answer_is_treated_by_what_was_heard_of_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One.", 400);
        await talk.SendAsync(
        [
            .. Wire.SpeechDone("resp_1", "item_1", "One."),
            .. Wire.Item("resp_1", "item_2", "item_1"), .. Wire.Speech("resp_1", "item_2", "Two and more.", 400), .. Wire.SpeechDone("resp_1", "item_2", "Two and more."),
            .. Wire.Item("resp_1", "item_3", "item_2"), .. Wire.Speech("resp_1", "item_3", "Three.", 400), .. Wire.SpeechDone("resp_1", "item_3", "Three."),
            Wire.Done("resp_1"),
        ]);
        talk.Time.Advance(Ms(600));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenSentAsync<ConversationItemDeleteEvent>()).ItemId.Should().Be("item_3");
        talk.Sent.OfType<ConversationItemTruncateEvent>().Select(sent => (sent.ItemId, sent.AudioEnd)).Should().Equal(("item_2", Ms(200)));
        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        (turn.Text, turn.HeardDuration).Should().Be(("One.\nTwo and more.\nThree.", Ms(600)));
        turn.HeardText.Should().StartWith("One.\nTwo").And.NotContain("Three");
    }

    [Fact]
    public async Task An_answer_that_is_due_is_canceled_when_it_begins_after_an_interruption()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.SpeechStarted("item_1"), .. Wire.Committed("item_1")]);
        var interrupting = talk.Conversation.InterruptAsync();

        await talk.SendAsync(Wire.Created("resp_1"));

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        interrupting.IsCompleted.Should().BeFalse();
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        await interrupting.WithTimeout();
    }
}
