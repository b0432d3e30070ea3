namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class RepliesTests
{
    [Fact]
    public async Task Instructions_of_a_reply_are_added_to_those_of_the_session()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Conversation.Respond("Greet the guest.");

        var request = await talk.WhenRequestedAsync();
        request.Response!.Instructions.Should().Be("Take the order.\n\nGreet the guest.");
    }

    [Fact]
    public async Task A_reply_without_options_leaves_the_instructions_to_the_session()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Conversation.Respond();

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().BeNull();
    }

    [Fact]
    public async Task Instructions_of_a_reply_are_added_to_those_of_its_response()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Conversation.Respond(new ReplyOptions { Instructions = "Be loud.", Response = new() { Instructions = "Sing.", MaxOutputTokens = 40 } });

        var request = await talk.WhenRequestedAsync();
        request.Response!.Instructions.Should().Be("Sing.\n\nBe loud.");
        request.Response.MaxOutputTokens.Should().Be((TokenLimit)40);
    }

    [Fact]
    public async Task The_result_of_a_reply_has_its_text_and_its_usage()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync(
        [
            Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Hello.").SkipLast(1),
            Wire.Done("resp_1", usage: new() { TotalTokens = 7, InputTokens = 4, OutputTokens = 3, OutputTokenDetails = new() { TextTokens = 3 } }),
        ]);

        var result = await reply.Completion.WithTimeout();
        (result.Status, result.Text, result.Usage.TextOutputTokens, result.Exception).Should().Be((ReplyStatus.Completed, "Hello.", 3L, null));
        var heard = await reply.Heard.WithTimeout();
        (heard.Text, heard.WasInterrupted, heard.IsTextEstimated).Should().Be(("Hello.", false, false));
    }

    [Fact]
    public async Task A_second_reply_is_requested_when_the_first_response_is_done()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        talk.Conversation.Respond("One.");
        talk.Conversation.Respond("Two.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"));
        await talk.SendAsync(Wire.SpeechDone("resp_1", "item_1", "One."));
        await talk.SettleAsync();
        var before = talk.Requests.Count;

        await talk.SendAsync(Wire.Done("resp_1"));

        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Two.");
        before.Should().Be(1);
    }

    [Fact]
    public async Task Replacing_cancels_the_active_response_and_the_replies_that_wait()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var first = talk.Conversation.Respond("One.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"));
        var second = talk.Conversation.Respond("Two.");

        var third = talk.Conversation.Respond(new ReplyOptions { Instructions = "Three.", OnBusy = WhenBusy.Replace });

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        (await second.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Three.");
        (await first.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Interrupted);
        third.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Replacing_also_takes_the_place_of_a_reply_whose_response_has_not_begun()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var first = talk.Conversation.Respond("One.");
        await talk.WhenRequestedAsync();

        talk.Conversation.Respond(new ReplyOptions { Instructions = "Two.", OnBusy = WhenBusy.Replace });
        await talk.SendAsync(Wire.Created("resp_1"));

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Two.");
        (await first.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Interrupted);
    }

    [Fact]
    public async Task Coalescing_combines_a_reply_with_the_last_one_that_waits()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        talk.Conversation.Respond("One.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"));

        var second = talk.Conversation.Respond(new ReplyOptions { Instructions = "Two.", OnBusy = WhenBusy.Coalesce });
        var third = talk.Conversation.Respond(new ReplyOptions { Instructions = "Three.", OnBusy = WhenBusy.Coalesce });
        await talk.SendAsync(Wire.Done("resp_1"));

        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().Be("Take the order.\n\nTwo.\n\nThree.");
        third.Should().BeSameAs(second);
    }

    [Fact]
    public async Task Coalescing_leaves_a_question_alone()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_1"));
        var asking = talk.Conversation.AskAsync("What is in the soup?");

        talk.Conversation.Respond(new ReplyOptions { Instructions = "Two.", OnBusy = WhenBusy.Coalesce });
        await talk.SendAsync(Wire.Done("resp_1"));

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().BeNull();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Leeks.")]);
        (await asking.WithTimeout()).Text.Should().Be("Leeks.");
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Two.");
    }

    [Fact]
    public async Task A_reply_that_refuses_to_wait_is_refused_while_a_response_is_active()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_1"));

        var refused = talk.Conversation.Respond(new ReplyOptions { OnBusy = WhenBusy.Refuse });

        var result = await refused.Completion.WithTimeout();
        (result.Status, result.Exception).Should().Be((ReplyStatus.Refused, null));
        (await refused.Heard.WithTimeout()).Text.Should().BeEmpty();
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task More_replies_than_may_wait_are_refused()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Limits = new() { MaxQueuedReplies = 1 } });
        await talk.SendAsync(Wire.Created("resp_1"));
        var queued = talk.Conversation.Respond();

        var refused = talk.Conversation.Respond();

        (await refused.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Refused);
        queued.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_reply_waits_while_the_user_speaks_and_for_the_answer_to_that()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        talk.Conversation.Respond("Say something.");
        await talk.SettleAsync();
        var whileSpeaking = talk.Requests.Count;

        await talk.SendAsync(Wire.Committed("item_u"));
        await talk.SettleAsync();
        var whileDue = talk.Requests.Count;
        await talk.SendAsync([Wire.Created("resp_vad"), .. Wire.Text("resp_vad", "item_1", "Yes?")]);

        await talk.WhenRequestedAsync();
        (whileSpeaking, whileDue).Should().Be((0, 0));
    }

    [Fact]
    public async Task A_reply_that_does_not_wait_for_the_user_is_requested_while_the_user_speaks()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        talk.Conversation.Respond(new ReplyOptions { WaitForUser = false });

        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task An_answer_of_the_server_that_does_not_come_holds_a_reply_back_only_for_the_timeout()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hm.")]);
        talk.Conversation.Respond();
        await talk.SettleAsync();
        var before = talk.Requests.Count;

        for (var i = 0; i < 5; i++)
            talk.Time.Advance(TimeSpan.FromSeconds(2.5));

        await talk.WhenRequestedAsync();
        before.Should().Be(0);
    }

    [Fact]
    public async Task A_turn_that_the_server_does_not_answer_by_itself_holds_no_reply_back()
    {
        var agent = ScriptedConversation.Agent with
        {
            Session = ScriptedConversation.Agent.Session with { Audio = new() { Input = new() { TurnDetection = new ServerVad { CreateResponse = false } } } },
        };
        await using var talk = await ScriptedConversation.StartAsync(agent);
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        talk.Conversation.Respond();

        await talk.SendAsync(Wire.Committed("item_u"));

        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task Sixteen_entries_of_metadata_are_refused_because_one_is_taken()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var metadata = Enumerable.Range(0, 16).ToDictionary(i => $"key{i}", i => "value");

        var reply = talk.Conversation.Respond(new ReplyOptions { Response = new() { Metadata = metadata } });

        var result = await reply.Completion.WithTimeout();
        result.Status.Should().Be(ReplyStatus.Failed);
        result.Exception.Should().BeOfType<RealtimeValidationException>().Which.Message.Should().Contain("response.metadata").And.Contain("at most 15 entries");
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Metadata_of_the_app_is_sent_beside_ours_which_the_app_does_not_see()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var seen = new List<IReadOnlyDictionary<string, string>?>();
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is ResponseCreatedEvent created)
                seen.Add(created.Response.Metadata);
            if (serverEvent is ResponseDoneEvent done)
                seen.Add(done.Response.Metadata);
        });
        talk.Conversation.Respond(new ReplyOptions { Response = new() { Metadata = Enumerable.Range(0, 15).ToDictionary(i => $"key{i}", i => "value") } });
        var metadata = (await talk.WhenRequestedAsync()).Response!.Metadata!;

        await talk.SendAsync(Wire.Created("resp_1", metadata), Wire.Done("resp_1", metadata: metadata));

        metadata.Should().HaveCount(16);
        seen.Should().HaveCount(2).And.AllSatisfy(shown => shown.Should().HaveCount(15).And.ContainKey("key0"));
    }

    [Fact]
    public async Task A_response_that_failed_is_data_with_a_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", ResponseStatus.Failed, details: new()
        {
            Type = ResponseStatus.Failed,
            Error = new() { Type = "server_error", Code = "overloaded", Message = "Try later." },
        }));

        var result = await reply.Completion.WithTimeout();
        result.Status.Should().Be(ReplyStatus.Failed);
        result.Exception.Should().BeOfType<RealtimeApiException>().Which.Message.Should().Contain("Try later.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Kind.Should().Be(WarningKind.ResponseFailed);
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_response_that_is_incomplete_is_data_with_a_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync(
        [
            Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "We have").SkipLast(1),
            Wire.Done("resp_1", ResponseStatus.Incomplete, details: new() { Type = ResponseStatus.Incomplete, Reason = ResponseStatusReason.MaxOutputTokens }),
        ]);

        var result = await reply.Completion.WithTimeout();
        (result.Status, result.Text, result.Exception).Should().Be((ReplyStatus.Incomplete, "We have", null));
        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().Contain("max_output_tokens");
    }

    [Fact]
    public async Task A_request_that_the_server_never_confirms_fails_after_the_timeout_and_the_next_is_requested()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond("One.");
        talk.Conversation.Respond("Two.");
        await talk.WhenRequestedAsync();

        for (var i = 0; i < 5; i++)
            talk.Time.Advance(TimeSpan.FromSeconds(2.5));

        var result = await reply.Completion.WithTimeout();
        result.Status.Should().Be(ReplyStatus.Failed);
        result.Exception.Should().BeOfType<RealtimeTimeoutException>().Which.IsDeliveryUncertain.Should().BeTrue();
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Two.");
    }
}
