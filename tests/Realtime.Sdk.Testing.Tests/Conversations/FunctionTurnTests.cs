namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Function calls in the turns and the updates of a conversation.</summary>
public sealed class FunctionTurnTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_turn_of_the_agent_spans_its_chain()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "One moment.").SkipLast(1), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1")]);
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync();
        var before = talk.Conversation.Turns.Single().IsComplete;

        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Two soups.")]);

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        (turn.Text, turn.HeardText, turn.IsComplete, before).Should().Be(("One moment.\nTwo soups.", "One moment.\nTwo soups.", true, false));
        turn.ItemIds.Should().Equal("item_1", "item_2");
        turn.Calls.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { CallId = "call_1", Name = "cook", Arguments = "{}", Status = FunctionCallStatus.Completed, Output = "Done.", Agent = "waiter", ServerLabel = (string?)null });
        talk.Conversation.Turns.Should().ContainSingle();
        talk.Updates.Completed.Should().ContainSingle();
    }

    [Fact]
    public async Task A_turn_of_the_user_in_between_completes_it_and_the_continuation_begins_a_new_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "One moment.").SkipLast(1), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1")]);
        var run = await _cook.WhenRunAsync();

        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u", "item_1"), Wire.Transcript("item_u", "Hello?")]);
        var first = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        await talk.SendAsync([Wire.Created("resp_vad"), .. Wire.Text("resp_vad", "item_v", "Still cooking.", "item_u")]);
        run.Return("Done.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Two soups.", "item_v")]);

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 3);
        talk.Updates.Completed.Select(turn => turn.Text).Should().Equal("One moment.", "Hello?", "Still cooking.", "Two soups.");
        first.Calls.Single().Status.Should().Be(FunctionCallStatus.Running);
        talk.Conversation.Turns.Select(turn => turn.Calls.Count).Should().Equal(1, 0, 0, 0);
    }

    [Fact]
    public async Task A_call_that_ends_after_its_turn_is_complete_revises_the_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync([Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1"), .. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);

        (await _cook.WhenRunAsync()).Return("Done.");

        var revised = await talk.Updates.WhenAsync<TurnRevisedUpdate>(update => update.Turn.Calls[0].IsOver);
        revised.Turn.Calls.Single().Should().BeEquivalentTo(new { Status = FunctionCallStatus.Completed, Output = "Done." });
        revised.Turn.IsComplete.Should().BeTrue();
        talk.Updates.Completed.Count(turn => turn.Role == TurnRole.Agent).Should().Be(1);
    }

    [Fact]
    public async Task A_question_whose_chain_is_divided_by_the_user_is_answered_by_the_last_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var asking = talk.Conversation.AskAsync("Two soups.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?"), Wire.Created("resp_vad"), .. Wire.Text("resp_vad", "item_v", "Yes?")]);
        var before = asking.IsCompleted;
        run.Return("Done.");
        await talk.WhenRequestedAsync(2);

        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "They are coming.")]);

        (await asking.WithTimeout()).Text.Should().Be("They are coming.");
        before.Should().BeFalse();
    }

    [Fact]
    public async Task A_call_whose_item_is_deleted_is_canceled_without_output_and_without_a_reply()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();

        await talk.SendAsync(new ConversationItemDeletedEvent { ItemId = "item_call_1" });

        var call = await talk.WhenOverAsync("call_1");
        (call.Status, call.Output).Should().Be((FunctionCallStatus.Canceled, null));
        run.Return("Done.");
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        await talk.SettleAsync();
        run.Token.IsCancellationRequested.Should().BeTrue();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_snapshot_of_a_turn_does_not_change()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        var before = talk.Conversation.Turns.Single();

        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_2")));
        run.Return("Done.");
        await talk.WhenOverAsync("call_1");

        before.Calls.Should().ContainSingle().Which.Status.Should().Be(FunctionCallStatus.Running);
        talk.Conversation.Turns.Single().Calls.Select(call => (call.CallId, call.IsOver)).Should().Equal(("call_1", true), ("call_2", false));
    }

    [Fact]
    public async Task Arguments_and_outputs_count_for_the_text_limit_of_a_turn_and_functions_still_get_them()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Limits = new() { MaxTurnText = 30 } });
        var arguments = $$"""{"dish":"{{new string('x', 40)}}"}""";
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", arguments: arguments), Wire.Call("call_2", arguments: """{"dish":"soup"}""")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);

        first.Return(new('y', 40));
        second.Return("short");

        (await talk.WhenOutputAsync("call_1")).Should().HaveLength(40);
        await talk.WhenRequestedAsync();
        talk.Conversation.Turns.Single().Calls.Select(call => (call.Arguments, call.Output)).Should().Equal(("", null), ("""{"dish":"soup"}""", "short"));
        await talk.EndAsync();
        talk.Updates.Warnings.Should().ContainSingle(warning => warning.Kind == WarningKind.Limit);
    }

    [Fact]
    public async Task A_reader_that_is_behind_gets_only_the_end_of_a_call()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await using var reader = talk.Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        (await reader.MoveNextAsync().WithTimeout()).Should().BeTrue();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        first.Return("1");
        await talk.WhenOverAsync("call_1");

        var updates = await ReadAsync(reader, update => update is FunctionCallUpdate { Call.IsOver: true });

        updates.OfType<FunctionCallUpdate>().Select(update => (update.Call.CallId, update.Call.Status)).Should().Equal(
            ("call_2", FunctionCallStatus.Running), ("call_1", FunctionCallStatus.Completed));
        second.Return("2");
        (await ReadAsync(reader, update => update is FunctionCallUpdate { Call.IsOver: true })).OfType<FunctionCallUpdate>().Should().ContainSingle()
            .Which.Call.CallId.Should().Be("call_2");
    }

    [Fact]
    public async Task A_reader_that_keeps_up_sees_a_call_run_and_end_once()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await talk.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.Status == FunctionCallStatus.Running);

        (await _cook.WhenRunAsync()).Return("Done.");

        await talk.WhenOverAsync("call_1");
        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All.OfType<FunctionCallUpdate>().Select(update => update.Call.Status).Should().Equal(FunctionCallStatus.Running, FunctionCallStatus.Completed);
    }

    [Fact]
    public async Task A_later_reader_begins_with_the_calls_and_approvals_that_are_open()
    {
        var pay = new TestFunction("pay");
        await using var talk = await ScriptedConversation.StartAsync(
            ScriptedConversation.Agent with { Functions = [_cook.Function, pay.Function with { RequiresApproval = true }] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2"), Wire.Call("call_3", "pay")));
        (await _cook.WhenRunAsync(2))[0].Return("1");
        await talk.WhenOverAsync("call_1");

        await using var reader = talk.Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        var updates = await ReadAsync(reader, update => update is ApprovalUpdate);

        updates.OfType<FunctionCallUpdate>().Select(update => (update.Call.CallId, update.Call.Status)).Should().Equal(
            ("call_2", FunctionCallStatus.Running), ("call_3", FunctionCallStatus.AwaitingApproval));
        updates.OfType<ApprovalUpdate>().Single().Approve().Should().BeTrue();
        (await pay.WhenRunAsync()).Return("Paid.");
        await using var later = talk.Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        (await later.MoveNextAsync().WithTimeout()).Should().BeTrue();
        later.Current.Should().NotBeOfType<ApprovalUpdate>();
    }

    [Fact]
    public async Task A_call_is_printed_without_arguments_and_output()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", arguments: """{"card":"4111"}""")));
        (await _cook.WhenRunAsync()).Return("secret");

        var call = await talk.WhenOverAsync("call_1");

        call.ToString().Should().Be("FunctionCall { CallId = call_1, Name = cook, Status = Completed, Agent = waiter, ServerLabel = , Duration = 00:00:00 }");
        talk.Updates.All.OfType<FunctionCallUpdate>().Last().ToString().Should().NotContain("4111").And.NotContain("secret");
    }

    private static async Task<List<ConversationUpdate>> ReadAsync(IAsyncEnumerator<ConversationUpdate> reader, Func<ConversationUpdate, bool> isLast)
    {
        var updates = new List<ConversationUpdate>();
        do
        {
            (await reader.MoveNextAsync().WithTimeout()).Should().BeTrue();
            updates.Add(reader.Current);
        }
        while (!isLast(updates[^1]));
        return updates;
    }
}
