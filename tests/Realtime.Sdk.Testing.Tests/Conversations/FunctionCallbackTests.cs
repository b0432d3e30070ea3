namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Functions that call the conversation that runs them.</summary>
public sealed class FunctionCallbackTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_that_waits_for_its_own_reply_gets_an_exception(bool forHeard)
    {
        ConversationReply? reply = null;
        var seen = new TaskCompletionSource<Exception?>();
        await using var talk = await StartAsync(async (_, _) =>
        {
            try
            {
                await (forHeard ? (Task)reply!.Heard : reply!.Completion);
                seen.SetResult(null);
            }
            catch (InvalidOperationException e)
            {
                seen.SetResult(e);
            }
            return "Done.";
        });
        reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await seen.Task.WithTimeout())!.Message.Should().Be("The function 'cook' was called by this reply, so it would wait for itself. Do not await the reply in its function.");
        await AnswerAsync(talk, 2, "resp_2", "Done.");
        (await reply.Completion.WithTimeout()).Text.Should().Be("Done.");
    }

    [Fact]
    public async Task A_function_in_a_later_round_belongs_to_the_reply_too()
    {
        ConversationReply? reply = null;
        var failures = 0;
        await using var talk = await StartAsync(async (_, _) =>
        {
            try
            {
                await reply!.Completion;
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref failures);
            }
            return "Done.";
        });
        reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await talk.WhenRequestedAsync(2);

        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2")));

        await talk.WhenRequestedAsync(3);
        failures.Should().Be(2);
    }

    [Fact]
    public async Task Work_that_a_function_has_started_may_wait_for_the_reply_after_its_end()
    {
        ConversationReply? reply = null;
        var (ended, text) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        await using var talk = await StartAsync((_, _) =>
        {
            _ = Task.Run(async () =>
            {
                await ended.Task;
                text.SetResult((await reply!.Completion).Text);
            }, CancellationToken.None);
            return Task.FromResult("Done.");
        });
        reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await talk.WhenOverAsync("call_1");

        ended.SetResult();
        await AnswerAsync(talk, 2, "resp_2", "Soup.");

        (await text.Task.WithTimeout()).Should().Be("Soup.");
    }

    [Fact]
    public async Task A_function_can_wait_for_another_reply()
    {
        await using var talk = await StartAsync(async (call, _) => (await call.Conversation.Respond("Say that it takes a moment.").Completion).Text);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().EndWith("Say that it takes a moment.");
        await AnswerAsync(talk, 1, "resp_2", "It takes a moment.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("It takes a moment.");
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().BeNull();
        await AnswerAsync(talk, 2, "resp_3", "Soup.");
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 3);
        talk.Updates.Completed.Select(turn => turn.Text).Should().Equal("", "It takes a moment.", "Soup.");
    }

    [Fact]
    public async Task A_function_can_ask_the_model()
    {
        await using var talk = await StartAsync(async (call, cancellationToken) => (await call.Conversation.AskAsync("Which size?", cancellationToken)).Text);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        await AnswerAsync(talk, 1, "resp_2", "Large.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Large.");
        await AnswerAsync(talk, 2, "resp_3", "Done.");
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Completed);
    }

    [Fact]
    public async Task A_function_can_end_the_conversation_with_a_last_reply()
    {
        await using var talk = await StartAsync(async (call, cancellationToken) =>
        {
            await call.Conversation.EndAsync("Say goodbye.", cancellationToken);
            return "Ended.";
        });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Say goodbye.");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Goodbye.")]);

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
        await reply.Completion.WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Conversation.Turns.Select(turn => turn.Text).Should().Equal("", "Goodbye.");
        talk.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_function_that_ends_the_conversation_without_waiting_has_no_reply_behind_the_last_one()
    {
        await using var talk = await StartAsync((call, token) =>
        {
            _ = call.Conversation.EndAsync("Say goodbye.", token);
            return Task.FromResult("Ended.");
        });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Ended.");
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("Say goodbye.");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Goodbye.")]);

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        talk.Requests.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_can_end_or_dispose_the_conversation(bool isDisposed)
    {
        var returned = new TaskCompletionSource<bool>();
        await using var talk = await StartAsync(async (call, _) =>
        {
            if (isDisposed)
                await call.Conversation.DisposeAsync();
            else
                await call.Conversation.EndAsync(cancellationToken: CancellationToken.None);
            returned.SetResult(true);
            return "Ended.";
        });

        foreach (var serverEvent in Wire.Calls("resp_1", Wire.Call("call_1")))
            await talk.Server.SendAsync(serverEvent);

        (await returned.Task.WithTimeout()).Should().BeTrue();
        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(isDisposed ? ConversationEndReason.Disposed : ConversationEndReason.Ended);
        await talk.Updates.Reading.WithTimeout();
        talk.Outputs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_can_interrupt_the_agent_that_speaks_meanwhile()
    {
        await using var talk = await StartAsync(async (call, cancellationToken) =>
        {
            await call.Conversation.InterruptAsync(cancellationToken);
            return "Interrupted.";
        });
        await talk.SpeakAsync("resp_1", "item_1", "One moment please.", 2000);
        talk.Time.Advance(TimeSpan.FromMilliseconds(500));

        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_1")));
        await talk.WhenSentAsync<ResponseCancelEvent>();
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Interrupted.");
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_can_put_another_agent_in_charge()
    {
        await using var talk = await StartAsync(async (call, cancellationToken) =>
        {
            await call.Conversation.SwitchAgentAsync(ScriptedConversation.Agent with { Name = "sommelier" }, cancellationToken);
            return call.Agent.Name;
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));

        (await talk.WhenOutputAsync("call_1")).Should().Be("waiter");
        await talk.WhenRequestedAsync();
        talk.Conversation.Agent.Name.Should().Be("sommelier");
    }

    [Fact]
    public async Task An_approval_callback_can_end_the_conversation()
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) => Task.FromResult("")) with { RequiresApproval = true };
        ScriptedConversation? talk = null;
        await using var started = talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] }, (options, _) => options with
        {
            Approve = async (_, _) =>
            {
                await talk!.Conversation.EndAsync(cancellationToken: CancellationToken.None);
                return true;
            },
        });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
    }

    private static Task<ScriptedConversation> StartAsync(Func<FunctionCallContext, CancellationToken, Task<string>> handler) =>
        ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [AgentFunction.Create("cook", "Cooks.", handler)] });

    private static async Task AnswerAsync(ScriptedConversation talk, int request, string responseId, string text)
    {
        await talk.WhenRequestedAsync(request);
        await talk.SendAsync([Wire.Created(responseId), .. Wire.Text(responseId, $"item_{responseId}", text)]);
    }
}
