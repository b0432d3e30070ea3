namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Interruptions and the end of the conversation while functions run.</summary>
public sealed class FunctionInterruptionTests
{
    private const string Canceled = "The call was canceled because the user interrupted.";

    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_function_continues_when_the_user_interrupts()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();

        await talk.SendAsync(Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled));
        run.Return("Done.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
        run.Token.IsCancellationRequested.Should().BeFalse();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Completed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_can_be_canceled_by_an_interruption(bool bySpeech)
    {
        var scopes = new TestScopes();
        _cook.Function = _cook.Function with { CancelOnInterruption = true };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Services = scopes });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = run.Token.Register(canceled.SetResult);

        if (bySpeech)
            await talk.SendAsync([Wire.SpeechStarted("item_u"), new InputAudioBufferClearedEvent()]);
        else
            await talk.Conversation.InterruptAsync().WithTimeout();

        await canceled.Task.WithTimeout();
        (await talk.WhenOutputAsync("call_1")).Should().Be(Canceled);
        (await talk.WhenOverAsync("call_1")).Should().BeEquivalentTo(new { Status = FunctionCallStatus.Canceled, Output = Canceled });
        run.Return("Too late.");
        await scopes.All.Single().Disposed.WithTimeout();
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("conversation.item.create");
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Speech_that_does_not_interrupt_the_agent_cancels_no_function()
    {
        _cook.Function = _cook.Function with { CancelOnInterruption = true };
        var agent = _cook.Agent with { Session = ScriptedConversation.Agent.Session with { Audio = new() { Input = new() { TurnDetection = new ServerVad { InterruptResponse = false } } } } };
        await using var talk = await ScriptedConversation.StartAsync(agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        run.Return("Done.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
    }

    [Fact]
    public async Task A_reply_follows_if_another_call_of_the_response_was_answered()
    {
        var order = new TestFunction("order");
        _cook.Function = _cook.Function with { CancelOnInterruption = true };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [_cook.Function, order.Function] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2", "order")));
        var run = await order.WhenRunAsync();

        await talk.SendAsync(Wire.SpeechStarted("item_u"), new InputAudioBufferClearedEvent());
        (await talk.WhenOutputAsync("call_1")).Should().Be(Canceled);
        await talk.SettleAsync();
        var before = talk.Requests.Count;
        run.Return("Ordered.");

        await talk.WhenRequestedAsync();
        before.Should().Be(0);
    }

    [Fact]
    public async Task A_call_that_waits_for_its_approval_can_be_canceled_too()
    {
        _cook.Function = _cook.Function with { CancelOnInterruption = true, RequiresApproval = true };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        await talk.Conversation.InterruptAsync().WithTimeout();

        approval.Approve().Should().BeFalse();
        (await talk.WhenOutputAsync("call_1")).Should().Be(Canceled);
        await talk.SettleAsync();
        _cook.Runs.Should().BeEmpty();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_that_obeys_its_token_is_not_reported_as_failed()
    {
        var cook = new TestFunction { ObeysToken = true };
        cook.Function = cook.Function with { CancelOnInterruption = true };
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await cook.WhenRunAsync();

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
        await talk.SettleAsync();
        talk.Outputs.Should().ContainSingle();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_cancels_open_calls_before_the_last_update_and_does_not_wait_for_handlers(bool isDisposed)
    {
        _cook.Function = _cook.Function with { MaxConcurrentCalls = 1 };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var run = await _cook.WhenRunAsync();

        await (isDisposed ? talk.Conversation.DisposeAsync().AsTask() : talk.Conversation.EndAsync()).WithTimeout();

        await talk.Updates.Reading.WithTimeout();
        run.Token.IsCancellationRequested.Should().BeTrue();
        talk.Updates.All[^1].Should().BeOfType<EndUpdate>();
        talk.Updates.All.OfType<FunctionCallUpdate>().Where(update => update.Call.IsOver).Select(update => (update.Call.CallId, update.Call.Status, update.Call.Output))
            .Should().Equal(("call_1", FunctionCallStatus.Canceled, null), ("call_2", FunctionCallStatus.Canceled, null));
        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await reply.Heard.WithTimeout()).Should().NotBeNull();
        talk.Conversation.Turns.Single().IsComplete.Should().BeTrue();
        talk.Outputs.Should().BeEmpty();
        _cook.Runs.Count.Should().Be(1);
        run.Return("");
    }

    [Fact]
    public async Task A_lost_connection_fails_the_reply_whose_function_runs()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();

        talk.Server.End(ConnectionFailure.Reset);

        var result = await reply.Completion.WithTimeout();
        (result.Status, result.Exception).Should().Be((ReplyStatus.Failed, (await talk.Conversation.Completion.WithTimeout()).Exception));
        run.Token.IsCancellationRequested.Should().BeTrue();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
    }

    [Fact]
    public async Task What_a_function_returns_after_the_end_is_not_sent_into_a_session_that_continues()
    {
        var scopes = new TestScopes();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { LeaveConnectionOpen = true, Services = scopes });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        await talk.Conversation.EndAsync().WithTimeout();

        first.Return("Too late.");
        second.Throw(new TimeZoneNotFoundException());

        await Task.WhenAll(scopes.All.Select(scope => scope.Disposed)).WithTimeout();
        await talk.PingAsync();
        talk.SentTypes.Should().Equal("input_audio_buffer.clear");
    }

    [Fact]
    public async Task A_function_that_returns_while_the_conversation_ends_begins_no_reply_in_a_session_that_continues()
    {
        var (stopping, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        BadPlayer? player = null;
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, time) => options with
        {
            LeaveConnectionOpen = true,
            Player = player = new BadPlayer(time)
            {
                OnStop = () =>
                {
                    stopping.TrySetResult();
                    return stopped.Task;
                },
            },
        });
        await talk.SpeakAsync("resp_1", "item_1", "We have three soups today.", 2000);
        await player!.Written.WithTimeout();
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "We have three soups today."), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1")]);
        var run = await _cook.WhenRunAsync();
        var ending = talk.Conversation.EndAsync();
        await stopping.Task.WithTimeout();

        run.Return("Done.");
        await talk.WhenOverAsync("call_1");
        await talk.SettleAsync();
        stopped.SetResult();

        await ending.WithTimeout();
        await talk.PingAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_goodbye_waits_for_a_function_and_for_the_reply_about_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();

        var ending = talk.Conversation.EndAsync("Say goodbye.");
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
        run.Return("Done.");

        var about = await talk.WhenRequestedAsync();
        about.Response!.Instructions.Should().BeNull();
        await talk.SendAsync(Wire.Created("resp_2", metadata: about.Response.Metadata), Wire.Done("resp_2", metadata: about.Response.Metadata));
        var goodbye = await talk.WhenRequestedAsync(2);
        goodbye.Response!.Instructions.Should().EndWith("Say goodbye.");
        run.Token.IsCancellationRequested.Should().BeFalse();
        await talk.SendAsync(Wire.Created("resp_3", metadata: goodbye.Response.Metadata), Wire.Done("resp_3", metadata: goodbye.Response.Metadata));
        await ending.WithTimeout();
        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
    }
}
