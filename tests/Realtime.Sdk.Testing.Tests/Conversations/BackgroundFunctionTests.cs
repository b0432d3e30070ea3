namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Functions that run in the background.</summary>
public sealed class BackgroundFunctionTests
{
    private readonly TestFunction _stock = new("check_stock") { ObeysToken = true };

    public BackgroundFunctionTests() => _stock.Function = _stock.Function with { Background = true };

    [Fact]
    public async Task The_model_gets_an_answer_at_once_and_the_output_with_one_reply_when_both_sides_are_silent()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "check_stock", """{"dish":"soup"}""")));
        (await talk.WhenOutputAsync("call_1")).Should().StartWith("The function is running in the background.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_2"));
        var run = await _stock.WhenRunAsync();
        talk.Conversation.OpenCalls.Should().ContainSingle().Which.Status.Should().Be(FunctionCallStatus.Running);

        run.Return("12 left");
        (await talk.WhenOverAsync("call_1")).Output.Should().Be("12 left");
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle("the agent is speaking");
        await talk.SendAsync(Wire.Text("resp_2", "item_2", "I am looking."));

        await talk.WhenRequestedAsync(2);
        var items = talk.Sent.OfType<ConversationItemCreateEvent>().Skip(1).Select(sent => sent.Item).ToList();
        var call = items[0].Should().BeOfType<FunctionCallItem>().Which;
        (call.Name, call.Arguments).Should().Be(("check_stock", """{"dish":"soup"}"""));
        call.CallId.Should().NotBe("call_1");
        items[1].Should().BeEquivalentTo(new { call.CallId, Output = "12 left" });
        talk.SentTypes.TakeLast(3).Should().Equal("conversation.item.create", "conversation.item.create", "response.create");
        talk.Conversation.OpenCalls.Should().BeEmpty();
    }

    [Fact]
    public async Task Outputs_that_are_ready_at_the_same_time_get_one_reply()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "check_stock", """{"dish":"soup"}"""), Wire.Call("call_2", "check_stock", """{"dish":"cake"}""")));
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_2"));
        foreach (var run in await _stock.WhenRunAsync(2))
            run.Return("Enough.");
        await talk.WhenOverAsync("call_1");
        await talk.WhenOverAsync("call_2");

        await talk.SendAsync(Wire.Text("resp_2", "item_2", "I am looking."));

        await talk.WhenRequestedAsync(2);
        await talk.SettleAsync();
        talk.Requests.Should().HaveCount(2);
        talk.Sent.OfType<ConversationItemCreateEvent>().Count(sent => sent.Item is FunctionCallItem).Should().Be(2);
    }

    [Fact]
    public async Task The_output_waits_while_the_user_speaks_and_until_the_answer_was_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await AnswerFirstCallAsync(talk);
        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await _stock.WhenRunAsync()).Return("12 left");
        await talk.WhenOverAsync("call_1");
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle("the user is speaking");
        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Is it ready?")]);
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle("the server is about to answer");
        await talk.SpeakAsync("resp_3", "item_3", "Not yet.", 1_000);
        await talk.SendAsync([.. Wire.SpeechDone("resp_3", "item_3", "Not yet."), Wire.Done("resp_3")]);
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle("the agent is heard");

        await talk.AdvanceUntilAsync(talk.WhenRequestedAsync(2));
    }

    [Fact]
    public async Task The_same_call_is_not_run_twice_at_the_same_time()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await AnswerFirstCallAsync(talk);

        await talk.SendAsync(Wire.Calls("resp_3", Wire.Call("call_2", "check_stock")));

        (await talk.WhenOutputAsync("call_2")).Should().Be("The function is already running with these arguments. Its output will follow.");
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_4"), .. Wire.Text("resp_4", "item_4", "Still looking.")]);
        (await _stock.WhenRunAsync()).Return("12 left");
        await talk.WhenRequestedAsync(3);
        _stock.Runs.Should().ContainSingle();
        await talk.SendAsync(Wire.Calls("resp_5", Wire.Call("call_3", "check_stock")));
        await _stock.WhenRunAsync();
    }

    [Fact]
    public async Task A_canceled_call_ends_its_function_and_the_model_learns_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await AnswerFirstCallAsync(talk);
        var run = await _stock.WhenRunAsync();

        talk.Conversation.CancelCall("call_1").Should().BeTrue();

        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
        await talk.WhenRequestedAsync(2);
        talk.Outputs[^1].Output.Should().Be("The call was canceled.");
        run.Token.IsCancellationRequested.Should().BeTrue();
        talk.Conversation.CancelCall("call_1").Should().BeFalse();
        talk.Conversation.CancelCall("call_9").Should().BeFalse();
    }

    [Fact]
    public async Task A_function_that_fails_informs_the_model_later()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await AnswerFirstCallAsync(talk);

        (await _stock.WhenRunAsync()).Throw(new TimeZoneNotFoundException());

        await talk.WhenRequestedAsync(2);
        talk.Outputs[^1].Output.Should().Be("Error: the function failed.");
    }

    [Fact]
    public async Task Its_time_is_limited_separately()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent, (options, _) => options with { Limits = new() { BackgroundFunctionTimeout = TimeSpan.FromMinutes(3) } });
        await AnswerFirstCallAsync(talk);
        await _stock.WhenRunAsync();

        talk.Time.Advance(TimeSpan.FromMinutes(2));
        await talk.SettleAsync();
        talk.Conversation.OpenCalls.Should().ContainSingle();
        talk.Time.Advance(TimeSpan.FromMinutes(2));

        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.TimedOut);
        await talk.WhenRequestedAsync(2);
    }

    [Fact]
    public async Task It_runs_only_after_its_approval_and_is_then_answered_at_once()
    {
        _stock.Function = _stock.Function with { RequiresApproval = true };
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "check_stock")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();
        await talk.SettleAsync();
        talk.Outputs.Should().BeEmpty();

        approval.Approve();

        (await talk.WhenOutputAsync("call_1")).Should().StartWith("The function is running in the background.");
        await _stock.WhenRunAsync();
    }

    [Fact]
    public async Task The_conversation_listens_and_ends_while_it_runs()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        await AnswerFirstCallAsync(talk);
        var run = await _stock.WhenRunAsync();
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);

        var ending = talk.Conversation.EndAsync("Say goodbye.");
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_9"), .. Wire.Text("resp_9", "item_9", "Goodbye.")]);
        await ending.WithTimeout();

        run.Token.IsCancellationRequested.Should().BeTrue();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
    }

    [Fact]
    public async Task A_saved_conversation_does_not_promise_an_output_that_never_comes()
    {
        await using var talk = await ScriptedConversation.StartAsync(_stock.Agent);
        var call = Wire.Call("call_1", "check_stock");
        await talk.SendAsync([.. Wire.Calls("resp_1", call), new ConversationItemAddedEvent { Item = call }]);
        var answer = new FunctionCallOutputItem { Id = "item_o", CallId = "call_1", Output = await talk.WhenOutputAsync("call_1") };
        await talk.SendAsync(new ConversationItemAddedEvent { Item = answer, PreviousItemId = call.Id });

        talk.Conversation.Save().ToJson().Should().Contain("the result of this call is not known").And.NotContain("will follow");
    }

    /// <summary>Lets the model call the function, and answer that it is running.</summary>
    private static async Task AnswerFirstCallAsync(ScriptedConversation talk)
    {
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "check_stock")));
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "I am looking.")]);
    }

    [Fact]
    public async Task The_number_of_outputs_that_wait_for_silence_is_limited()
    {
        var count = AgentFunction.Create("count", "Counts.", (_, _) => Task.FromResult("1")) with { Background = true };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [count] });

        // A response that never ends, so that there is no silence.
        await talk.SendAsync(Wire.Created("resp_0"));
        for (var i = 0; i < 5; i++)
        {
            var calls = Enumerable.Range(0, 64).Select(j => Wire.Call($"call_{i}_{j}", "count", $$"""{"n":{{(i * 64) + j}}}""")).ToList();
            await talk.SendAsync(Wire.Calls($"resp_{i + 1}", [.. calls]));
            foreach (var call in calls)
                await talk.WhenOverAsync(call.CallId!);
        }

        await talk.SettleAsync();
        talk.Outputs.Count(output => output.Output == "Error: too many functions are running.").Should().BeInRange(60, 64);
    }

    [Fact]
    public async Task A_function_can_await_the_reply_that_has_called_it()
    {
        ConversationReply? reply = null;
        var wait = AgentFunction.Create("wait", "Waits.", async (_, _) => $"{(await reply!.Completion).Status}") with { Background = true };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [wait] });
        reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "wait")));
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "I am waiting.")]);

        (await talk.WhenOverAsync("call_1")).Output.Should().Be("Completed");
    }
}
