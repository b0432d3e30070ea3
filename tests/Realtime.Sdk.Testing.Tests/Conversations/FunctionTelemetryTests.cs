using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The spans and measurements of function calls.</summary>
[Collection(nameof(TelemetryWatch))]
public sealed class FunctionTelemetryTests
{
    private const string Model = "gpt-realtime-2", Name = "place_order", Description = "Sends an order to the kitchen.", Duration = "gen_ai.execute_tool.duration";

    private readonly TaskCompletionSource<string> _kitchen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CancellationToken> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_function_call_is_a_span_below_its_turn_and_a_measurement_of_the_same_duration()
    {
        using var watch = new TelemetryWatch("cook");
        await using var test = await ScriptedConversation.StartAsync(Waiter("cook", CookAsync));

        await CallAsync(test);
        test.Time.Advance(TimeSpan.FromSeconds(3));
        _kitchen.SetResult("Done.");
        await FinishAsync(test);

        var call = watch.Functions.Should().ContainSingle().Subject;
        var turn = watch.Turns.Should().ContainSingle().Subject;
        (call.DisplayName, call.Kind, call.ParentSpanId, call.TraceId, call.Status).Should().Be(
            ("execute_tool place_order", ActivityKind.Internal, turn.SpanId, turn.TraceId, ActivityStatusCode.Unset));
        call.Duration.Should().Be(TimeSpan.FromSeconds(3));
        call.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "execute_tool",
            ["gen_ai.provider.name"] = "openai",
            ["gen_ai.conversation.id"] = test.Conversation.Session!.Id,
            ["gen_ai.request.model"] = Model,
            ["gen_ai.agent.name"] = "cook",
            ["gen_ai.tool.name"] = Name,
            ["gen_ai.tool.type"] = "function",
            ["gen_ai.tool.description"] = Description,
            ["gen_ai.tool.call.id"] = "call_1",
        });
        var measured = watch.Measured.Should().ContainSingle(measured => measured.Name == Duration).Subject;
        measured.Value.Should().Be(3);
        measured.Tags.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "execute_tool",
            ["gen_ai.provider.name"] = "openai",
            ["gen_ai.request.model"] = Model,
            ["gen_ai.agent.name"] = "cook",
            ["gen_ai.tool.name"] = Name,
            ["gen_ai.tool.type"] = "function",
        });
        watch.Instruments[Duration].Unit.Should().Be("s");
    }

    [Fact]
    public async Task The_span_is_current_in_the_handler_and_nowhere_else()
    {
        using var watch = new TelemetryWatch("current");
        using var job = new Activity("job").Start();
        var seen = new ConcurrentDictionary<string, Activity?>();
        void See(string where) => seen[where] = Activity.Current;
        await using var services = new ServiceCollection().AddScoped(_ => new Disposed(() => See("disposal"))).BuildServiceProvider();
        async Task<string> CookAsync(FunctionCallContext call, CancellationToken cancellationToken)
        {
            call.Services.GetRequiredService<Disposed>();
            See("handler");
            using var own = new Activity("app").Start();
            See("span of the app");
            await this.CookAsync(call, cancellationToken);
            See("after a wait");
            throw new InvalidOperationException("burnt");
        }
        string Word(FunctionCall call, Exception exception)
        {
            See("policy");
            return "No.";
        }
        await using var test = await ScriptedConversation.StartAsync(
            Waiter("current", CookAsync), (options, _) => options with { FunctionErrorText = Word, Services = services });
        using var handler = test.Conversation.OnEvent(_ => See("event"));

        await CallAsync(test);
        _kitchen.SetResult("");
        await FinishAsync(test);

        var call = watch.Functions.Should().ContainSingle().Subject;
        seen["handler"].Should().BeSameAs(call);
        seen["span of the app"]!.ParentSpanId.Should().Be(call.SpanId);
        seen["after a wait"].Should().BeSameAs(seen["span of the app"]);
        new[] { seen["disposal"], seen["policy"], seen["event"], Activity.Current }.Should().OnlyContain(activity => activity == job);
    }

    [Theory]
    [InlineData("throws", "System.InvalidOperationException")]
    [InlineData("limited", "System.ArgumentOutOfRangeException")]
    [InlineData("long", "output_too_long")]
    [InlineData("unreadable", "invalid_arguments")]
    [InlineData("timeout", "timeout")]
    [InlineData("interrupted", "cancelled")]
    [InlineData("deleted", "cancelled")]
    [InlineData("disposed", "cancelled")]
    [InlineData("lost", "cancelled")]
    public async Task A_call_that_fails_says_why_in_a_word_and_its_span_ends(string how, string expected)
    {
        using var watch = new TelemetryWatch(how);
        var agent = Waiter(how, how == "long" ? (_, _) => Task.FromResult("sk-canary-4711 and more") : CookAsync, how == "unreadable");
        await using var test = await ScriptedConversation.StartAsync(agent);

        await CallAsync(test, how == "unreadable" ? "{" : "{}", isStarted: how is not ("long" or "unreadable"));
        switch (how)
        {
            case "throws":
                _kitchen.SetException(new InvalidOperationException("sk-canary-4711"));
                break;
            case "limited":
                _kitchen.SetException(new ArgumentOutOfRangeException(paramName: null, "sk-canary-4711"));
                break;
            case "timeout":
                test.Time.Advance(TimeSpan.FromSeconds(10));
                break;
            case "interrupted":
                await test.SendAsync(Wire.SpeechStarted("item_user"));
                break;
            case "deleted":
                await test.SendAsync(new ConversationItemDeletedEvent { ItemId = "item_1" });
                break;
            case "disposed":
                await test.Conversation.DisposeAsync().WithTimeout();
                break;
            case "lost":
                test.Server.End(ConnectionFailure.Reset);
                break;
            default:
                break;
        }
        await test.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.IsOver).WithTimeout();

        var call = watch.Functions.Should().ContainSingle().Subject;
        (call.GetTagItem("error.type"), call.Status, call.StatusDescription).Should().Be((expected, ActivityStatusCode.Error, null));
        string.Join(' ', call.TagObjects).Should().NotContain("canary");
        call.Duration.Should().BeCloseTo(how == "timeout" ? TimeSpan.FromSeconds(10) : TimeSpan.Zero, TimeSpan.FromTicks(1), "no span is shorter than a tick");
        watch.Measured.Should().ContainSingle(measured => measured.Name == Duration).Which.Tags["error.type"].Should().Be(expected);
        watch.StartedFunctions.Should().Be(1);
    }

    [Fact]
    public async Task An_error_that_is_being_worded_when_the_conversation_ends_is_still_that_error()
    {
        using var watch = new TelemetryWatch("wording");
        using var isAsked = new SemaphoreSlim(0);
        using var isOver = new SemaphoreSlim(0);
        string Word(FunctionCall call, Exception exception)
        {
            isAsked.Release();
            isOver.Wait(TimeSpan.FromSeconds(30));
            return "No.";
        }
        await using var test = await ScriptedConversation.StartAsync(Waiter("wording", CookAsync), (options, _) => options with { FunctionErrorText = Word });

        await CallAsync(test);
        test.Time.Advance(TimeSpan.FromSeconds(10));
        await isAsked.WaitAsync().WithTimeout();
        test.Time.Advance(TimeSpan.FromSeconds(5));
        await test.Conversation.DisposeAsync().WithTimeout();
        isOver.Release();

        var call = watch.Functions.Should().ContainSingle().Subject;
        (call.GetTagItem("error.type"), call.Duration).Should().Be(("timeout", TimeSpan.FromSeconds(10)));
        watch.Of(Duration).Should().Equal(10);
    }

    [Fact]
    public async Task A_call_that_runs_after_its_turn_still_belongs_to_it()
    {
        using var watch = new TelemetryWatch("late");
        var agent = Waiter("late", CookAsync);
        await using var test = await ScriptedConversation.StartAsync(agent with { Functions = [agent.Functions[0] with { RequiresApproval = true, CancelOnInterruption = false }] });

        await CallAsync(test, isStarted: false);
        var approval = await test.Updates.WhenAsync<ApprovalUpdate>().WithTimeout();
        await test.SendAsync(Wire.Done("resp_1"));
        await test.SendAsync([Wire.SpeechStarted("item_user"), .. Wire.Committed("item_user"), Wire.Created("resp_2")]);
        await test.Updates.WhenCompletedAsync(TurnRole.Agent);
        approval.Approve();
        await _started.Task.WithTimeout();
        _kitchen.SetResult("Done.");
        await test.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.IsOver).WithTimeout();

        var turn = watch.Turns.Should().ContainSingle().Subject;
        watch.Functions.Should().ContainSingle().Which.ParentSpanId.Should().Be(turn.SpanId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arguments_and_output_are_traced_without_keys_and_only_where_that_is_asked_for(bool isTraced)
    {
        var name = $"content {isTraced}";
        using var watch = new TelemetryWatch(name);
        await using var test = await ScriptedConversation.StartAsync(Waiter(name, CookAsync), (options, _) => options with { TraceContent = isTraced });

        await CallAsync(test, arguments: """{"dish":"soup sk-canary-0815"}""");
        _kitchen.SetResult("soup sk-canary-4711");
        await FinishAsync(test);

        var call = watch.Functions.Should().ContainSingle().Subject;
        call.GetTagItem("gen_ai.tool.call.arguments").Should().Be(isTraced ? """{"dish":"soup sk-***"}""" : null);
        call.GetTagItem("gen_ai.tool.call.result").Should().Be(isTraced ? "soup sk-***" : null);
        string.Join(' ', call.TagObjects).Contains("soup", StringComparison.Ordinal).Should().Be(isTraced);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Listeners_that_throw_change_nothing(bool fails)
    {
        var name = $"throwing {fails}";
        using var watch = new TelemetryWatch(name, throws: true);
        await using var test = await ScriptedConversation.StartAsync(Waiter(name, CookAsync));

        await CallAsync(test);
        if (fails)
            _kitchen.SetException(new InvalidOperationException());
        else
            _kitchen.SetResult("Done.");
        await FinishAsync(test);

        var output = test.Sent.OfType<ConversationItemCreateEvent>().Should().ContainSingle().Which.Item.Should().BeOfType<FunctionCallOutputItem>().Subject;
        (output.CallId, output.Output).Should().Be(("call_1", fails ? "Error: the function failed." : "Done."));
        test.Requests.Should().ContainSingle();
        (watch.Functions.Count, watch.StartedFunctions, watch.Of(Duration).Count()).Should().Be((1, 1, 1));
        Activity.Current.Should().BeNull();
    }

    [Fact]
    public async Task A_listener_that_is_slow_and_calls_the_conversation_changes_nothing()
    {
        ScriptedConversation? test = null;
        var seen = new ConcurrentQueue<ConversationStatus>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => Call(activity),
            ActivityStopped = activity => Call(activity),
        };
        void Call(Activity activity)
        {
            if (!Equals(activity.GetTagItem("gen_ai.agent.name"), "slow") || activity.OperationName != "execute_tool place_order")
                return;
            test!.Time.Advance(TimeSpan.FromSeconds(4));
            seen.Enqueue(test.Conversation.Status);
        }
        ActivitySource.AddActivityListener(listener);
        await using var started = test = await ScriptedConversation.StartAsync(Waiter("slow", CookAsync));

        await CallAsync(test);
        _kitchen.SetResult("Done.");
        await FinishAsync(test);

        seen.Should().HaveCount(2);
        test.Sent.OfType<ConversationItemCreateEvent>().Should().ContainSingle().Which.Item.Should().BeEquivalentTo(new { CallId = "call_1", Output = "Done." });
        test.Requests.Should().ContainSingle();
    }

    private async Task<string> CookAsync(FunctionCallContext call, CancellationToken cancellationToken)
    {
        _started.TrySetResult(cancellationToken);
        return await _kitchen.Task;
    }

    /// <summary>A call of the model, until its handler has started.</summary>
    private async Task CallAsync(ScriptedConversation test, string arguments = "{}", bool isStarted = true)
    {
        var item = new FunctionCallItem { Id = "item_1", CallId = "call_1", Name = Name, Arguments = arguments, Status = ItemStatus.Completed };
        await test.SendAsync(Wire.Created("resp_1"), new ResponseOutputItemDoneEvent { ResponseId = "resp_1", Item = item });
        if (isStarted)
            await _started.Task.WithTimeout();
    }

    /// <summary>The end of the call and its response, and the reply that follows.</summary>
    private static async Task FinishAsync(ScriptedConversation test)
    {
        await test.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.IsOver).WithTimeout();
        await test.SendAsync(Wire.Done("resp_1"));
        await test.WhenRequestedAsync();
        await test.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Enjoy.")]);
        await test.Updates.WhenCompletedAsync(TurnRole.Agent);
    }

    private static RealtimeAgent Waiter(string name, Func<FunctionCallContext, CancellationToken, Task<string>> handler, bool readsArguments = false)
    {
        var function = readsArguments
            ? AgentFunction.Create(Name, Description, JsonSchema.Parse("""{"type":"object"}"""), (JsonElement _, FunctionCallContext _, CancellationToken _) => throw new InvalidOperationException())
            : AgentFunction.Create(Name, Description, handler);
        return ScriptedConversation.Agent with
        {
            Name = name,
            Functions = [function with { CancelOnInterruption = true, MaxOutputLength = 19, Timeout = TimeSpan.FromSeconds(10) }],
        };
    }

    private sealed class Disposed(Action callback) : IDisposable
    {
        public void Dispose() => callback();
    }
}
