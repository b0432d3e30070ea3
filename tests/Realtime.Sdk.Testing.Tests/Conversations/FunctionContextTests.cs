using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What a function knows of its caller, and in which context it runs.</summary>
public sealed class FunctionContextTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_function_gets_the_call_the_conversation_and_the_objects_of_the_app()
    {
        var (user, scopes) = (new ClaimsPrincipal(), new TestScopes());
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { State = "Ada", User = user, Services = scopes });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", arguments: """{"a":1}""")));

        var run = await _cook.WhenRunAsync();
        var context = run.Context;
        (context.Conversation, context.User, context.GetState<string>(), context.Agent).Should().Be((talk.Conversation, user, "Ada", talk.Conversation.Agent));
        context.Call.Should().BeEquivalentTo(
            new { CallId = "call_1", Name = "cook", Arguments = """{"a":1}""", Status = FunctionCallStatus.Running, Output = (string?)null, Agent = "waiter", IsOver = false });
        context.Services.Should().BeSameAs(scopes.All.Single());
        run.Return("");
    }

    [Fact]
    public async Task Without_services_a_function_gets_an_empty_provider()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        var run = await _cook.WhenRunAsync();
        run.Context.Services.GetService(typeof(string)).Should().BeNull();
        run.Return("");
    }

    [Fact]
    public async Task Each_call_has_a_scope_that_is_disposed_when_the_handler_has_returned()
    {
        var scopes = new TestScopes();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Services = scopes });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        var runs = await _cook.WhenRunAsync(2);
        var (first, second) = (runs[0], runs[1]);
        var before = scopes.All.Select(scope => scope.Disposed.IsCompleted).ToList();

        first.Return("1");
        await ((TestScope)first.Context.Services).Disposed.WithTimeout();
        var between = ((TestScope)second.Context.Services).Disposed.IsCompleted;
        second.Throw(new TimeZoneNotFoundException());

        await ((TestScope)second.Context.Services).Disposed.WithTimeout();
        before.Should().Equal(false, false);
        between.Should().BeFalse();
        first.Context.Services.Should().NotBeSameAs(second.Context.Services);
        scopes.All.Should().HaveCount(2);
    }

    [Fact]
    public async Task The_scope_lives_as_long_as_its_handler_even_if_the_call_has_timed_out()
    {
        var scopes = new TestScopes();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Services = scopes });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromMinutes(1));
        await talk.WhenOverAsync("call_1");
        await talk.SettleAsync();
        var before = scopes.All.Single().Disposed.IsCompleted;

        run.Return("");

        await scopes.All.Single().Disposed.WithTimeout();
        before.Should().BeFalse();
    }

    [Fact]
    public async Task A_scope_that_cannot_be_created_fails_the_call()
    {
        await using var talk = await ScriptedConversation.StartAsync(
            _cook.Agent, (options, _) => options with { Services = new TestScopes { FailsOnCreate = new ObjectDisposedException("services", "secret") } });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Exception.Should().BeOfType<ObjectDisposedException>();
        _cook.Runs.Should().BeEmpty();
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task A_scope_that_cannot_be_disposed_is_a_warning_and_the_output_is_sent()
    {
        var failure = new TimeZoneNotFoundException("secret");
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Services = new TestScopes { FailsOnDispose = failure } });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return("Done.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Done.");
        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Exception, warning.Message).Should().Be(
            (WarningKind.Function, failure, "The service scope of the function 'cook' threw TimeZoneNotFoundException when it was disposed."));
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Completed);
    }

    [Fact]
    public async Task A_function_runs_in_the_execution_context_of_the_code_that_started_the_conversation()
    {
        var tenant = new AsyncLocal<string>();
        var (culture, other) = ((CultureInfo)CultureInfo.InvariantCulture.Clone(), (CultureInfo)CultureInfo.InvariantCulture.Clone());
        var seen = new TaskCompletionSource<(string?, CultureInfo, SynchronizationContext?)>();
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) =>
        {
            seen.TrySetResult((tenant.Value, CultureInfo.CurrentCulture, SynchronizationContext.Current));
            tenant.Value = "changed by a function";
            return Task.FromResult("");
        });
        (tenant.Value, CultureInfo.CurrentCulture) = ("start", culture);
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });
        (tenant.Value, CultureInfo.CurrentCulture) = ("later", other);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        var (value, current, synchronization) = await seen.Task.WithTimeout();
        (value, synchronization).Should().Be(("start", null));
        current.Should().BeSameAs(culture);
        await talk.WhenOutputAsync("call_1");
        tenant.Value.Should().Be("later");
    }

    [Fact]
    public async Task A_function_whose_approval_another_thread_gives_runs_in_the_context_of_the_start_too()
    {
        var tenant = new AsyncLocal<string>();
        var seen = new TaskCompletionSource<string?>();
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) =>
        {
            seen.TrySetResult(tenant.Value);
            return Task.FromResult("");
        }) with
        { RequiresApproval = true };
        tenant.Value = "start";
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();
        tenant.Value = "approver";

        approval.Approve().Should().BeTrue();

        (await seen.Task.WithTimeout()).Should().Be("start");
    }

    [Fact]
    public async Task The_span_of_the_call_is_the_current_activity_of_its_handler()
    {
        using var watch = new TelemetryWatch("context");
        var seen = new TaskCompletionSource<Activity?>();
        var function = AgentFunction.Create("cook", "Cooks.", async (_, _) =>
        {
            await Task.Yield();
            seen.TrySetResult(Activity.Current);
            return "";
        });
        using var call = new Activity("call").Start();
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Name = "context", Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        var span = await seen.Task.WithTimeout();
        (span!.DisplayName, span.TraceId).Should().Be(("execute_tool cook", call.TraceId));
        await talk.WhenOutputAsync("call_1");
        Activity.Current.Should().Be(call);
    }

    [Fact]
    public async Task Without_a_listener_the_current_activity_is_that_of_the_start()
    {
        var seen = new TaskCompletionSource<Activity?>();
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) =>
        {
            seen.TrySetResult(Activity.Current);
            return Task.FromResult("");
        });
        using var call = new Activity("call").Start();
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await seen.Task.WithTimeout())!.RootId.Should().Be(call.RootId);
    }

    [Fact]
    public async Task The_idempotency_key_is_the_same_for_a_call_and_different_for_each_call()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2"), Wire.Call("call_2 "), Wire.Call("ca\nll\r\n: ümläut\u0000" + new string('x', 5000))));

        var runs = await _cook.WhenRunAsync(4);

        var keys = runs.Select(run => run.Context.IdempotencyKey).ToList();
        keys.Should().OnlyHaveUniqueItems().And.OnlyContain(key => key.Length == 32 && key.All(char.IsAsciiHexDigitLower));
        runs.Select(run => run.Context.IdempotencyKey).Should().Equal(keys);
        foreach (var run in runs)
            run.Return("");
    }

    [Fact]
    public async Task The_idempotency_key_differs_between_sessions_with_equal_call_IDs()
    {
        var keys = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
            await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
            var run = await _cook.WhenRunAsync();
            keys.Add(run.Context.IdempotencyKey);
            run.Return("");
        }

        keys.Should().OnlyHaveUniqueItems();
    }
}
