namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The reply that follows function calls: when it is requested, and as part of which reply.</summary>
public sealed class FollowUpTests
{
    private readonly TestFunction _cook = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_reply_follows_all_outputs_of_a_response_in_whatever_order_they_come(bool isReversed)
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2"), Wire.Call("call_3")));
        var runs = await _cook.WhenRunAsync(3);

        foreach (var run in isReversed ? runs.Reverse() : runs)
        {
            run.Return("Done.");
            await talk.WhenOutputAsync(run.Context.Call.CallId);
            await talk.SettleAsync();
        }

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("conversation.item.create", "conversation.item.create", "conversation.item.create", "response.create");
    }

    [Fact]
    public async Task The_reply_waits_for_the_end_of_the_response()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOverAsync("call_1");
        await talk.SettleAsync();
        var before = talk.SentTypes;

        await talk.SendAsync(Wire.Done("resp_1"));

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        before.Should().Equal("conversation.item.create");
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
    }

    [Fact]
    public async Task It_is_requested_before_replies_that_were_queued_earlier()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOverAsync("call_1");
        talk.Conversation.Respond("Queued.");

        await talk.SendAsync(Wire.Done("resp_1"));

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().BeNull();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Done.")]);
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Queued.");
    }

    [Fact]
    public async Task It_is_not_combined_with_replies_that_wait()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1"), Wire.SpeechStarted("item_u"));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOverAsync("call_1");

        talk.Conversation.Respond(new ReplyOptions { Instructions = "Combined.", OnBusy = WhenBusy.Coalesce });
        await talk.SendAsync(new InputAudioBufferClearedEvent());

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().BeNull();
    }

    [Fact]
    public async Task It_is_not_requested_while_the_user_speaks_or_is_being_answered()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await _cook.WhenRunAsync()).Return("Done.");

        await talk.WhenOverAsync("call_1");
        await talk.SettleAsync();
        var whileSpeaking = talk.SentTypes;
        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);
        await talk.SettleAsync();
        var whileDue = talk.SentTypes;
        await talk.SendAsync([Wire.Created("resp_vad"), .. Wire.Text("resp_vad", "item_v", "One moment.")]);
        await talk.WhenRequestedAsync();
        whileSpeaking.Should().Equal("conversation.item.create");
        whileDue.Should().Equal("conversation.item.create");
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("failed")]
    public async Task Outputs_are_sent_after_a_response_that_was_canceled_or_failed_but_no_reply_follows(string status)
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.ItemDone("resp_1", Wire.Call("call_2")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        first.Return("1");
        await talk.WhenOverAsync("call_1");

        await talk.SendAsync(Wire.Done("resp_1", new ResponseStatus(status)));
        second.Return("2");

        (await talk.WhenOutputAsync("call_2")).Should().Be("2");
        await talk.SettleAsync();
        talk.Outputs.Should().HaveCount(2);
        talk.Requests.Should().BeEmpty();
        talk.Conversation.Turns.Single().IsComplete.Should().BeTrue();
    }

    [Fact]
    public async Task A_reply_follows_an_incomplete_response_whose_call_was_complete()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1", ResponseStatus.Incomplete));
        (await _cook.WhenRunAsync()).Return("Done.");

        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task It_has_the_instructions_of_the_reply_and_those_of_the_session()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        talk.Conversation.Respond("Be brief.");
        await talk.WhenRequestedAsync();

        await CallAsync(talk, "resp_1", "call_1");

        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().Be("Take the order.\n\nBe brief.");
    }

    [Fact]
    public async Task It_has_the_configuration_of_the_reply_without_its_input_and_without_a_forced_call()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        talk.Conversation.Respond(new ReplyOptions
        {
            Response = new()
            {
                MaxOutputTokens = 77, ToolChoice = ToolChoice.Required, Input = [ConversationItem.UserText("Hi.")], Instructions = "Only this.",
                Metadata = new Dictionary<string, string> { ["topic"] = "food" },
            },
        });
        await talk.WhenRequestedAsync();

        await CallAsync(talk, "resp_1", "call_1");

        var response = (await talk.WhenRequestedAsync(2)).Response!;
        (response.ToolChoice, response.Input, response.Instructions).Should().Be((null, null, "Only this."));
        response.MaxOutputTokens.Should().Be((TokenLimit)77);
        response.Metadata.Should().Contain("topic", "food");
    }

    [Fact]
    public async Task Every_reply_of_a_chain_has_a_tag_of_its_own()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await CallAsync(talk, "resp_1", "call_1");

        await talk.WhenRequestedAsync(2);
        talk.Requests.Select(request => request.Response!.Metadata!.Single().Value).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_reply_spans_its_chain()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "One moment.").SkipLast(1), Wire.ItemDone("resp_1", Wire.Call("call_1"))]);
        await talk.SendAsync(Wire.Done("resp_1", usage: Usage(3, 5)));
        var before = (reply.Completion.IsCompleted, reply.Heard.IsCompleted);
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync(2);
        var between = (reply.Completion.IsCompleted, reply.Heard.IsCompleted);

        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Two soups.").SkipLast(1), Wire.Done("resp_2", usage: Usage(20, 30))]);

        var result = await reply.Completion.WithTimeout();
        (result.Status, result.Text, result.Usage.TextInputTokens, result.Usage.TextOutputTokens, result.Usage.Responses).Should().Be(
            (ReplyStatus.Completed, "One moment.\nTwo soups.", 23, 35, 2));
        (await reply.Heard.WithTimeout()).Text.Should().Be("One moment.\nTwo soups.");
        (before, between).Should().Be(((false, false), (false, false)));
        talk.Conversation.Turns.Single().Usage.Should().Be(result.Usage);
    }

    [Fact]
    public async Task What_was_heard_of_a_reply_is_the_sum_of_its_chain()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One moment.", 300);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "One moment."), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1")]);
        await talk.AdvanceUntilAsync(talk.Updates.WhenAsync<StatusUpdate>(update => update.Status == ConversationStatus.Thinking));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync(2);
        await talk.SpeakAsync("resp_2", "item_2", "Two soups.", 500);

        await talk.SendAsync([.. Wire.SpeechDone("resp_2", "item_2", "Two soups."), Wire.Done("resp_2")]);
        await talk.AdvanceUntilAsync(reply.Heard);

        var heard = await reply.Heard;
        (heard.Text, heard.Duration, heard.WasInterrupted).Should().Be(("One moment.\nTwo soups.", TimeSpan.FromMilliseconds(800), false));
    }

    [Fact]
    public async Task A_question_is_answered_by_the_turn_in_which_the_chain_ends()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var asking = talk.Conversation.AskAsync("Two soups.");
        await talk.WhenRequestedAsync();
        await CallAsync(talk, "resp_1", "call_1");
        await talk.WhenRequestedAsync(2);
        await CallAsync(talk, "resp_2", "call_2");
        await talk.WhenRequestedAsync(3);
        var before = asking.IsCompleted;

        await talk.SendAsync([Wire.Created("resp_3"), .. Wire.Text("resp_3", "item_3", "They are coming.")]);

        var turn = await asking.WithTimeout();
        (turn.Text, turn.IsComplete, turn.Calls.Count).Should().Be(("They are coming.", true, 2));
        before.Should().BeFalse();
    }

    [Fact]
    public async Task A_reply_that_is_canceled_while_its_function_runs_is_not_continued()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();

        await reply.CancelAsync().WithTimeout();

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Calls.Single().Status.Should().Be(FunctionCallStatus.Running);
        run.Return("Done.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_reply_that_is_canceled_just_as_its_response_is_done_is_not_continued()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        var canceling = reply.CancelAsync();
        await talk.WhenSentAsync<ResponseCancelEvent>();

        await talk.SendAsync(Wire.Done("resp_1"));
        run.Return("Done.");

        await talk.WhenOutputAsync("call_1");
        await canceling.WithTimeout();
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_reply_that_is_replaced_while_its_function_runs_is_not_continued()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        first.Return("1");
        await talk.WhenOverAsync(first.Context.Call.CallId);
        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        talk.Conversation.Respond(new ReplyOptions { Instructions = "Instead.", OnBusy = WhenBusy.Replace });
        second.Return("2");
        await talk.WhenOutputAsync(second.Context.Call.CallId);
        await talk.SendAsync(new InputAudioBufferClearedEvent());

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Instead.");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Yes.")]);
        await talk.SettleAsync();
        talk.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_reply_that_is_canceled_while_its_continuation_waits_ends_with_its_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([.. Wire.Calls("resp_1", Wire.Call("call_1")), Wire.SpeechStarted("item_u")]);
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOverAsync("call_1");

        await reply.CancelAsync().WithTimeout();

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await reply.Heard.WithTimeout()).WasInterrupted.Should().BeTrue();
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        await talk.SendAsync(new InputAudioBufferClearedEvent());
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_continuation_that_the_server_refuses_fails_the_reply_and_completes_the_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var asking = talk.Conversation.AskAsync("Two soups.");
        await talk.WhenRequestedAsync();
        await CallAsync(talk, "resp_1", "call_1");

        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenRequestedAsync(2)).EventId));

        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Calls.Should().ContainSingle();
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task A_continuation_is_requested_again_after_a_response_that_the_server_began_itself()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await CallAsync(talk, "resp_1", "call_1");
        var request = await talk.WhenRequestedAsync();

        await talk.SendAsync([Wire.Created("resp_vad"), Wire.Error("conversation_already_has_active_response", request.EventId), .. Wire.Text("resp_vad", "item_v", "Hi.")]);

        await talk.WhenRequestedAsync(2);
    }

    [Fact]
    public async Task A_continuation_is_canceled_by_an_interruption_and_none_follows_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await CallAsync(talk, "resp_1", "call_1");
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Item("resp_2", "item_2"), Wire.SpeechStarted("item_u")]);

        await talk.SendAsync([Wire.Done("resp_2", ResponseStatus.Cancelled), .. Wire.Committed("item_u"), Wire.Transcript("item_u", "Stop."), Wire.Created("resp_3"), .. Wire.Text("resp_3", "item_3", "Yes.")]);

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Interrupted);
        await talk.SettleAsync();
        talk.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_reply_that_must_not_be_interrupted_stays_so_in_its_whole_chain()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, inCall: true);
        var reply = talk.Conversation.Respond(new ReplyOptions { AllowInterruptions = false });
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await CallAsync(talk, "resp_1", "call_1");
        await talk.WhenRequestedAsync(2);

        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Done.")]);

        await reply.Heard.WithTimeout();
        await talk.SettleAsync();
        var update = (RealtimeSessionConfiguration)talk.Sent.OfType<SessionUpdateEvent>().Last().Session;
        update.Audio!.Input!.TurnDetection.Should().BeEquivalentTo(new { InterruptResponse = true });
    }

    private async Task CallAsync(ScriptedConversation talk, string responseId, string callId)
    {
        await talk.SendAsync(Wire.Calls(responseId, Wire.Call(callId)));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOutputAsync(callId);
    }

    private static ResponseUsage Usage(int input, int output) => new()
    {
        InputTokens = input, OutputTokens = output, TotalTokens = input + output,
        InputTokenDetails = new() { TextTokens = input }, OutputTokenDetails = new() { TextTokens = output },
    };
}
