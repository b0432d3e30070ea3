namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>Function calls at a loss: none runs twice, and no output reaches a session that did not call.</summary>
public sealed class RenewalFunctionTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_function_that_runs_at_the_loss_is_canceled_listed_and_never_run_again()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { ReplyAfterLoss = "Say that it did not work." }, _cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        talk.Emulator.Model.When("did not work").Says("It did not work.");
        var asking = talk.Conversation.AskAsync("A soup, please.");
        await talk.AdvanceAsync(1);
        var run = await _cook.WhenRunAsync();
        var canceled = 0;
        using var registration = run.Token.Register(() => canceled++);

        await talk.LoseAsync();
        run.Return("Late.");
        await talk.AdvanceAsync(5);

        var callId = run.Context.Call.CallId;
        canceled.Should().Be(1);
        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        renewal.NotCarriedOver.Should().ContainSingle().Which.Should().Match<RenewalLoss>(loss => loss.Kind == RenewalLossKind.FunctionCall && loss.Id == callId);
        RenewingConversation.HistoryOf(talk.Session).Should().Equal(("user", "A soup, please."), ("call", callId), ("output", "Error: the result of this call is not known."));
        talk.Updates.All.OfType<FunctionCallUpdate>().Where(update => update.Call.IsOver).Should().ContainSingle().Which.Call.Status.Should().Be(FunctionCallStatus.Canceled);
        talk.Session.Received.Count(message => message.Event is ResponseCreateEvent).Should().Be(1);
        _cook.Runs.Should().ContainSingle();
        await asking.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
    }

    [Fact]
    public async Task Outputs_that_were_sent_are_in_the_history_of_every_later_session()
    {
        await using var talk = await RenewingConversation.StartAsync(agent: _cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        var asking = talk.Conversation.AskAsync("A soup, please.");
        await talk.AdvanceAsync(1);
        (await _cook.WhenRunAsync()).Return("Cooked.");
        await talk.Time.RunUntilAsync(asking).WithTimeout();

        await talk.LoseAsync();
        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Select(item => item.Text).Should().HaveCount(4).And.Contain("Cooked.").And.Contain("Here it is.");
        talk.Renewals.Should().OnlyContain(renewal => renewal.NotCarriedOver.Count == 0);
        _cook.Runs.Should().ContainSingle();
    }

    [Fact]
    public async Task An_output_that_may_not_have_arrived_is_in_the_history()
    {
        await using var talk = await RenewingConversation.StartAsync(agent: _cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        _ = talk.Conversation.AskAsync("A soup, please.").ContinueWith(_ => { }, TaskScheduler.Default);
        await talk.AdvanceAsync(1);
        var run = await _cook.WhenRunAsync();
        talk.Session.StopReading();
        run.Return("Cooked.");
        await talk.AdvanceAsync(0.5);

        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session)[^1].Should().Be(("output", "Cooked."));
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.Reply);
        talk.Session.Received.Count(message => message.Event is ResponseCreateEvent).Should().Be(0);
    }

    [Fact]
    public async Task An_approval_that_is_open_at_the_loss_is_withdrawn()
    {
        var careful = _cook.Agent with { Functions = [_cook.Function with { RequiresApproval = true }] };
        await using var talk = await RenewingConversation.StartAsync(agent: careful);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        _ = talk.Conversation.AskAsync("A soup, please.").ContinueWith(_ => { }, TaskScheduler.Default);
        await talk.AdvanceAsync(1);
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        await talk.LoseAsync();
        approval.Approve();
        await talk.AdvanceAsync(1);

        _cook.Runs.Should().BeEmpty();
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.FunctionCall);
        RenewingConversation.HistoryOf(talk.Session).Select(item => item.Kind).Should().Equal("user", "call", "output");
    }

    [Fact]
    public async Task Calls_that_wait_to_run_at_the_loss_never_run()
    {
        await using var talk = await RenewingConversation.StartAsync(agent: _cook.Agent, configure: options => options with { Limits = new() { MaxConcurrentFunctions = 1 } });
        talk.Emulator.Model.When("soup").Calls("cook").Calls("cook").Calls("cook").Says("Here it is.");
        _ = talk.Conversation.AskAsync("Three soups, please.").ContinueWith(_ => { }, TaskScheduler.Default);
        await talk.AdvanceAsync(1);
        var run = await _cook.WhenRunAsync();

        await talk.LoseAsync();
        run.Return("Late.");
        await talk.AdvanceAsync(1);

        _cook.Runs.Should().ContainSingle();
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Count(loss => loss.Kind == RenewalLossKind.FunctionCall).Should().Be(3);
        talk.Conversation.Turns[^1].Calls.Should().HaveCount(3).And.OnlyContain(call => call.Status == FunctionCallStatus.Canceled);
    }

    [Fact]
    public async Task A_call_that_the_app_answers_cannot_be_answered_after_the_loss()
    {
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Tools = [new FunctionTool { Name = "elsewhere" }] } };
        await using var talk = await RenewingConversation.StartAsync(agent: agent);
        talk.Emulator.Model.When("soup").Calls("elsewhere").Says("Here it is.");
        _ = talk.Conversation.AskAsync("A soup, please.").ContinueWith(_ => { }, TaskScheduler.Default);
        await talk.AdvanceAsync(1);
        var call = talk.Conversation.Turns[^1].Calls.Should().ContainSingle().Subject;

        await talk.LoseAsync();
        await talk.Conversation.Awaiting(conversation => conversation.CompleteCallAsync(call.CallId, "Late.")).Should().ThrowAsync<Exception>();
        await talk.AdvanceAsync(1);

        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.FunctionCall && loss.Id == call.CallId);
        RenewingConversation.HistoryOf(talk.Session)[^1].Text.Should().StartWith("Error");
    }

    [Fact]
    public async Task The_same_call_id_in_the_next_session_is_not_run_again()
    {
        await using var talk = await RenewingConversation.StartAsync(agent: _cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        var asking = talk.Conversation.AskAsync("A soup, please.");
        await talk.AdvanceAsync(1);
        var run = await _cook.WhenRunAsync();
        run.Return("Cooked.");
        await talk.Time.RunUntilAsync(asking).WithTimeout();
        await talk.LoseAsync();

        foreach (var serverEvent in Wire.Calls("resp_again", Wire.Call(run.Context.Call.CallId)))
            await talk.Session.SendAsync(serverEvent);
        await talk.AdvanceAsync(1);

        _cook.Runs.Should().ContainSingle();
    }
}
