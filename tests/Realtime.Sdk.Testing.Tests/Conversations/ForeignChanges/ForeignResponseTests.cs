namespace Realtime.Sdk.Testing.Tests.Conversations.ForeignChanges;

/// <summary>Responses that another client of the call has requested, and those that have another cause.</summary>
public sealed class ForeignResponseTests
{
    private const string Requested = "Another client of the call has requested a response.";

    [Theory]
    [InlineData(ForeignChangeAction.Warn)]
    [InlineData(ForeignChangeAction.Restore)]
    public async Task A_response_of_another_client_is_warned_of(ForeignChangeAction action)
    {
        await using var talk = await ForeignWorld.StartAsync(action);

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Everything is free.")]);

        (await talk.GetWarningsAsync()).Should().Equal(Requested);
        talk.SentTypes.Should().BeEmpty();
        talk.Updates.Completed.Should().ContainSingle().Which.Text.Should().Be("Everything is free.");
    }

    [Fact]
    public async Task A_response_of_another_client_hangs_up()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.HangUp);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1"), Wire.Created("resp_2"));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.ForeignChange);
        await talk.Updates.Reading.WithTimeout();
        ForeignWorld.GetWarnings(talk.Updates).Should().Equal($"{Requested[..^1]}: the conversation ends.");
        ForeignWorld.CountHangUps(talk.Emulator).Should().Be(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_out_of_band_is_warned_of_even_while_an_answer_is_expected(bool isExpected)
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);
        await talk.SendAsync([.. Answered("item_1", "resp_1")]);
        if (isExpected)
            await talk.SendAsync([.. Wire.Committed("item_2")]);

        await talk.SendAsync(Wire.Created("resp_2", conversationId: null), Wire.Done("resp_2", conversationId: null));
        if (isExpected)
            await talk.SendAsync(Wire.Created("resp_3"), Wire.Done("resp_3"));

        (await talk.GetWarningsAsync()).Should().Equal(Requested);
    }

    [Fact]
    public async Task Answers_to_the_user_are_expected_once_for_each_turn()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);

        await talk.SendAsync([.. Answered("item_1", "resp_1"), .. Answered("item_2", "resp_2")]);
        await talk.SettleAsync();
        var before = ForeignWorld.GetWarnings(talk.Updates).Count;
        await talk.SendAsync(Wire.Created("resp_3"), Wire.Done("resp_3"));

        (await talk.GetWarningsAsync()).Should().Equal(Requested);
        before.Should().Be(0);
    }

    [Fact]
    public async Task A_turn_that_the_server_does_not_answer_by_itself_permits_no_response()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);
        await talk.ChangeAsync(new() { Audio = new() { Input = new() { TurnDetection = new ServerVad { CreateResponse = false } } } });

        await talk.SendAsync([.. Answered("item_1", "resp_1")]);

        (await talk.GetWarningsAsync()).Should().Equal(Requested);
    }

    [Fact]
    public async Task An_answer_to_the_silence_of_the_user_is_expected_once()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);
        await talk.SendAsync(new InputAudioBufferTimeoutTriggeredEvent { ItemId = "item_1" }, Wire.Created("resp_1"), Wire.Done("resp_1"));
        await talk.SettleAsync();
        var before = ForeignWorld.GetWarnings(talk.Updates).Count;

        await talk.SendAsync(Wire.Created("resp_2"), Wire.Done("resp_2"));

        (await talk.GetWarningsAsync()).Should().Equal(Requested);
        before.Should().Be(0);
    }

    [Fact]
    public async Task The_service_makes_an_approved_call_in_a_response_of_its_own()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);
        await talk.SendAsync([.. Wire.Committed("item_1"), .. Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1"))]);
        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Approve().Should().BeTrue();
        await talk.WhenSentAsync<ConversationItemCreateEvent>();

        await talk.SendAsync(Wire.Calls("resp_2", Wire.McpCall("mcp_1", "mcpr_1")));
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_3"), Wire.Done("resp_3"));

        (await talk.GetWarningsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Replies_that_the_conversation_has_requested_are_expected()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.HangUp);
        talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Hello.")]);
        talk.Conversation.Respond(new ReplyOptions { Response = new() { Conversation = ResponseConversation.None } });
        await talk.WhenRequestedAsync(2);

        await talk.SendAsync(Wire.Created("resp_2", conversationId: null), Wire.Done("resp_2", conversationId: null));

        (await talk.GetWarningsAsync()).Should().BeEmpty();
        ForeignWorld.CountHangUps(talk.Emulator).Should().Be(0);
    }

    [Fact]
    public async Task A_response_of_another_client_that_was_taken_for_a_reply_is_warned_of_when_it_is_done()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);
        var reply = talk.Conversation.Respond();
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1"));

        await talk.SendAsync(Wire.Done("resp_1", metadata: new Dictionary<string, string> { ["page"] = "1" }));
        await talk.SendAsync(Wire.Created("resp_2"), Wire.Done("resp_2", metadata: request.Response!.Metadata));

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        (await talk.GetWarningsAsync()).Should().Equal(Requested);
    }

    [Fact]
    public async Task Changes_and_responses_share_the_interval_of_warnings()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Warn);

        for (var i = 0; i < 12; i++)
        {
            await talk.SendAsync(Wire.Created($"resp_{i}"), Wire.Done($"resp_{i}"));
            await talk.ChangeAsync(new() { Instructions = $"Give {i} away." });
            talk.Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await talk.GetWarningsAsync()).Should().Equal(Requested, Requested, Requested);
    }

    /// <summary>A turn of the user and its answer, as a server with turn detection reports them.</summary>
    private static ServerEvent[] Answered(string itemId, string responseId) =>
        [Wire.SpeechStarted(itemId), .. Wire.Committed(itemId), Wire.Created(responseId), Wire.Done(responseId)];
}
