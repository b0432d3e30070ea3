namespace Realtime.Sdk.Testing.Tests.Conversations.Agents;

/// <summary>The model hands the conversation over to another agent.</summary>
public sealed class HandoffTests
{
    private static readonly RealtimeAgent Sommelier = new()
    {
        Name = "sommelier",
        Description = "Advises on wine.",
        Session = new() { Instructions = "Recommend wines." },
        Handoffs = [AgentHandoff.Back],
    };

    private static readonly RealtimeAgent Waiter = ScriptedConversation.Agent with { Handoffs = [Sommelier] };

    [Fact]
    public async Task The_model_sees_a_function_for_each_agent()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);

        var tool = ((RealtimeSessionConfiguration)talk.Conversation.Session!.Configuration!).Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Which;
        (tool.Name, tool.Description).Should().Be(("transfer_to_sommelier", "Hands the conversation over to sommelier. Advises on wine."));
    }

    [Fact]
    public async Task The_session_is_updated_then_the_call_is_answered_then_the_new_agent_replies()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_to_sommelier")));
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("session.update");
        await talk.Server.AnswerUpdateAsync(update);

        await talk.WhenRequestedAsync();
        talk.SentTypes.Should().Equal("session.update", "conversation.item.create", "response.create");
        var session = (RealtimeSessionConfiguration)update.Session;
        session.Instructions.Should().Be("Recommend wines.");
        session.Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Which.Name.Should().Be("transfer_back");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "A Riesling.")]);
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2)).Agent.Should().Be("sommelier");
        var handoff = await talk.Updates.WhenAsync<HandoffUpdate>();
        (handoff.From, handoff.To).Should().Be(("waiter", "sommelier"));
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Completed);
    }

    [Fact]
    public async Task The_agent_that_takes_charge_is_prepared_for_the_user()
    {
        var prepared = Sommelier with { Prepare = (context, _) => ValueTask.FromResult(context.Agent.WithInstructions($"Recommend wines to {context.GetState<string>()}.")) };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Handoffs = [prepared] }, (options, _) => options with { State = "Ada" });

        await HandOverAsync(talk, "call_1", "transfer_to_sommelier", 2);

        talk.Conversation.Agent.Session.Instructions.Should().Be("Recommend wines to Ada.");
    }

    [Fact]
    public async Task Back_returns_to_the_agent_before_with_its_functions()
    {
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent with { Handoffs = [Sommelier] });
        await HandOverAsync(talk, "call_1", "transfer_to_sommelier", 2);

        await HandOverAsync(talk, "call_2", "transfer_back", 3);

        talk.Conversation.Agent.Name.Should().Be("waiter");
        await talk.SendAsync(Wire.Calls("resp_9", Wire.Call("call_9")));
        (await cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_9")).Should().Be("Done.");
    }

    [Fact]
    public async Task Without_a_previous_agent_back_fails_and_the_agent_stays_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Handoffs = [AgentHandoff.Back] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_back")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the conversation was not handed over. You remain in charge.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().Contain("There is no previous agent.");
        await talk.WhenRequestedAsync();
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task A_refused_session_leaves_the_agent_in_charge_and_the_model_learns_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_to_sommelier")));
        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenSentAsync<SessionUpdateEvent>(2)).EventId, "No such voice."));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the conversation was not handed over. You remain in charge.");
        await talk.WhenRequestedAsync();
        talk.Conversation.Agent.Name.Should().Be("waiter");
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Failed);
        await talk.EndAsync();
        talk.Updates.All.OfType<HandoffUpdate>().Should().BeEmpty();
    }

    [Fact]
    public async Task Of_two_handoffs_in_one_response_the_first_counts_and_one_reply_follows()
    {
        var cashier = new RealtimeAgent { Name = "cashier" };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Handoffs = [Sommelier, cashier] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_to_sommelier"), Wire.Call("call_2", "transfer_to_cashier")));
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("session.update", "conversation.item.create", "conversation.item.create", "response.create");
        talk.Outputs.Should().ContainSingle(output => output.Output.StartsWith("Error", StringComparison.Ordinal));
        await talk.EndAsync();
        talk.Updates.All.OfType<HandoffUpdate>().Should().ContainSingle();
    }

    [Fact]
    public async Task An_answer_that_the_server_began_before_it_confirmed_the_session_belongs_to_the_previous_agent()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_to_sommelier")));
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Created("resp_2"), .. Wire.Item("resp_2", "item_2")]);
        await talk.Server.AnswerUpdateAsync(update);
        await talk.Updates.WhenAsync<HandoffUpdate>();
        await talk.SendAsync([.. Wire.Text("resp_2", "item_2", "One moment.")[2..]]);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_3"), .. Wire.Text("resp_3", "item_3", "A Riesling.")]);

        await talk.SendAsync(Wire.Transcript("item_u", "Hurry up."));
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 3);
        talk.Updates.Completed.Where(turn => turn.Role == TurnRole.Agent).Select(turn => (turn.Agent, turn.Text)).Should()
            .Equal(("waiter", ""), ("waiter", "One moment."), ("sommelier", "A Riesling."));
    }

    [Fact]
    public async Task The_functions_of_the_new_agent_run_in_the_first_answer_after_the_confirmation()
    {
        // The answer follows the confirmation immediately: the engine must not run it as one of the previous agent, which does not have the function.
        for (var i = 0; i < 10; i++)
        {
            var pour = new TestFunction("pour");
            await using var talk = await ScriptedConversation.StartAsync(Waiter with { Handoffs = [Sommelier with { Functions = [pour.Function] }] });
            await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_to_sommelier")));
            await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
            await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2", "pour")));

            (await pour.WhenRunAsync()).Context.Agent.Name.Should().Be("sommelier");
        }
    }

    [Fact]
    public async Task A_confirmation_that_comes_after_the_wait_was_canceled_still_puts_the_agent_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var impatience = new CancellationTokenSource();
        var switching = talk.Conversation.SwitchAgentAsync(Sommelier, impatience.Token);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await impatience.CancelAsync();
        await switching.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        talk.Conversation.Agent.Name.Should().Be("waiter");
        await talk.Server.AnswerUpdateAsync(update);

        (await talk.Updates.WhenAsync<HandoffUpdate>()).To.Should().Be("sommelier");
    }

    [Fact]
    public async Task A_call_of_the_previous_agent_to_a_function_that_only_the_new_one_has_fails()
    {
        var pour = new TestFunction("pour");
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Handoffs = [Sommelier with { Functions = [pour.Function] }] });
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1", "transfer_to_sommelier")));
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await talk.WhenOutputAsync("call_1");

        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_2", "pour")), Wire.Done("resp_1"));

        (await talk.WhenOutputAsync("call_2")).Should().Be("Error: there is no such function.");
        pour.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_late_confirmation_counts_even_if_the_server_refuses_the_next_switch()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var impatience = new CancellationTokenSource();
        var first = talk.Conversation.SwitchAgentAsync(Sommelier, impatience.Token);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);
        await impatience.CancelAsync();
        await first.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        var second = talk.Conversation.SwitchAgentAsync(new() { Name = "cashier" });
        var refused = await talk.WhenSentAsync<SessionUpdateEvent>(3);

        await talk.Server.AnswerUpdateAsync(update);
        await talk.SendAsync(Wire.Error("invalid_value", refused.EventId));

        await second.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        await talk.SettleAsync();
        talk.Conversation.Agent.Name.Should().Be("sommelier");
    }

    [Fact]
    public async Task A_switch_that_is_being_prepared_at_the_end_does_not_change_a_session_that_is_left_open()
    {
        var preparing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var prepared = new TaskCompletionSource<RealtimeAgent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { LeaveConnectionOpen = true });
        var switching = talk.Conversation.SwitchAgentAsync(Sommelier with
        {
            Prepare = (_, _) =>
            {
                preparing.SetResult();
                return new(prepared.Task);
            },
        });
        await preparing.Task.WithTimeout();
        await talk.Conversation.EndAsync().WithTimeout();

        prepared.SetResult(Sommelier);

        await switching.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
        await talk.PingAsync();
        talk.SentTypes.Should().NotContain("session.update");
    }

    [Fact]
    public async Task A_session_that_has_spoken_keeps_its_voice_and_the_app_is_warned()
    {
        var shimmer = Sommelier with { Session = Sommelier.Session with { Audio = new() { Output = new() { Voice = Voice.Shimmer } } } };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Handoffs = [shimmer] });
        await talk.SpeakAsync("resp_1", "item_1", "Welcome.", 100);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "Welcome."), Wire.Done("resp_1")]);
        await talk.AdvanceUntilAsync(talk.WhenStatusAsync(ConversationStatus.Listening));

        var update = await HandOverAsync(talk, "call_1", "transfer_to_sommelier", 2);

        ((RealtimeSessionConfiguration)update.Session).Audio!.Output!.Voice.Should().BeNull();
        (await talk.Updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.Session)).Message.Should().Contain("audio.output.voice").And.Contain("shimmer");
        talk.Conversation.Agent.Name.Should().Be("sommelier");
    }

    [Fact]
    public async Task An_agent_can_be_named_by_an_agent_to_which_it_hands_over()
    {
        var sommelier = Sommelier with { Handoffs = [AgentHandoff.To("waiter")] };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Description = "Takes orders.", Handoffs = [sommelier] });

        var update = await HandOverAsync(talk, "call_1", "transfer_to_sommelier", 2);
        await HandOverAsync(talk, "call_2", "transfer_to_waiter", 3);

        ((RealtimeSessionConfiguration)update.Session).Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>()
            .Which.Description.Should().Be("Hands the conversation over to waiter. Takes orders.");
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task A_function_of_the_previous_agent_still_answers_after_the_handoff()
    {
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent with { Handoffs = [Sommelier] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2", "transfer_to_sommelier")));
        var run = await cook.WhenRunAsync();
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await talk.WhenOutputAsync("call_2");
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
        run.Return("Cooked.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Cooked.");
        await talk.WhenRequestedAsync();
        (await talk.WhenOverAsync("call_1")).Agent.Should().Be("waiter");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handoff_can_need_an_approval_of_a_guardrail(bool isAllowed)
    {
        var guardrail = Guardrail.OnArguments("only_adults", (call, _, _) => Task.FromResult(isAllowed ? null : $"No {call.Name} for children."));
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [guardrail] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "transfer_to_sommelier")));
        if (isAllowed)
            await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));

        (await talk.WhenOverAsync("call_1")).Status.Should().Be(isAllowed ? FunctionCallStatus.Completed : FunctionCallStatus.Denied);
        talk.Conversation.Agent.Name.Should().Be(isAllowed ? "sommelier" : "waiter");
    }

    [Fact]
    public async Task Over_a_sideband_the_agents_change_in_the_same_way()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter, inCall: true);

        await HandOverAsync(talk, "call_1", "transfer_to_sommelier", 2);
        await HandOverAsync(talk, "call_2", "transfer_back", 3);

        await talk.EndAsync();
        talk.Updates.All.OfType<HandoffUpdate>().Select(update => update.To).Should().Equal("sommelier", "waiter");
    }

    /// <summary>Lets the model call the function of a handoff, confirms the session, and answers the reply that follows.</summary>
    private static async Task<SessionUpdateEvent> HandOverAsync(ScriptedConversation talk, string callId, string name, int update)
    {
        var requests = talk.Requests.Count;
        await talk.SendAsync(Wire.Calls($"resp_{callId}", Wire.Call(callId, name)));
        var sent = await talk.WhenSentAsync<SessionUpdateEvent>(update);
        await talk.Server.AnswerUpdateAsync(sent);
        await talk.WhenRequestedAsync(requests + 1);
        await talk.SendAsync([Wire.Created($"resp_{callId}_2"), .. Wire.Text($"resp_{callId}_2", $"item_{callId}_2", "Here I am.")]);
        return sent;
    }
}
