using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Functions of Microsoft.Extensions.AI as functions of an agent.</summary>
public sealed class AgentFunctionTests
{
    /// <summary>Functions, each with the output that the model reads.</summary>
    public static TheoryData<string, Delegate, string> Results => new()
    {
        { "a text", () => "19 degrees", "19 degrees" },
        { "a text with quotes", () => "say \"hi\"", "say \"hi\"" },
        { "a number", () => 7, "7" },
        { "an object", () => new { City = "Malmö", Degrees = 19 }, """{"city":"Malmö","degrees":19}""" },
        { "JSON", () => JsonElement.Parse("""{ "a": [1, 2.50] }"""), """{"a":[1,2.50]}""" },
        { "a JSON text", () => JsonElement.Parse("\"hi\""), "hi" },
        { "a JSON node", () => new System.Text.Json.Nodes.JsonObject { ["a"] = 1 }, """{"a":1}""" },
        { "no value", () => (string?)null, "null" },
        { "nothing", () => { }, "Success: Function completed." },
        { "a task", () => Task.FromResult("later"), "later" },
        { "text content", () => new TextContent("page 3"), "page 3" },
    };

    [Theory, MemberData(nameof(Results), DisableDiscoveryEnumeration = true)]
    public async Task Results_are_sent_as_they_are(string what, Delegate function, string output)
    {
        var call = await CallAsync(AIFunctionFactory.Create(function, "get_weather").AsAgentFunction());

        (call.Status, call.Output).Should().Be((FunctionCallStatus.Completed, output), what);
    }

    [Theory]
    [InlineData(null, "Success: Function completed.")]
    [InlineData("text", "text")]
    [InlineData(7, "7")]
    [InlineData(true, "true")]
    public async Task Results_of_other_kinds_of_functions_are_sent_as_they_are(object? result, string output)
    {
        var call = await CallAsync(new OwnFunction((arguments, cancellationToken) => Task.FromResult(result)).AsAgentFunction());

        call.Output.Should().Be(output);
    }

    [Fact]
    public async Task Contents_that_are_not_text_are_named()
    {
        AIContent[] contents = [new TextContent("See"), new DataContent(new byte[] { 1, 2 }, "image/png"), new ErrorContent("too dark"), new UriContent("https://x.example/1", "text/html"), new AIContent()];

        var call = await CallAsync(new OwnFunction((arguments, cancellationToken) => Task.FromResult<object?>(contents)).AsAgentFunction());

        call.Output.Should().Be("See\n[image/png, 2 bytes]\nError: too dark\nhttps://x.example/1\n[AIContent]");
    }

    [Fact]
    public async Task Arguments_services_and_context_reach_the_function()
    {
        await using var services = new ServiceCollection().AddScoped<Kitchen>().BuildServiceProvider();
        FunctionCallContext? context = null;
        Kitchen? kitchen = null;
        var function = AIFunctionFactory.Create(
            (string city, int days, string[]? tags, IServiceProvider given, AIFunctionArguments arguments) =>
            {
                (kitchen, context) = (given.GetRequiredService<Kitchen>(), (FunctionCallContext)arguments.Context![typeof(FunctionCallContext)]!);
                return $"{city} {days} {string.Join('+', tags ?? [])}";
            },
            "get_weather");

        var call = await CallAsync(function.AsAgentFunction(), """{"city":"Oslo","days":2,"tags":["a","b"]}""", new() { Services = services });

        call.Output.Should().Be("Oslo 2 a+b");
        kitchen.Should().NotBeNull();
        (context!.Call.CallId, context.Call.Name).Should().Be((call.CallId, "get_weather"));
        context.Conversation.Should().NotBeNull();
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void An_approval_that_is_required_is_required_of_the_agent_too(bool isWrapped)
    {
        AIFunction function = new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => 1, "pay"));

        var pay = (isWrapped ? new Wrapper(function) : function).AsAgentFunction();

