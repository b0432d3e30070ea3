namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Which calls are run, how often, and what happens meanwhile.</summary>
public sealed class FunctionTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_call_that_several_events_announce_is_run_once()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var call = Wire.Call("call_1");

        await talk.SendAsync(
            Wire.Created("resp_1"),
            new ResponseOutputItemAddedEvent { ResponseId = "resp_1", Item = call with { Status = ItemStatus.InProgress } },
            new ConversationItemAddedEvent { Item = call },
            new ResponseFunctionCallArgumentsDoneEvent { ResponseId = "resp_1", ItemId = call.Id!, CallId = "call_1", Name = "cook", Arguments = "{}" },
            Wire.ItemDone("resp_1", call), Wire.ItemDone("resp_1", call), new ConversationItemDoneEvent { Item = call },
            Wire.DoneWith("resp_1", call), Wire.DoneWith("resp_1", call));
        (await _cook.WhenRunAsync()).Return("Done.");

        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), Wire.ItemDone("resp_2", call), Wire.DoneWith("resp_2", call)]);
        await talk.SettleAsync();
        _cook.Runs.Should().ContainSingle();
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
    }

    [Fact]
    public async Task A_call_is_run_before_its_response_is_done()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_that_only_the_end_of_its_response_shows_is_run()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.DoneWith("resp_1", Wire.Call("call_1") with { Status = null }));

        (await _cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
        await talk.WhenRequestedAsync();
    }

    [Theory]
    [InlineData("incomplete")]
    [InlineData("in_progress")]
    public async Task A_call_that_is_not_complete_is_never_run(string status)
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var call = Wire.Call("call_1") with { Status = new ItemStatus(status) };

        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", call), Wire.DoneWith("resp_1", call));

        await talk.SettleAsync();
        _cook.Runs.Should().BeEmpty();
        talk.SentTypes.Should().BeEmpty();
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Theory]
    [InlineData("incomplete")]
    [InlineData("cancelled")]
    [InlineData("failed")]
    public async Task A_call_without_a_status_is_not_run_if_its_response_was_cut_off(string status)
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var done = Wire.DoneWith("resp_1", Wire.Call("call_1") with { Status = null });

        await talk.SendAsync(Wire.Created("resp_1"), done with { Response = done.Response with { Status = new ResponseStatus(status) } });

        await talk.SettleAsync();
        _cook.Runs.Should().BeEmpty();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_of_an_out_of_band_response_is_never_run()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond(new ReplyOptions { Response = new() { Conversation = ResponseConversation.None } });
        await talk.WhenRequestedAsync();
        var call = Wire.Call("call_1");

        await talk.SendAsync(Wire.Created("resp_b", conversationId: null), Wire.ItemDone("resp_b", call), Wire.Done("resp_b", conversationId: null));

        await reply.Completion.WithTimeout();
        await talk.SettleAsync();
        _cook.Runs.Should().BeEmpty();
        talk.Outputs.Should().BeEmpty();
    }

    [Fact]
    public async Task An_item_that_is_added_to_the_conversation_starts_no_call()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var call = Wire.Call("call_1");

        await talk.SendAsync(new ConversationItemAddedEvent { Item = call }, new ConversationItemDoneEvent { Item = call }, new ConversationItemCreatedEvent { Item = call });

        await talk.SettleAsync();
        _cook.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_without_an_ID_is_warned_of_once_and_not_run()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("") with { Id = "item_1" }, Wire.Call("") with { Id = "item_2", CallId = null }));

        await talk.SettleAsync();
        await talk.EndAsync();
        talk.Updates.Warnings.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Kind = WarningKind.Function, Message = "The server reported a function call without an ID. It is not run, because it could not be answered." });
        _cook.Runs.Should().BeEmpty();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task Text_other_calls_and_turns_of_the_user_arrive_while_a_function_runs()
    {
        var wait = new TestFunction("wait");
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [_cook.Function, wait.Function] });
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1", "wait")));
        var waiting = await wait.WhenRunAsync();

        await talk.SendAsync([.. Wire.Item("resp_1", "item_1"), new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = "One moment." }]);
        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_2")));
        (await _cook.WhenRunAsync()).Return("Soup.");

        (await talk.WhenOutputAsync("call_2")).Should().Be("Soup.");
        await talk.SendAsync([Wire.Done("resp_1"), Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);
        (await talk.Updates.WhenCompletedAsync(TurnRole.User)).Text.Should().Be("Hello?");
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().Be("One moment.");
        waiting.Token.IsCancellationRequested.Should().BeFalse();
        talk.Outputs.Should().ContainSingle();
        waiting.Return("");
    }

    [Fact]
    public async Task A_handler_that_blocks_its_thread_does_not_block_the_conversation()
    {
        using var released = new ManualResetEventSlim();
        var blocking = AgentFunction.Create("block", "Blocks.", (_, _) =>
        {
            released.Wait(CancellationToken.None);
            return Task.FromResult("Done.");
        });
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [blocking] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "block")));

        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);
        (await talk.Updates.WhenCompletedAsync(TurnRole.User)).Text.Should().Be("Hello?");
        released.Set();
        await talk.WhenOutputAsync("call_1");
    }

    [Fact]
    public async Task The_agent_is_thinking_while_a_function_runs_after_its_response()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        talk.Conversation.Status.Should().Be(ConversationStatus.Thinking);
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Done.")]);
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task The_function_of_the_agent_that_was_in_charge_at_the_start_of_the_response_is_run()
    {
        var other = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"));
        var switching = talk.Conversation.SwitchAgentAsync(other.Agent with { Name = "sommelier" });
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await switching.WithTimeout();

        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1"));

        var run = await _cook.WhenRunAsync();
        (run.Context.Agent.Name, run.Context.Call.Agent).Should().Be(("waiter", "waiter"));
        other.Runs.Should().BeEmpty();
        run.Return("Done.");
    }

    [Fact]
    public async Task A_name_is_compared_character_by_character()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "Cook"), Wire.Call("call_2", "cook "), Wire.Call("call_3", "ToString")));

        foreach (var callId in (string[])["call_1", "call_2", "call_3"])
            (await talk.WhenOutputAsync(callId)).Should().Be("Error: there is no such function.");
        _cook.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_ID_that_is_longer_than_those_of_OpenAI_is_answered()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var id = "call_" + new string('x', 60);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call(id)));

        (await _cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync(id)).Should().Be("Done.");
        await talk.WhenRequestedAsync();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_an_output_is_replaced_and_the_rest_is_sent()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return("Soup \ud83c with 🍞 \udf5e.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Soup \ufffd with 🍞 \ufffd.");
        (await talk.WhenOverAsync("call_1")).Output.Should().Be("Soup \ufffd with 🍞 \ufffd.");
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task No_more_than_64_calls_of_one_response_are_run()
    {
        await using var talk = await ScriptedConversation.StartAsync(
            _cook.Agent, (options, _) => options with { Limits = new() { MaxConcurrentFunctions = 1000 } });

        await talk.SendAsync(Wire.Calls("resp_1", [.. Enumerable.Range(0, 70).Select(i => Wire.Call($"call_{i}"))]));

        for (var i = 0; i < 64; i++)
            (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        _cook.Runs.Should().HaveCount(64);
    }

    [Fact]
    public async Task An_output_that_the_server_refuses_is_a_warning_and_the_conversation_continues()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Error("invalid_function_call_output", talk.Sent[0].EventId, "No such call."));

        (await talk.Updates.WhenAsync<WarningUpdate>()).Kind.Should().Be(WarningKind.ServerError);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Sorry.")]);
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().Be("Sorry.");
    }
}
