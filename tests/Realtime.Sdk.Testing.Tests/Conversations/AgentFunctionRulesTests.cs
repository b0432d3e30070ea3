namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What an agent with functions is refused for, before anything is sent.</summary>
public sealed class AgentFunctionRulesTests
{
    private static readonly JsonSchema Object = JsonSchema.Parse("""{"type":"object"}""");

    [Fact]
    public void All_violations_of_an_agent_are_reported_at_once()
    {
        var agent = new RealtimeAgent
        {
            Name = "",
            Session = new() { MaxOutputTokens = 0, Tools = [new FunctionTool { Name = "page" }, new FunctionTool { Name = "bad name" }] },
            Functions =
            [
                Named("cook"), null!, Named("place order"), Named("cook"), Named("page"),
                Named("slow") with { Timeout = TimeSpan.Zero, MaxConcurrentCalls = 0, MaxOutputLength = 0 },
                Named("slower") with { Timeout = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) },
                AgentFunction.Create("list", "", JsonSchema.Parse("""{"type":"array"}"""), (_, _, _) => Task.FromResult("")),
                Named(""),
                AgentFunction.Declare(new() { Name = "show" }) with { RequiresApproval = true },
            ],
        };

        var errors = agent.Validate().Where(violation => violation.Severity == ConstraintSeverity.Error).Select(violation => violation.ToString());

        errors.Should().Equal(
            "name is required",
            "functions[1] must not be null",
            "functions[2].name is \"place order\", must be 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash",
            "functions[3].name is \"cook\", must be unique among the functions, handoffs and tools of the agent",
            "functions[4].name is \"page\", must be unique among the functions, handoffs and tools of the agent",
            "functions[5].timeout is 00:00:00, must be more than zero and at most a day",
            "functions[5].max_concurrent_calls is 0, must be at least 1",
            "functions[5].max_output_length is 0, must be at least 1",
            "functions[6].timeout is 1.00:00:00.0000001, must be more than zero and at most a day",
            "functions[7].parameters.type must be \"object\": the arguments of a function are a JSON object",
            "functions[9].requires_approval is true, must be false for a declared function: the conversation does not decide whether it runs",
            "functions[8].name is \"\", must not be blank",
            "session.max_output_tokens is 0, must be at least 1");
        agent.Validate().Should().Contain(violation => violation.Path == "session.tools[1].name" && violation.Severity == ConstraintSeverity.Warning);
    }

    [Fact]
    public async Task An_agent_whose_functions_break_a_rule_does_not_start()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Functions = [Named("bad name"), Named("cook") with { Timeout = -TimeSpan.FromSeconds(1) }] };

        var start = client.Awaiting(open => open.StartConversationAsync(agent).WithTimeout());

        (await start.Should().ThrowAsync<RealtimeValidationException>()).Which.Message.Should().Contain("functions[0].name").And.Contain("functions[1].timeout");
        emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_name_has_at_most_64_characters(int length, bool isValid) =>
        (ScriptedConversation.Agent with { Functions = [Named(new('n', length))] }).Validate().Should().HaveCount(isValid ? 0 : 1);

    [Fact]
    public void Values_at_the_ends_of_their_ranges_are_valid()
    {
        var agent = ScriptedConversation.Agent with
        {
            Functions =
            [
                Named("a") with { Timeout = TimeSpan.FromTicks(1), MaxConcurrentCalls = 1, MaxOutputLength = 1 },
                Named("b") with { Timeout = TimeSpan.FromDays(1), MaxConcurrentCalls = int.MaxValue, MaxOutputLength = int.MaxValue },
                AgentFunction.Create("c", "", Object, (_, _, _) => Task.FromResult("")),
            ],
        };

        agent.Validate().Should().BeEmpty();
    }

    [Fact]
    public void Names_that_differ_in_case_are_different() =>
        (ScriptedConversation.Agent with { Functions = [Named("cook"), Named("Cook")] }).Validate().Should().BeEmpty();

    [Fact]
    public void A_name_is_given_once_among_functions_that_are_run_here_and_elsewhere() =>
        (ScriptedConversation.Agent with { Functions = [Named("cook"), AgentFunction.Declare(new() { Name = "cook" })] }).Validate()
            .Should().ContainSingle().Which.Path.Should().Be("functions[1].name");

    [Fact]
    public void The_session_has_the_tools_of_the_agent_and_behind_them_its_functions()
    {
        var page = new FunctionTool { Name = "page" };
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Tools = [page] }, Functions = [Named("cook"), Named("serve")] };

        var session = agent.ToSessionConfiguration();

        session.Tools.Should().Equal(page, agent.Functions[0].Tool, agent.Functions[1].Tool);
        (session with { Tools = null }).Should().Be(agent.Session with { Tools = null });
    }

    [Fact]
    public void Without_functions_the_session_is_sent_as_it_is()
    {
        var agent = ScriptedConversation.Agent with { Functions = null! };

        agent.Functions.Should().BeEmpty();
        agent.ToSessionConfiguration().Should().BeSameAs(agent.Session);
    }

    [Fact]
    public async Task The_functions_are_tools_of_the_session_on_the_wire()
    {
        await using var talk = await ScriptedConversation.StartAsync(new TestFunction().Agent);

        var session = (RealtimeSessionConfiguration)(await talk.WhenSentAsync<SessionUpdateEvent>()).Session;

        session.Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Which.Name.Should().Be("cook");
    }

    private static AgentFunction Named(string name) => AgentFunction.Create(name, "", (_, _) => Task.FromResult(""));
}