        pay.RequiresApproval.Should().BeTrue();
        AIFunctionFactory.Create(() => 1, "look").AsAgentFunction().RequiresApproval.Should().BeFalse();
    }

    [Fact]
    public async Task A_function_that_is_not_approved_does_not_run()
    {
        var runs = 0;
        var pay = new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => ++runs, "get_weather")).AsAgentFunction();

        var call = await CallAsync(pay, options: new() { Approve = (given, cancellationToken) => Task.FromResult(false) });

        (call.Status, runs).Should().Be((FunctionCallStatus.Denied, 0));
    }

    [Fact]
    public async Task An_exception_is_that_of_any_function()
    {
        Exception? thrown = null;
        var function = AIFunctionFactory.Create(int () => throw new TimeZoneNotFoundException("secret"), "get_weather").AsAgentFunction();

        var call = await CallAsync(function, options: new()
        {
            FunctionErrorText = (failed, exception) =>
            {
                thrown = exception;
                return "The weather is not available.";
            },
        });

        (call.Status, call.Output).Should().Be((FunctionCallStatus.Failed, "The weather is not available."));
        thrown.Should().BeOfType<TimeZoneNotFoundException>();
    }

    [Fact]
    public async Task A_call_that_times_out_cancels_the_token()
    {
        var canceled = new TaskCompletionSource();
        var function = new OwnFunction(async (arguments, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ContinueWith(_ => canceled.SetResult(), TaskScheduler.Default);
            return null;
        }).AsAgentFunction() with
        { Timeout = TimeSpan.FromMilliseconds(50) };

        var call = await CallAsync(function);
        await canceled.Task.WithTimeout();

        call.Status.Should().Be(FunctionCallStatus.TimedOut);
    }

    [Fact]
    public async Task Arguments_that_do_not_fit_are_an_error_of_the_call()
    {
        var function = AIFunctionFactory.Create((int days) => days, "get_weather").AsAgentFunction();

        (await CallAsync(function, """{"days":"many"}""")).Status.Should().Be(FunctionCallStatus.Failed);
        (await CallAsync(function, """{"days":""")).Status.Should().Be(FunctionCallStatus.Failed);
    }

    [Fact]
    public void The_declaration_is_that_of_the_function()
    {
        var tool = AIFunctionFactory.Create(([System.ComponentModel.Description("Its name.")] string city) => city, "get_weather", "The weather.").AsAgentFunction().Tool;

        (tool.Name, tool.Description).Should().Be(("get_weather", "The weather."));
        JsonElement.DeepEquals(tool.Parameters!.Json, JsonElement.Parse(
            """{"type":"object","properties":{"city":{"type":"string","description":"Its name."}},"required":["city"]}""")).Should().BeTrue(tool.Parameters.ToString());
    }

    [Fact]
    public void A_schema_without_a_type_gets_that_of_arguments()
    {
        var any = new OwnFunction((arguments, cancellationToken) => Task.FromResult<object?>(null)).AsAgentFunction();
        var open = new OwnFunction((arguments, cancellationToken) => Task.FromResult<object?>(null), """{"properties":{"a":{}}}""").AsAgentFunction();

        any.Tool.Parameters!.ToString().Should().Be("""{"type":"object"}""");
        open.Tool.Parameters!.ToString().Should().Be("""{"type":"object","properties":{"a":{}}}""");
        Agent(any).Validate().Should().BeEmpty();
    }

    [Fact]
    public void Names_and_schemas_that_break_a_rule_are_violations_of_the_agent()
    {
        var spaced = AIFunctionFactory.Create(() => 1, "get weather", new string('x', 2_000)).AsAgentFunction();
        var list = new OwnFunction((arguments, cancellationToken) => Task.FromResult<object?>(null), """{"type":"array"}""").AsAgentFunction();

        var violations = Agent(spaced, list, list).Validate();

        violations.Select(violation => violation.Path).Should().Contain(["functions[0].name", "functions[0].description", "functions[1].parameters.type", "functions[2].name"]);
    }

    /// <summary>Runs a conversation in which the model calls the function once, and returns the call.</summary>
    internal static async Task<FunctionCall> CallAsync(AgentFunction function, string arguments = "{}", RealtimeConversationOptions? options = null)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("").Calls(function.Tool.Name, arguments).Says("There.");
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(Agent(function), options ?? new()).WithTimeout();
        var turn = await conversation.AskAsync("Please.").WithTimeout();
        emulator.Violations.Should().BeEmpty();
        return turn.Calls.Should().ContainSingle().Which;
    }

    internal static RealtimeAgent Agent(params AgentFunction[] functions) =>
        new() { Name = "waiter", Session = new() { Model = "gpt-realtime", OutputModalities = [OutputModality.Text] }, Functions = functions };

    private sealed class Kitchen;

    private sealed class Wrapper(AIFunction inner) : DelegatingAIFunction(inner);

    private sealed class OwnFunction(Func<AIFunctionArguments, CancellationToken, Task<object?>> invoke, string? schema = null) : AIFunction
    {
        public override string Name => "get_weather";

        public override JsonElement JsonSchema => schema is null ? base.JsonSchema : JsonElement.Parse(schema);

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => await invoke(arguments, cancellationToken);
    }
}
