namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Whose a response is, and what happens when the server or another client was faster.</summary>
public sealed class ReplyRaceTests
{
    private const string HasActiveResponse = "conversation_already_has_active_response";

    [Fact]
    public async Task A_response_is_recognized_by_its_metadata_even_if_another_came_first()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        var metadata = (await talk.WhenRequestedAsync()).Response!.Metadata;

        await talk.SendAsync(
        [
            Wire.Created("resp_other", new Dictionary<string, string> { ["realtime_sdk_reply"] = "somebody else's" }), .. Wire.Text("resp_other", "item_1", "Not ours."),
        ]);
        var wasTaken = reply.Completion.IsCompleted;
        await talk.SendAsync(
        [
            Wire.Created("resp_1", metadata), .. Wire.Text("resp_1", "item_2", "Ours.").SkipLast(1), Wire.Done("resp_1", metadata: metadata),
        ]);

        wasTaken.Should().BeFalse();
        (await reply.Completion.WithTimeout()).Text.Should().Be("Ours.");
    }

    [Fact]
    public async Task A_response_that_shows_no_metadata_is_recognized_by_order()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Ours.")]);

        (await reply.Completion.WithTimeout()).Text.Should().Be("Ours.");
    }

    [Fact]
    public async Task A_response_that_was_taken_for_ours_by_order_is_given_up_when_its_end_shows_another()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        var metadata = (await talk.WhenRequestedAsync()).Response!.Metadata;

        await talk.SendAsync(
        [
            Wire.Created("resp_other"), .. Wire.Text("resp_other", "item_1", "Not ours.").SkipLast(1),
            Wire.Done("resp_other", metadata: new Dictionary<string, string> { ["realtime_sdk_reply"] = "somebody else's" }),
        ]);
        var wasTaken = reply.Completion.IsCompleted;
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_2", "Ours.").SkipLast(1), Wire.Done("resp_1", metadata: metadata)]);

        wasTaken.Should().BeFalse();
        (await reply.Completion.WithTimeout()).Text.Should().Be("Ours.");
    }

    [Fact]
    public async Task A_request_that_met_an_active_response_is_sent_once_more_when_that_is_done()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        var first = await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Error(HasActiveResponse, first.EventId), Wire.Created("resp_vad"));
        await talk.SettleAsync();
        var before = talk.Requests.Count;

        await talk.SendAsync(Wire.Text("resp_vad", "item_1", "Yes?"));

        var second = await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_2", "Ours.")]);
        (await reply.Completion.WithTimeout()).Text.Should().Be("Ours.");
        before.Should().Be(1);
        second.EventId.Should().NotBe(first.EventId);
        talk.Requests.Should().HaveCount(2);
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task An_answer_to_the_user_that_was_taken_for_ours_is_given_back_when_ours_is_refused()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        var first = await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Created("resp_vad"), Wire.Error(HasActiveResponse, first.EventId));
        await talk.SendAsync(Wire.Text("resp_vad", "item_1", "Yes?"));
        var wasTaken = reply.Completion.IsCompleted;
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_2", "Ours.")]);

        wasTaken.Should().BeFalse();
        (await reply.Completion.WithTimeout()).Text.Should().Be("Ours.");
        talk.Conversation.Turns.Select(turn => turn.Text).Should().Equal("Yes?", "Ours.");
    }

    [Fact]
    public async Task An_answer_that_is_due_to_the_user_is_not_taken_for_ours()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        var first = await talk.WhenRequestedAsync();

        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Created("resp_vad")]);
        await talk.SendAsync(Wire.Error(HasActiveResponse, first.EventId));
        await talk.SendAsync(Wire.Text("resp_vad", "item_1", "Yes?"));

        await talk.WhenRequestedAsync(2);
        reply.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_server_that_refuses_again_and_again_ends_the_reply_with_its_error()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();

        for (var i = 1; !reply.Completion.IsCompleted && i < 20; i++)
        {
            await talk.SendAsync(Wire.Error(HasActiveResponse, (await talk.WhenRequestedAsync(i)).EventId));
            await talk.SendAsync([Wire.Created($"resp_{i}"), .. Wire.Text($"resp_{i}", $"item_{i}", "Busy.")]);
        }

        var result = await reply.Completion.WithTimeout();
        result.Status.Should().Be(ReplyStatus.Failed);
        result.Exception.Should().BeOfType<RealtimeApiException>();
    }

    [Fact]
    public async Task A_request_that_the_server_refuses_ends_the_reply_with_its_error_and_not_the_conversation()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        var next = talk.Conversation.Respond("Next.");

        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenRequestedAsync()).EventId, "Bad voice."));

        var result = await reply.Completion.WithTimeout();
        result.Status.Should().Be(ReplyStatus.Failed);
        result.Exception.Should().BeOfType<RealtimeApiException>().Which.Message.Should().Contain("Bad voice.");
        await talk.WhenRequestedAsync(2);
        next.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Responses_of_the_server_and_of_other_clients_are_turns_too()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync([Wire.Created("resp_other"), .. Wire.Text("resp_other", "item_1", "Hello.")]);

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().Be("Hello.");
    }

    [Fact]
    public async Task A_response_whose_beginning_was_not_reported_is_a_turn_too()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(Wire.Text("resp_other", "item_1", "Hello."));

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().Be("Hello.");
    }
}
