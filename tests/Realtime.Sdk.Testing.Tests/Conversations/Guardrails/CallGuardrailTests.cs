namespace Realtime.Sdk.Testing.Tests.Conversations.Guardrails;

/// <summary>Guardrails on function calls.</summary>
public sealed class CallGuardrailTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_call_that_is_not_allowed_does_not_run_and_the_model_gets_the_reason()
    {
        FunctionCall? seen = null;
        var guardrail = Guardrail.OnArguments("no_meat", (call, context, _) =>
        {
            seen = call;
            return Task.FromResult(context.Agent.Name == "waiter" && call.Arguments.Contains("beef", StringComparison.Ordinal) ? "There is no beef." : null);
        });
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [guardrail] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", arguments: """{"dish":"beef"}""")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("The call was not allowed: There is no beef.");
        await talk.WhenRequestedAsync();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Denied);
        var update = await talk.Updates.WhenAsync<GuardrailUpdate>();
        (update.Guardrail, update.Reason, update.Call!.CallId, update.Turn!.Role).Should().Be(("no_meat", "There is no beef.", "call_1", TurnRole.Agent));
        (seen!.Name, _cook.Runs.Count).Should().Be(("cook", 0));
    }

    [Fact]
    public async Task A_call_runs_when_all_guardrails_have_allowed_it()
    {
        var second = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with
        {
            Guardrails = [Guardrail.OnArguments("first", (_, _, _) => Task.FromResult<string?>(null)), Guardrail.OnArguments("second", (_, _, _) => second.Task)],
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await talk.SettleAsync();
        _cook.Runs.Should().BeEmpty();

        second.SetResult(null);

        (await _cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
    }

    [Fact]
    public async Task A_check_comes_before_the_approval()
    {
        _cook.Function = _cook.Function with { RequiresApproval = true };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [Guardrail.OnArguments("never", (_, _, _) => Task.FromResult<string?>("No."))] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        await talk.WhenOverAsync("call_1");
        talk.Updates.All.OfType<ApprovalUpdate>().Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_check_that_fails_blocks_the_call_unless_its_guardrail_says_otherwise(bool allows)
    {
        var broken = Guardrail.OnArguments("broken", (_, _, _) => throw new TimeZoneNotFoundException());
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [allows ? broken with { BlocksOnFailure = false } : broken] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        if (allows)
            (await _cook.WhenRunAsync()).Return("Done.");

        (await talk.WhenOutputAsync("call_1")).Should().Be(allows ? "Done." : "The call was not allowed: The call could not be checked.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Kind.Should().Be(WarningKind.Guardrail);
    }

    [Fact]
    public async Task A_check_that_exceeds_its_timeout_blocks_the_call()
    {
        var guardrail = Guardrail.OnArguments("slow", (_, _, _) => new TaskCompletionSource<string?>().Task) with { Timeout = TimeSpan.FromSeconds(1) };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [guardrail] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        await talk.AdvanceUntilAsync(talk.WhenOutputAsync("call_1"));

        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Denied);
        _cook.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_that_is_canceled_while_it_is_checked_never_runs()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _cook.Function = _cook.Function with { CancelOnInterruption = true };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [Guardrail.OnArguments("slow", (_, _, _) => check.Task)] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await talk.WhenOutputAsync("call_1");
        check.SetResult(null);

        await talk.SettleAsync();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
        _cook.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task Calls_that_the_app_or_another_client_runs_are_not_checked()
    {
        var agent = ScriptedConversation.Agent with
        {
            Functions = [AgentFunction.Declare(new FunctionTool { Name = "show" })],
            Guardrails = [Guardrail.OnArguments("never", (_, _, _) => Task.FromResult<string?>("No."))],
        };
        await using var talk = await ScriptedConversation.StartAsync(agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "show")));

        await talk.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.Status == FunctionCallStatus.External);
        talk.Updates.All.OfType<GuardrailUpdate>().Should().BeEmpty();
    }
}
