using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Testing.Tests.Conversations.Agents;

/// <summary>What agents that hand over, and their guardrails, are refused for, before anything is sent.</summary>
public sealed class AgentGraphTests
{
    private static readonly RealtimeAgent Sommelier = new() { Name = "sommelier" };

    [Fact]
    public void Rules_of_handoffs_guardrails_and_fillers_are_reported_at_once()
    {
        var agent = new RealtimeAgent
        {
            Name = "waiter",
            Functions =
            [
                AgentFunction.Create("transfer_to_cook", "", (_, _) => Task.FromResult("")) with { Filler = new() { After = TimeSpan.Zero, Instructions = " " } },
                AgentFunction.Declare(new() { Name = "show" }) with { Background = true },
            ],
            Handoffs =
            [
                null!, Sommelier, AgentHandoff.To("cook"), AgentHandoff.Back with { FunctionName = "go back" }, AgentHandoff.To("sommelier"),
                new RealtimeAgent { Name = "a b é", Functions = [AgentFunction.Create("bad name", "", (_, _) => Task.FromResult(""))] },
            ],
            Guardrails = [null!, Rule("twice"), Rule("twice"), Rule(" ") with { CheckEvery = 0, Timeout = TimeSpan.FromDays(2) }],
            Filler = new() { After = TimeSpan.FromSeconds(-1) },
        };

        Errors(agent).Should().Equal(
            "functions[0].filler.after is 00:00:00, must be more than zero and at most a day",
            "functions[0].filler.instructions is required",
            "functions[1].background is true, must be false for a declared function: the conversation does not answer its calls",
            "handoffs[0] must not be null",
            "handoffs[2].name is \"transfer_to_cook\", must be unique among the functions, handoffs and tools of the agent",
            "handoffs[3].name is \"go back\", must be 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash",
            "handoffs[4].name is \"transfer_to_sommelier\", must be unique among the functions, handoffs and tools of the agent",
            "guardrails[0] must not be null",
            "guardrails[2].name is \"twice\", must be unique among the guardrails of the agent",
            "guardrails[3].name is required",
            "guardrails[3].check_every is 0, must be at least 1",
            "guardrails[3].timeout is 2.00:00:00, must be more than zero and at most a day",
            "filler.after is -00:00:01, must be more than zero and at most a day",
            "handoffs[5].agent.functions[0].name is \"bad name\", must be 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash");
        agent.ToSessionConfiguration().Tools!.OfType<FunctionTool>().Select(tool => tool.Name).Should().EndWith("transfer_to_a_b__");
    }

    [Fact]
    public void Agents_that_a_conversation_reaches_have_one_name_each_and_one_model()
    {
        var agent = new RealtimeAgent
        {
            Name = "waiter",
            Session = new() { Model = "gpt-realtime-2", Audio = new() { Output = new() { Voice = Voice.Marin } } },
            Handoffs =
            [
                Sommelier with { Session = new() { Model = "gpt-realtime-mini", Audio = new() { Output = new() { Voice = Voice.Cedar } } }, Handoffs = [new RealtimeAgent { Name = "waiter" }] },
                new RealtimeAgent { Name = "cook", Handoffs = [Sommelier] },
            ],
        };

        Errors(agent).Should().Equal(
            "handoffs[0].agent.session.model is \"gpt-realtime-mini\", must be null or \"gpt-realtime-2\", the model of the first agent: the model of a session cannot change",
            "handoffs[0].agent.handoffs[0].agent.name is \"waiter\", must be unique: another agent of the conversation has this name",
            "handoffs[1].agent.handoffs[0].agent.name is \"sommelier\", must be unique: another agent of the conversation has this name");
        agent.Validate().Should().ContainSingle(violation => violation.Path == "handoffs[0].agent.session.audio.output.voice" && violation.Severity == ConstraintSeverity.Warning);
    }

    [Fact]
    public void The_same_agent_can_be_reached_in_several_ways()
    {
        var agent = new RealtimeAgent { Name = "waiter", Handoffs = [Sommelier, new RealtimeAgent { Name = "cook", Handoffs = [Sommelier, AgentHandoff.To("waiter")] }] };

        Errors(agent).Should().BeEmpty();
    }

    [Fact]
    public async Task A_name_that_no_agent_has_is_refused_before_anything_is_opened()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Handoffs = [Sommelier with { Handoffs = [AgentHandoff.To("nemo")] }] };

        var start = client.Awaiting(open => open.StartConversationAsync(agent).WithTimeout());

        (await start.Should().ThrowAsync<RealtimeValidationException>()).Which.Message.Should().Contain("handoffs[0].agent.handoffs[0].agent is \"nemo\", must be the name of an agent");
        emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Agents_of_the_host_hand_over_to_each_other_by_name()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("wine").Calls("transfer_to_sommelier").Says("A Riesling.");
        emulator.Model.When("pay").Calls("transfer_to_waiter").Says("Here is the bill.");
        var services = new ServiceCollection();
        services.AddRealtimeClient(options => (options.ApiKey, options.BaseUrl) = (emulator.ApiKey, emulator.BaseUrl));
        services.AddRealtimeAgent(ScriptedConversation.Agent with { Session = Text("Take the order."), Handoffs = [AgentHandoff.To("sommelier")] });
        services.AddRealtimeAgent(Sommelier with { Session = Text("Recommend wines."), Description = "Knows wine.", Handoffs = [AgentHandoff.To("waiter")] });
        await using var provider = services.BuildServiceProvider();

        await using var conversation = await provider.GetRequiredConversationFactory("waiter").StartConversationAsync().WithTimeout();
        var wine = await conversation.AskAsync("Which wine?").WithTimeout();
        var bill = await conversation.AskAsync("I want to pay.").WithTimeout();

        ((wine.Agent, wine.Text), (bill.Agent, bill.Text)).Should().Be((("sommelier", "A Riesling."), ("waiter", "Here is the bill.")));
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public void A_host_reports_names_of_agents_that_are_not_registered()
    {
        var services = new ServiceCollection();
        services.AddRealtimeClient(options => options.ApiKey = "sk-test");
        services.AddRealtimeAgent(ScriptedConversation.Agent with { Handoffs = [AgentHandoff.To("sommelier"), AgentHandoff.To("nemo")] });
        services.AddRealtimeAgent(Sommelier);
        using var provider = services.BuildServiceProvider();

        var resolve = () => provider.GetRequiredConversationFactory("waiter");

        resolve.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle()
            .Which.Should().Be("Agent \"waiter\": handoffs[1].agent is \"nemo\", must be the name of an agent that the conversation can reach through handoffs, or that is registered in its services");
    }

    [Fact]
    public async Task Handoffs_that_Prepare_adds_are_checked_when_the_agent_takes_charge()
    {
        var eager = Sommelier with { Prepare = (context, _) => ValueTask.FromResult(context.Agent with { Handoffs = [AgentHandoff.To("nemo")] }) };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent);

        var switching = talk.Conversation.Awaiting(conversation => conversation.SwitchAgentAsync(eager).WithTimeout());

        (await switching.Should().ThrowAsync<RealtimeValidationException>()).Which.Message.Should().Contain("nemo");
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    private static Guardrail Rule(string name) => Guardrail.OnOutput(name, _ => null);

    private static RealtimeSessionConfiguration Text(string instructions) => new() { Model = "gpt-realtime-2", Instructions = instructions, OutputModalities = [OutputModality.Text] };

    private static IEnumerable<string> Errors(RealtimeAgent agent) =>
        agent.Validate().Where(violation => violation.Severity == ConstraintSeverity.Error).Select(violation => violation.ToString());
}
