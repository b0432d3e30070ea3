using System.Text.Json.Serialization;

namespace Realtime.Sdk.Testing.Tests.Conversations.Agents;

/// <summary>An agent that carries out a task and returns its result.</summary>
public sealed class TaskTests
{
    private const string Good = """{"street":"Main Street","number":5}""", Bad = """{"street":"Main Street","number":"five"}""";

    private static readonly RealtimeAgent Clerk = new() { Name = "clerk", Session = new() { Instructions = "Ask for the address." } };

    [Fact]
    public async Task The_agent_speaks_first_and_its_result_puts_the_previous_agent_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        var update = await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Where do you live?")]);
        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_1", "finish_task", Good)));
        await ConfirmAsync(talk, 3);

        (await running.WithTimeout()).Should().Be(new Address("Main Street", 5));
        ((RealtimeSessionConfiguration)update.Session).Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Which.Parameters.Should().Be(JsonSchema.FromType(TaskJson.Default.Address));
        talk.Conversation.Agent.Name.Should().Be("waiter");
        (await talk.WhenOutputAsync("call_1")).Should().Be("The task is done.");
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
        await talk.EndAsync();
        talk.Updates.All.OfType<HandoffUpdate>().Select(handoff => handoff.To).Should().Equal("clerk", "waiter");
    }

    [Fact]
    public async Task A_result_that_does_not_conform_returns_to_the_model()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "finish_task", Bad)));

        (await talk.WhenOutputAsync("call_1")).Should().StartWith("Error: the result was not accepted: ").And.Contain("$.number");
        await talk.WhenRequestedAsync(2);
        running.IsCompleted.Should().BeFalse();
        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2", "finish_task", Good)));
        await ConfirmAsync(talk, 3);

        (await running.WithTimeout()).Number.Should().Be(5);
    }

    [Fact]
    public async Task A_function_can_run_a_task_and_its_own_timeout_does_not_run_meanwhile()
    {
        RealtimeAgent? agent = null;
        agent = ScriptedConversation.Agent with
        {
            Functions =
            [
                AgentFunction.Create("deliver", "Delivers the order.", async (call, cancellationToken) =>
                    $"It goes to {(await call.Conversation.RunAsync(Clerk, TaskJson.Default.Address, cancellationToken)).Street}.") with { Timeout = TimeSpan.FromSeconds(30) },
            ],
        };
        await using var talk = await ScriptedConversation.StartAsync(agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "deliver")));
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Where do you live?")]);
        talk.Time.Advance(TimeSpan.FromMinutes(5));
        await talk.SettleAsync();

        await talk.SendAsync(Wire.Calls("resp_3", Wire.Call("call_2", "finish_task", Good)));
        await ConfirmAsync(talk, 3);

        (await talk.WhenOutputAsync("call_1")).Should().Be("It goes to Main Street.");
        await talk.WhenRequestedAsync(2);
        await talk.SettleAsync();
        talk.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_canceled_task_puts_the_previous_agent_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address, cancellation.Token);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();

        await cancellation.CancelAsync();
        await ConfirmAsync(talk, 3);

        await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task A_task_that_is_canceled_before_its_session_was_confirmed_leaves_the_previous_agent_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address, cancellation.Token);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await cancellation.CancelAsync();
        await talk.Server.AnswerUpdateAsync(update);
        await ConfirmAsync(talk, 3);

        await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        talk.Conversation.Agent.Name.Should().Be("waiter");
        ((RealtimeSessionConfiguration)talk.Conversation.Session!.Configuration!).Instructions.Should().Be("Take the order.");
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task The_agent_of_a_task_that_was_replaced_does_not_take_charge_again()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Where do you live?")]);
        var switching = talk.Conversation.SwitchAgentAsync(new() { Name = "guide", Handoffs = [AgentHandoff.Back] });
        await ConfirmAsync(talk, 3);
        await switching.WithTimeout();
        (await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("before the task was done");

        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_1", "transfer_back")));
        await ConfirmAsync(talk, 4);

        await talk.WhenOutputAsync("call_1");
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task A_task_within_a_canceled_task_returns_to_the_agent_before_both()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var outer = talk.Conversation.RunAsync(Clerk with { Name = "outer" }, TaskJson.Default.Address, cancellation.Token);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Where do you live?")]);
        var inner = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 3);
        await talk.WhenRequestedAsync(2);
        await cancellation.CancelAsync();
        await outer.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();

        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_1", "finish_task", Good)));
        await ConfirmAsync(talk, 4);

        (await inner.WithTimeout()).Number.Should().Be(5);
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task Another_agent_that_the_app_puts_in_charge_ends_the_task()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();

        var switching = talk.Conversation.SwitchAgentAsync(ScriptedConversation.Agent);
        await ConfirmAsync(talk, 3);
        await switching.WithTimeout();

        (await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("before the task was done");
    }

    [Fact]
    public async Task Tasks_can_be_nested()
    {
        var outer = Clerk with
        {
            Name = "outer",
            Functions = [AgentFunction.Create("ask", "Asks.", async (call, cancellationToken) => (await call.Conversation.RunAsync(Clerk, TaskJson.Default.Address, cancellationToken)).Street)],
        };
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(outer, TaskJson.Default.Int32);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "ask")));
        await ConfirmAsync(talk, 3);
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_2", "finish_task", Good)));
        await ConfirmAsync(talk, 4);
        (await talk.WhenOutputAsync("call_1")).Should().Be("Main Street");
        talk.Conversation.Agent.Name.Should().Be("outer");
        await talk.WhenRequestedAsync(3);

        await talk.SendAsync(Wire.Calls("resp_3", Wire.Call("call_3", "finish_task", """{"value":7}""")));
        await ConfirmAsync(talk, 5);

        (await running.WithTimeout()).Should().Be(7);
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task The_end_of_the_conversation_ends_the_task()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();

        await talk.Conversation.EndAsync().WithTimeout();

        (await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("The conversation ended");
    }

    [Fact]
    public async Task An_agent_with_handoffs_cannot_carry_out_a_task()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var running = talk.Conversation.Awaiting(conversation => conversation.RunAsync(Clerk with { Handoffs = [AgentHandoff.Back] }, TaskJson.Default.Address).WithTimeout());

        await running.Should().ThrowAsync<ArgumentException>();
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    private static async Task<SessionUpdateEvent> ConfirmAsync(ScriptedConversation talk, int number)
    {
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(number);
        await talk.Server.AnswerUpdateAsync(update);
        return update;
    }
}

internal sealed record Address([property: JsonPropertyName("street")] string Street, [property: JsonPropertyName("number")] int Number);

[JsonSerializable(typeof(Address))]
[JsonSerializable(typeof(int))]
internal sealed partial class TaskJson : JsonSerializerContext;
