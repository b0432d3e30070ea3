namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The limits of time, concurrency and rounds.</summary>
public sealed class FunctionLimitTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task More_calls_than_may_run_at_the_same_time_wait()
    {
        await using var talk = await StartAsync(new() { MaxConcurrentFunctions = 2 });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2"), Wire.Call("call_3")));

        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        await talk.SettleAsync();
        _cook.Runs.Should().HaveCount(2);
        talk.Conversation.Turns.Single().Calls.Select(call => call.Status).Should().Equal(FunctionCallStatus.Running, FunctionCallStatus.Running, FunctionCallStatus.Queued);
        first.Return("1");
        (await _cook.WhenRunAsync()).Return("3");
        second.Return("2");
        await talk.WhenRequestedAsync();
        talk.Outputs.Select(output => output.CallId).Should().BeEquivalentTo("call_1", "call_2", "call_3");
    }

    [Fact]
    public async Task Calls_of_one_function_wait_for_each_other_and_those_of_another_do_not()
    {
        var serve = new TestFunction("serve");
        _cook.Function = _cook.Function with { MaxConcurrentCalls = 1 };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [_cook.Function, serve.Function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2"), Wire.Call("call_3", "serve")));

        var first = await _cook.WhenRunAsync();
        (await serve.WhenRunAsync()).Return("3");
        await talk.WhenOutputAsync("call_3");
        await talk.SettleAsync();
        _cook.Runs.Should().ContainSingle();
        first.Return("1");
        (await _cook.WhenRunAsync()).Return("2");
        await talk.WhenRequestedAsync();
        talk.Outputs.Select(output => output.CallId).Should().Equal("call_3", "call_1", "call_2");
    }

    [Fact]
    public async Task Up_to_16_functions_run_at_the_same_time_by_default()
    {
        await using var talk = await StartAsync(new());

        await talk.SendAsync(Wire.Calls("resp_1", [.. Enumerable.Range(0, 17).Select(i => Wire.Call($"call_{i}"))]));

        for (var i = 0; i < 16; i++)
            await _cook.WhenRunAsync();
        await talk.SettleAsync();
        _cook.Runs.Should().HaveCount(16);
    }

    [Fact]
    public async Task A_call_that_waits_too_long_is_not_run()
    {
        var slow = new TestFunction("slow");
        slow.Function = slow.Function with { Timeout = TimeSpan.FromHours(1) };
        _cook.Function = _cook.Function with { Timeout = TimeSpan.FromSeconds(30) };
        await using var talk = await ScriptedConversation.StartAsync(
            ScriptedConversation.Agent with { Functions = [_cook.Function, slow.Function] }, (options, _) => options with { Limits = new() { MaxConcurrentFunctions = 1 } });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "slow"), Wire.Call("call_2")));
        var running = await slow.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromMilliseconds(29_999));
        await talk.SettleAsync();
        var before = talk.Outputs.Count;

        talk.Time.Advance(TimeSpan.FromMilliseconds(1));

        (await talk.WhenOutputAsync("call_2")).Should().Be("Error: the function did not return in time.");
        before.Should().Be(0);
        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        warning.Message.Should().Be("The function 'cook' was not run within 30 seconds.");
        warning.Exception.Should().BeOfType<RealtimeTimeoutException>().Which.Deadline.Should().Be(RealtimeDeadline.Function);
        running.Return("Done.");
        await talk.WhenRequestedAsync();
        _cook.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_that_does_not_return_in_time_is_canceled_and_the_model_is_informed()
    {
        await using var talk = await StartAsync(new() { FunctionTimeout = TimeSpan.FromSeconds(7) });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = run.Token.Register(canceled.SetResult);
        talk.Time.Advance(TimeSpan.FromMilliseconds(6999));
        await talk.SettleAsync();
        var before = (run.Token.IsCancellationRequested, talk.Outputs.Count);

        talk.Time.Advance(TimeSpan.FromMilliseconds(1));

        await canceled.Task.WithTimeout();
        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function did not return in time.");
        before.Should().Be((false, 0));
        var call = await talk.WhenOverAsync("call_1");
        (call.Status, call.Duration, call.Output).Should().Be((FunctionCallStatus.TimedOut, TimeSpan.FromSeconds(7), "Error: the function did not return in time."));
        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().Be("The function 'cook' did not return within 7 seconds.");
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task The_default_timeout_is_one_minute_and_that_of_the_function_overrides_it()
    {
        var slow = new TestFunction("slow");
        slow.Function = slow.Function with { Timeout = TimeSpan.FromMinutes(2) };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [_cook.Function, slow.Function] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2", "slow")));
        (await _cook.WhenRunAsync(), await slow.WhenRunAsync()).Should().NotBeNull();

        talk.Time.Advance(TimeSpan.FromMinutes(1));
        await talk.WhenOverAsync("call_1");
        await talk.SettleAsync();
        var before = talk.Outputs.Count;
        talk.Time.Advance(TimeSpan.FromMinutes(1));

        (await talk.WhenOverAsync("call_2")).Status.Should().Be(FunctionCallStatus.TimedOut);
        before.Should().Be(1);
    }

    [Fact]
    public async Task What_a_function_returns_after_its_timeout_is_dropped()
    {
        var scopes = new TestScopes();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Services = scopes });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        talk.Time.Advance(TimeSpan.FromMinutes(1));
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Sorry.")]);

        first.Return("Done.");
        second.Throw(new TimeZoneNotFoundException());

        await scopes.All[0].Disposed.WithTimeout();
        await scopes.All[1].Disposed.WithTimeout();
        await talk.SettleAsync();
        talk.Outputs.Should().HaveCount(2).And.OnlyContain(output => output.Output == "Error: the function did not return in time.");
        talk.Requests.Should().ContainSingle();
        await talk.EndAsync();
        talk.Updates.Warnings.Should().HaveCount(2);
        talk.Updates.All.OfType<FunctionCallUpdate>().Count(update => update.Call.IsOver).Should().Be(2);
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_does_not_keep_others_waiting()
    {
        await using var talk = await StartAsync(new() { MaxConcurrentFunctions = 1, FunctionTimeout = TimeSpan.FromSeconds(10) });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var stuck = await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(10));
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2")));

        (await _cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_2")).Should().Be("Done.");
        stuck.Return("");
    }

    [Fact]
    public async Task A_call_that_is_run_later_has_its_whole_timeout()
    {
        _cook.Function = _cook.Function with { MaxConcurrentCalls = 1, Timeout = TimeSpan.FromSeconds(10) };
        await using var talk = await StartAsync(new());
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var first = await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(6));
        first.Return("1");
        var second = await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(9));
        await talk.SettleAsync();

        second.Return("2");

        (await talk.WhenOutputAsync("call_2")).Should().Be("2");
        (await talk.WhenOverAsync("call_2")).Duration.Should().Be(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_registration_of_the_token_that_throws_changes_nothing()
    {
        await using var talk = await StartAsync(new());
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        using var registration = (await _cook.WhenRunAsync()).Token.Register(() => throw new TimeZoneNotFoundException());

        talk.Time.Advance(TimeSpan.FromMinutes(1));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function did not return in time.");
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task After_the_maximum_number_of_rounds_the_agent_must_answer_without_calls()
    {
        await using var talk = await StartAsync(new() { MaxFunctionRounds = 2 });
        var reply = talk.Conversation.Respond(new ReplyOptions { Response = new() { ToolChoice = ToolChoice.Required } });
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Return("1");
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2")));
        (await _cook.WhenRunAsync()).Return("2");
        await talk.WhenRequestedAsync(3);

        talk.Requests.Select(request => request.Response!.ToolChoice).Should().Equal(ToolChoice.Required, null, ToolChoice.None);
        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().Be(
            "2 consecutive responses made function calls, which is the maximum (ConversationLimits.MaxFunctionRounds). The next response cannot call functions.");
        await talk.SendAsync([Wire.Created("resp_3"), .. Wire.Text("resp_3", "item_3", "Done.")]);
        (await reply.Completion.WithTimeout()).Text.Should().Be("Done.");
    }

    [Fact]
    public async Task Calls_that_come_all_the_same_are_not_run_and_nothing_follows()
    {
        await using var talk = await StartAsync(new() { MaxFunctionRounds = 1 });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Return("1");
        await talk.WhenRequestedAsync(2);

        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2"), Wire.Call("call_3", "fly")));

        (await talk.WhenOutputAsync("call_2")).Should().Be("Error: too many function calls in a row. Answer without further calls.");
        (await talk.WhenOutputAsync("call_3")).Should().Be("Error: too many function calls in a row. Answer without further calls.");
        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        await talk.SettleAsync();
        _cook.Runs.Should().ContainSingle();
        talk.Requests.Should().HaveCount(2);
        talk.Conversation.Turns.Single().IsComplete.Should().BeTrue();
    }

    [Fact]
    public async Task Rounds_are_counted_for_each_answer()
    {
        await using var talk = await StartAsync(new() { MaxFunctionRounds = 2 });

        for (var i = 0; i < 4; i++)
        {
            await talk.SendAsync([.. Wire.Committed($"item_u{i}"), Wire.Transcript($"item_u{i}", "More.")]);
            await talk.SendAsync(Wire.Calls($"resp_{i}", Wire.Call($"call_{i}")));
            (await _cook.WhenRunAsync()).Return("Done.");
            (await talk.WhenRequestedAsync(i + 1)).Response!.ToolChoice.Should().BeNull();
            await talk.SendAsync([Wire.Created($"resp_{i}f"), .. Wire.Text($"resp_{i}f", $"item_{i}", "Done.")]);
        }

        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Limits_that_are_out_of_range_are_refused()
    {
        ConversationLimits[] invalid =
        [
            new() { FunctionTimeout = TimeSpan.Zero }, new() { FunctionTimeout = TimeSpan.FromDays(2) }, new() { ApprovalTimeout = TimeSpan.Zero },
            new() { ApprovalTimeout = TimeSpan.FromDays(2) }, new() { MaxConcurrentFunctions = 0 }, new() { MaxFunctionRounds = 0 },
        ];

        foreach (var limits in invalid)
            await FluentActions.Awaiting(() => StartAsync(limits)).Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    private Task<ScriptedConversation> StartAsync(ConversationLimits limits) => ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Limits = limits });
}
