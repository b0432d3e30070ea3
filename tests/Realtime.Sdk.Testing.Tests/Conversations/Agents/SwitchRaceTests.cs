using Realtime.Sdk.Testing.Tests.Conversations.Renewal;

namespace Realtime.Sdk.Testing.Tests.Conversations.Agents;

/// <summary>Switches of the agent that meet other switches, cancellations, renewals and the end of the conversation.</summary>
public sealed class SwitchRaceTests
{
    private const string First = """{"street":"Main Street","number":5}""", Second = """{"street":"Park Lane","number":7}""";

    private static readonly RealtimeAgent Clerk = new() { Name = "clerk", Session = new() { Instructions = "Ask for the address." } };

    private static readonly RealtimeAgent Sommelier = new() { Name = "sommelier", Session = new() { Instructions = "Recommend wines." } };

    private static readonly RealtimeAgent Stuck = Sommelier with { Prepare = async (_, _) => await new TaskCompletionSource<RealtimeAgent>().Task };

    [Fact]
    public async Task Of_two_results_in_one_response_the_first_counts()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1", "finish_task", First)));
        await talk.WhenSentAsync<SessionUpdateEvent>(3);
        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_2", "finish_task", Second)));
        await talk.WhenOverAsync("call_2");
        await ConfirmAsync(talk, 3);

        (await running.WithTimeout()).Should().Be(new Address("Main Street", 5));
    }

    [Fact]
    public async Task A_task_that_is_canceled_before_the_server_confirms_its_agent_leaves_the_previous_agent_in_charge()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address, cancellation.Token);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await cancellation.CancelAsync();
        await (await Task.WhenAny(running, talk.WhenSentAsync<SessionUpdateEvent>(3))).ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
        await talk.Server.AnswerUpdateAsync(update);
        await ConfirmAsync(talk, 3);

        await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await talk.SettleAsync();
        talk.Conversation.Agent.Name.Should().Be("waiter");
        ((RealtimeSessionConfiguration)talk.Conversation.Session!.Configuration!).Instructions.Should().Be("Take the order.");
    }

    [Fact]
    public async Task A_switch_that_the_app_has_begun_before_the_result_is_not_reverted_by_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Clerk, TaskJson.Default.Address);
        await ConfirmAsync(talk, 2);
        await talk.WhenRequestedAsync();
        var switching = talk.Conversation.SwitchAgentAsync(Sommelier);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(3);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "finish_task", First)));
        await talk.SettleAsync();
        await talk.Server.AnswerUpdateAsync(update);
        await switching.WithTimeout();

        await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
        await talk.WhenOutputAsync("call_1");
        talk.Conversation.Agent.Name.Should().Be("sommelier");
        talk.Sent.OfType<SessionUpdateEvent>().Should().HaveCount(2);
    }

    [Fact]
    public async Task A_prepared_agent_with_handoffs_cannot_carry_out_a_task()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var clerk = Clerk with { Prepare = (_, _) => ValueTask.FromResult(Clerk with { Handoffs = [AgentHandoff.Back] }) };

        var running = talk.Conversation.Awaiting(conversation => conversation.RunAsync(clerk, TaskJson.Default.Address).WithTimeout());

        await running.Should().ThrowAsync<ArgumentException>();
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task The_end_of_the_conversation_ends_switches_and_tasks_whose_preparation_never_returns()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(Stuck, TaskJson.Default.Address);
        var switching = talk.Conversation.SwitchAgentAsync(Stuck);
        var waiting = talk.Conversation.SwitchAgentAsync(Sommelier);

        await talk.Conversation.EndAsync().WithTimeout();

        (await running.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("The conversation ended");
        foreach (var task in new[] { switching, waiting })
            (await task.Invoking(task => task.WithTimeout()).Should().ThrowAsync<Exception>()).Which.Should().NotBeOfType<TimeoutException>();
    }

    [Fact]
    public async Task Code_that_a_preparation_has_started_can_switch_when_the_preparation_has_returned()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var prepared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? later = null;
        var sommelier = Sommelier with
        {
            Prepare = (context, _) =>
            {
                later = BackAsync();
                return ValueTask.FromResult(context.Agent);
            },
        };
        var switching = talk.Conversation.SwitchAgentAsync(sommelier);
        await ConfirmAsync(talk, 2);
        await switching.WithTimeout();

        prepared.SetResult();
        var confirming = ConfirmAsync(talk, 3);
        await (await Task.WhenAny(later!, confirming).WithTimeout());
        await later!.WithTimeout();

        talk.Conversation.Agent.Name.Should().Be("waiter");

        async Task BackAsync()
        {
            await prepared.Task;
            await talk.Conversation.SwitchAgentAsync(ScriptedConversation.Agent);
        }
    }

    [Fact]
    public async Task A_switch_during_a_renewal_takes_effect_in_the_new_session_at_once()
    {
        await using var talk = await RenewingConversation.StartAsync();
        await talk.BeginGapAsync();
        talk.Conversation.Status.Should().Be(ConversationStatus.Renewing);

        var switching = talk.Conversation.SwitchAgentAsync(Sommelier);
        await talk.AdvanceAsync(11);

        talk.Conversation.Agent.Name.Should().Be("sommelier");
        await switching.WithTimeout();
        ((RealtimeSessionConfiguration)talk.Conversation.Session!.Configuration!).Instructions.Should().Be("Recommend wines.");
    }

    private static async Task ConfirmAsync(ScriptedConversation talk, int number) => await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(number));
}
