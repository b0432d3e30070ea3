namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Functions that the conversation does not run: the page of the user, the app, or another client of a call.</summary>
public sealed class ElsewhereTests
{
    private static readonly FunctionTool Page = new() { Name = "show_page" };

    private readonly TestFunction _cook = new();

    public static TheoryData<bool> BothWays => [true, false];

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task The_app_completes_a_call_and_a_reply_follows(bool isDeclared)
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(isDeclared));
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show_page")));
        await talk.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.Status == FunctionCallStatus.External);
        await talk.SettleAsync();
        var before = talk.SentTypes.Count;

        var completing = talk.Conversation.CompleteCallAsync("call_1", "Shown.");
        var sent = await talk.WhenSentAsync<ConversationItemCreateEvent>();
        await talk.SettleAsync();
        var unconfirmed = (completing.IsCompleted, talk.Requests.Count);
        await talk.SendAsync(new ConversationItemAddedEvent { Item = sent.Item });

        await completing.WithTimeout();
        sent.Item.Should().BeOfType<FunctionCallOutputItem>().Which.Should().BeEquivalentTo(new { CallId = "call_1", Output = "Shown." });
        (await talk.WhenOverAsync("call_1")).Should().BeEquivalentTo(new { Status = FunctionCallStatus.Completed, Output = "Shown.", Duration = TimeSpan.Zero });
        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        (before, unconfirmed).Should().Be((0, (false, 0)));
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Only_an_open_call_that_somebody_else_runs_can_be_completed()
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(true));
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2", "show_page")));
        var run = await _cook.WhenRunAsync();
        var completing = talk.Conversation.CompleteCallAsync("call_2", "Shown.");

        foreach (var callId in (string[])["call_1", "call_2", "call_3", ""])
            await talk.Conversation.Invoking(conversation => conversation.CompleteCallAsync(callId, "").WithTimeout()).Should().ThrowAsync<InvalidOperationException>();

        await talk.SendAsync(new ConversationItemAddedEvent { Item = (await talk.WhenSentAsync<ConversationItemCreateEvent>()).Item });
        await completing.WithTimeout();
        (await talk.Conversation.Invoking(conversation => conversation.CompleteCallAsync("call_2", "").WithTimeout()).Should().ThrowAsync<InvalidOperationException>())
            .Which.Message.Should().Be("There is no open call 'call_2' to complete: it is not known, has ended, or is run by the conversation.");
        await talk.SettleAsync();
        talk.Outputs.Should().ContainSingle();
        run.Return("");
    }

    [Fact]
    public async Task An_output_that_the_server_refuses_leaves_the_call_open()
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(true));
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show_page")));
        var refused = talk.Conversation.CompleteCallAsync("call_1", "Shown.");
        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenSentAsync<ConversationItemCreateEvent>()).EventId));
        await refused.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        var completing = talk.Conversation.CompleteCallAsync("call_1", "Shown again.");
        await talk.SendAsync(new ConversationItemAddedEvent { Item = (await talk.WhenSentAsync<ConversationItemCreateEvent>(2)).Item });

        await completing.WithTimeout();
        (await talk.WhenOverAsync("call_1")).Output.Should().Be("Shown again.");
    }

    [Fact]
    public async Task A_call_that_nobody_completes_times_out_and_the_model_is_informed()
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(true));
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show_page")));

        talk.Time.Advance(TimeSpan.FromMinutes(1));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function did not return in time.");
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.TimedOut);
        await talk.WhenRequestedAsync();
        await talk.Conversation.Invoking(conversation => conversation.CompleteCallAsync("call_1", "").WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_call_that_is_being_completed_does_not_time_out()
    {
        await using var talk = await ScriptedConversation.StartAsync(
            AgentWithPage(true), (options, _) => options with { Limits = new() { FunctionTimeout = TimeSpan.FromSeconds(5) } });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show_page")));
        var completing = talk.Conversation.CompleteCallAsync("call_1", "Shown.");
        var sent = await talk.WhenSentAsync<ConversationItemCreateEvent>();

        talk.Time.Advance(TimeSpan.FromSeconds(6));
        await talk.SettleAsync();
        await talk.SendAsync(new ConversationItemAddedEvent { Item = sent.Item });

        await completing.WithTimeout();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Completed);
        talk.Outputs.Should().ContainSingle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_output_of_another_client_completes_a_call_and_no_reply_of_ours_follows(bool inCall)
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(true), inCall: inCall);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show_page")));

        await talk.SendAsync(new ConversationItemAddedEvent { Item = new FunctionCallOutputItem { Id = "item_o", CallId = "call_1", Output = "Shown." } });

        (await talk.WhenOverAsync("call_1")).Should().BeEquivalentTo(new { Status = FunctionCallStatus.Completed, Output = "Shown." });
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Calls.Single().IsOver.Should().BeTrue();
    }

    [Fact]
    public async Task The_functions_of_the_agent_run_in_a_call()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, inCall: true);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task An_unknown_function_in_a_call_is_left_to_other_clients_with_a_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, inCall: true);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "fly")));

        (await talk.Updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.Function)).Message.Should().Be("The agent 'waiter' has no function 'fly'. The call is left to other clients of the session.");
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
        talk.Conversation.Turns.Single().Calls.Single().Status.Should().Be(FunctionCallStatus.External);
        await talk.SendAsync(new ConversationItemAddedEvent { Item = new FunctionCallOutputItem { Id = "item_o", CallId = "call_1", Output = "Flown." } });
        (await talk.WhenOverAsync("call_1")).Output.Should().Be("Flown.");
    }

    [Fact]
    public async Task A_call_that_another_client_does_not_answer_times_out_in_silence()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, inCall: true);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "fly")));

        talk.Time.Advance(TimeSpan.FromMinutes(1));

        (await talk.WhenOverAsync("call_1")).Should().BeEquivalentTo(new { Status = FunctionCallStatus.TimedOut, Output = (string?)null });
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task Our_output_and_that_of_another_client_in_one_response_have_one_reply_of_ours()
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(true), inCall: true);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2", "show_page")));
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOutputAsync("call_1");
        await talk.SettleAsync();
        var before = talk.Requests.Count;

        await talk.SendAsync(new ConversationItemAddedEvent { Item = new FunctionCallOutputItem { Id = "item_o", CallId = "call_2", Output = "Shown." } });

        await talk.WhenRequestedAsync();
        before.Should().Be(0);
    }

    [Fact]
    public async Task The_end_of_the_conversation_cancels_a_call_that_is_open_elsewhere()
    {
        await using var talk = await ScriptedConversation.StartAsync(AgentWithPage(true));
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show_page")));

        await talk.Conversation.EndAsync().WithTimeout();

        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
        await talk.Conversation.Invoking(conversation => conversation.CompleteCallAsync("call_1", "").WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
    }

    private RealtimeAgent AgentWithPage(bool isDeclared) => isDeclared
        ? ScriptedConversation.Agent with { Functions = [_cook.Function, AgentFunction.Declare(Page)] }
        : ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Tools = [Page] }, Functions = [_cook.Function] };
}
