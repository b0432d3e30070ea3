using System.Security.Claims;

namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class AgentTests
{
    private static readonly RealtimeAgent Sommelier = new() { Name = "sommelier", Session = new() { Instructions = "Recommend wines." } };

    [Fact]
    public async Task Prepare_is_given_the_state_the_user_and_the_services_of_the_conversation()
    {
        var (user, services) = (new ClaimsPrincipal(), new Services());
        AgentContext? given = null;
        var agent = ScriptedConversation.Agent with
        {
            Prepare = (context, _) =>
            {
                given = context;
                return ValueTask.FromResult(context.Agent.WithInstructions($"Take the order of {context.GetState<string>()}."));
            },
        };

        await using var talk = await ScriptedConversation.StartAsync(agent, (options, _) => options with { State = "Ada", User = user, Services = services });

        (given!.User, given.Services).Should().Be((user, services));
        given.Invoking(context => context.GetState<Services>()).Should().Throw<InvalidOperationException>().WithMessage("*is a String, not a Services*");
        talk.Conversation.Agent.Session.Instructions.Should().Be("Take the order of Ada.");
        ((RealtimeSessionConfiguration)talk.Conversation.Session!.Configuration!).Instructions.Should().Be("Take the order of Ada.");
        talk.Conversation.State.Should().Be("Ada");
    }

    [Fact]
    public async Task An_exception_of_Prepare_comes_out_of_the_start_unchanged_and_nothing_is_opened()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Prepare = (_, _) => throw new TimeZoneNotFoundException("The database is away.") };

        var start = client.Awaiting(open => open.StartConversationAsync(agent).WithTimeout());

        await start.Should().ThrowAsync<TimeZoneNotFoundException>();
        emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Prepare_must_not_change_the_name()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Prepare = (context, _) => ValueTask.FromResult(context.Agent with { Name = "other" }) };

        var start = client.Awaiting(open => open.StartConversationAsync(agent).WithTimeout());

        (await start.Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("'waiter'").And.Contain("'other'");
    }

    [Fact]
    public async Task An_agent_that_breaks_a_rule_is_refused_before_anything_is_sent()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var agent = new RealtimeAgent { Name = " ", Session = new() { Model = "gpt-realtime-2", Audio = new() { Output = new() { Speed = 9 } } } };

        var start = client.Awaiting(open => open.StartConversationAsync(agent).WithTimeout());

        (await start.Should().ThrowAsync<RealtimeValidationException>()).Which.Message.Should().Contain("name").And.Contain("session.audio.output.speed");
        agent.Validate().Where(violation => violation.Severity == ConstraintSeverity.Error).Select(violation => violation.Path)
            .Should().Equal("name", "session.audio.output.speed");
        emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Another_agent_takes_over_with_its_whole_session()
    {
        var agent = ScriptedConversation.Agent with
        {
            Session = ScriptedConversation.Agent.Session with { MaxOutputTokens = 40, Tools = [new FunctionTool { Name = "place_order" }] },
        };
        await using var talk = await ScriptedConversation.StartAsync(agent);

        var switching = talk.Conversation.SwitchAgentAsync(Sommelier);

        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);
        await talk.Server.AnswerUpdateAsync(update);
        await switching.WithTimeout();
        var session = (RealtimeSessionConfiguration)update.Session;
        (session.Instructions, session.Model, session.MaxOutputTokens).Should().Be(("Recommend wines.", null, TokenLimit.Unlimited));
        session.Tools.Should().BeEmpty();
        session.Audio!.Input!.Transcription.Should().Be(Transcription.Off);
        var handoff = await talk.Updates.WhenAsync<HandoffUpdate>();
        (handoff.From, handoff.To, talk.Conversation.Agent.Name).Should().Be(("waiter", "sommelier", "sommelier"));
    }

    [Fact]
    public async Task The_next_reply_is_that_of_the_agent_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await SwitchAsync(talk, Sommelier);

        talk.Conversation.Respond("Be brief.");

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().Be("Recommend wines.\n\nBe brief.");
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "A Riesling.")]);
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Agent.Should().Be("sommelier");
    }

    [Fact]
    public async Task A_session_that_the_server_refuses_leaves_the_agent_before_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var switching = talk.Conversation.SwitchAgentAsync(Sommelier);

        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenSentAsync<SessionUpdateEvent>(2)).EventId, "No such voice."));

        await switching.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        talk.Conversation.Agent.Name.Should().Be("waiter");
        talk.Updates.All.OfType<HandoffUpdate>().Should().BeEmpty();
        await SwitchAsync(talk, Sommelier, number: 3);
        talk.Conversation.Agent.Name.Should().Be("sommelier");
    }

    [Fact]
    public async Task An_agent_with_another_model_is_refused()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var switching = talk.Conversation.Awaiting(conversation => conversation.SwitchAgentAsync(Sommelier with { Session = new() { Model = "gpt-realtime-mini" } }).WithTimeout());

        (await switching.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().Contain("gpt-realtime-mini").And.Contain("gpt-realtime-2");
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task An_exception_of_Prepare_leaves_the_agent_before_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var broken = Sommelier with { Prepare = (_, _) => throw new TimeZoneNotFoundException() };

        await talk.Conversation.Awaiting(conversation => conversation.SwitchAgentAsync(broken).WithTimeout()).Should().ThrowAsync<TimeZoneNotFoundException>();

        talk.Conversation.Agent.Name.Should().Be("waiter");
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_session_that_the_server_has_changed_becomes_one_warning_with_each_difference()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var update = await session.ExpectAsync<SessionUpdateEvent>();
            await session.AnswerUpdateAsync(update with { Session = ((RealtimeSessionConfiguration)update.Session) with { MaxOutputTokens = 7 } });
        });
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { MaxOutputTokens = 40 } };

        await using var conversation = await client.StartConversationAsync(agent).WithTimeout();

        var warning = await new UpdateLog(conversation).WhenAsync<WarningUpdate>();
        warning.Kind.Should().Be(WarningKind.Session);
        warning.Message.Should().Contain("max_output_tokens").And.Contain("40").And.Contain("7");
    }

    [Fact]
    public async Task Ending_the_conversation_in_Prepare_does_not_wait_for_itself()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var ending = Sommelier with
        {
            Prepare = async (context, cancellationToken) =>
            {
                await talk.Conversation.EndAsync(cancellationToken: cancellationToken);
                await talk.Conversation.DisposeAsync();
                return context.Agent;
            },
        };

        await talk.Conversation.Awaiting(conversation => conversation.SwitchAgentAsync(ending).WithTimeout()).Should().ThrowAsync<Exception>();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
    }

    private static async Task SwitchAsync(ScriptedConversation talk, RealtimeAgent agent, int number = 2)
    {
        var switching = talk.Conversation.SwitchAgentAsync(agent);
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(number));
        await switching.WithTimeout();
    }

    private sealed class Services : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
