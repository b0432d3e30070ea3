namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>What the app does while there is no session.</summary>
public sealed class GapTests
{
    [Fact]
    public async Task Replies_of_the_gap_are_requested_once_and_afterwards()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("").Says("One.").Says("Two.");
        await talk.BeginGapAsync();

        var replies = new[] { talk.Conversation.Respond(), talk.Conversation.Respond("Again.") };
        await talk.AdvanceAsync(20);

        foreach (var reply in replies)
            (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        talk.Emulator.Sessions.Select(session => session.Received.Count(message => message.Event is ResponseCreateEvent)).Should().Equal(0, 2);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData(WhenBusy.Queue, ReplyStatus.Completed, ReplyStatus.Completed)]
    [InlineData(WhenBusy.Refuse, ReplyStatus.Completed, ReplyStatus.Refused)]
    [InlineData(WhenBusy.Replace, ReplyStatus.Canceled, ReplyStatus.Completed)]
    [InlineData(WhenBusy.Coalesce, ReplyStatus.Completed, ReplyStatus.Completed)]
    public async Task A_reply_of_the_gap_cannot_be_requested_immediately(WhenBusy onBusy, ReplyStatus first, ReplyStatus second)
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("").Says("Yes.");
        await talk.BeginGapAsync();

        var replies = new[] { talk.Conversation.Respond("First."), talk.Conversation.Respond(new() { Instructions = "Second.", OnBusy = onBusy }) };
        await talk.AdvanceAsync(20);

        ((await replies[0].Completion.WithTimeout()).Status, (await replies[1].Completion.WithTimeout()).Status).Should().Be((first, second));
        talk.Session.Received.Count(message => message.Event is ResponseCreateEvent).Should().Be(onBusy == WhenBusy.Queue ? 2 : 1);
    }

    [Fact]
    public async Task A_reply_that_refuses_to_wait_is_refused_in_the_gap()
    {
        await using var talk = await RenewingConversation.StartAsync();
        await talk.BeginGapAsync();

        var reply = talk.Conversation.Respond(new() { OnBusy = WhenBusy.Refuse });

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Refused);
    }

    [Fact]
    public async Task An_out_of_band_reply_of_the_gap_waits_without_replacing_or_joining_others()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("").Says("Yes.");
        await talk.BeginGapAsync();
        ReplyOptions outOfBand = new() { Response = new() { Conversation = ResponseConversation.None }, OnBusy = WhenBusy.Replace };

        var replies = new[]
        {
            talk.Conversation.Respond("Aloud."), talk.Conversation.Respond(outOfBand), talk.Conversation.Respond(new() { Instructions = "Aloud too.", OnBusy = WhenBusy.Coalesce }),
        };
        await talk.AdvanceAsync(20);

        foreach (var reply in replies)
            (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        talk.Session.Received.Select(message => message.Event).OfType<ResponseCreateEvent>().Select(request => request.Response!.Conversation == ResponseConversation.None)
            .Should().BeEquivalentTo([false, false, true]);
    }

    [Fact]
    public async Task What_is_asked_added_deleted_and_switched_in_the_gap_happens_afterwards()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("soups").Says("Three soups.");
        await talk.BeginGapAsync();

        var asking = talk.Conversation.AskAsync("Which soups?");
        var adding = talk.Conversation.AddAsync(ConversationItem.SystemText("It is late.") with { Id = "item_late" });
        var switching = talk.Conversation.SwitchAgentAsync(new() { Name = "cook", Session = new() { Instructions = "Cook." } });
        var before = (asking.IsCompleted, adding.IsCompleted, switching.IsCompleted);
        await talk.AdvanceAsync(20);
        await Task.WhenAll(asking, adding, switching).WithTimeout();
        await talk.Time.RunUntilAsync(talk.Conversation.DeleteAsync("item_late")).WithTimeout();
        await talk.AdvanceAsync(0.1);

        before.Should().Be((false, false, false));
        (await asking).Text.Should().Be("Three soups.");
        talk.Conversation.Agent.Name.Should().Be("cook");
        talk.Emulator.Sessions[0].Received.Should().ContainSingle();
        talk.Conversation.Items.Should().HaveCount(2);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_agent_that_was_switched_to_in_the_gap_takes_charge_as_soon_as_the_next_session_is_its_own()
    {
        await using var talk = await RenewingConversation.StartAsync();
        await talk.BeginGapAsync();

        var switching = talk.Conversation.SwitchAgentAsync(new() { Name = "cook", Session = new() { Instructions = "Cook." } });
        await talk.AdvanceAsync(9.5);

        await switching.WithTimeout();
        talk.Conversation.Agent.Name.Should().Be("cook");
        ((RealtimeSessionConfiguration)talk.Session.Session.Configuration!).Instructions.Should().Be("Cook.");
    }

    [Fact]
    public async Task Waits_of_the_gap_can_be_canceled_and_send_nothing_then()
    {
        await using var talk = await RenewingConversation.StartAsync();
        await talk.BeginGapAsync();
        using var stop = new CancellationTokenSource();

        Task[] waits =
        [
            talk.Conversation.AskAsync("Which soups?", stop.Token), talk.Conversation.AddAsync(ConversationItem.SystemText("It is late."), stop.Token),
            talk.Conversation.SwitchAgentAsync(new() { Name = "cook" }, stop.Token),
        ];
        await stop.CancelAsync();

        foreach (var wait in waits)
            await wait.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await talk.AdvanceAsync(20);
        talk.Session.Received.Should().ContainSingle();
        talk.Conversation.Agent.Name.Should().Be("waiter");
    }

    [Fact]
    public async Task An_interruption_in_the_gap_completes_and_reaches_no_session()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("soups").Says("We have three soups today and all of them are very good and very hot.");
        var asking = talk.Conversation.AskAsync("Which soups?");
        await talk.AdvanceAsync(2);
        await talk.BeginGapAsync();

        await talk.Time.RunUntilAsync(talk.Conversation.InterruptAsync()).WithTimeout();
        var turn = await talk.Time.RunUntilAsync(asking).WithTimeout();
        await talk.AdvanceAsync(20);

        turn.WasInterrupted.Should().BeTrue();
        talk.Session.Received.Select(message => message.Event).Should().NotContain(sent => sent is ConversationItemTruncateEvent || sent is ResponseCancelEvent);
        RenewingConversation.HistoryOf(talk.Session)[^1].Text.Should().Be(turn.HeardText);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public async Task An_end_in_the_gap_or_between_attempts_comes_at_once_and_once(bool isBetweenAttempts, int how)
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxDelay = TimeSpan.FromHours(1) });
        if (isBetweenAttempts)
            talk.RefuseNext(TimeSpan.FromHours(1));
        await talk.BeginGapAsync(seconds: 3_600);
        var reply = talk.Conversation.Respond();
        var (asking, began) = (talk.Conversation.AskAsync("Which soups?"), talk.Time.GetUtcNow());
        var statusInGap = talk.Conversation.Status;

        var ending = how switch
        {
            0 => talk.Conversation.EndAsync(),
            1 => talk.Conversation.DisposeAsync().AsTask(),
            _ => Task.WhenAll(talk.Conversation.EndAsync(), talk.Conversation.DisposeAsync().AsTask(), talk.Conversation.EndAsync()),
        };
        await talk.Time.RunUntilAsync(ending).WithTimeout();
        var (end, ended) = (await talk.Conversation.Completion.WithTimeout(), talk.Time.GetUtcNow());
        await talk.AdvanceAsync(2 * 3_600);

        statusInGap.Should().Be(ConversationStatus.Renewing);
        end.Reason.Should().Be(how == 1 ? ConversationEndReason.Disposed : ConversationEndReason.Ended);
        ended.Should().BeBefore(began + TimeSpan.FromHours(1));
        await asking.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
        await reply.Heard.WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All.OfType<EndUpdate>().Should().ContainSingle();
        (talk.Renewals.Count, talk.Emulator.Sessions.Count(session => !session.Completion.IsCompleted)).Should().Be((0, 0));
    }

    [Fact]
    public async Task An_interruption_after_an_end_in_the_gap_completes()
    {
        await using var talk = await RenewingConversation.StartAsync();
        await talk.BeginGapAsync();
        await talk.Conversation.DisposeAsync().WithTimeout();

        await talk.Time.RunUntilAsync(talk.Conversation.InterruptAsync()).WithTimeout();

        await talk.Conversation.Awaiting(ended => ended.AddAsync(ConversationItem.UserText("Hello?"))).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_goodbye_of_the_gap_is_said_in_the_next_session()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("").Says("Goodbye.");
        await talk.BeginGapAsync();

        await talk.Time.RunUntilAsync(talk.Conversation.EndAsync("Say goodbye.")).WithTimeout();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
        talk.Conversation.Turns.Should().ContainSingle().Which.HeardText.Should().Be("Goodbye.");
    }

    [Fact]
    public async Task A_goodbye_of_the_gap_ends_with_the_conversation_if_there_is_no_next_session()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxAttempts = 1 });
        talk.Emulator.RespondNext(new EmulatorHttpResponse { StatusCode = 503, Delay = TimeSpan.FromSeconds(5) });
        await talk.LoseAsync();

        await talk.Time.RunUntilAsync(talk.Conversation.EndAsync("Say goodbye.")).WithTimeout();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.ConnectionLost);
    }

    [Fact]
    public async Task A_reply_whose_request_was_sent_is_not_requested_again_and_is_listed()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { ReplyAfterLoss = "Say that the connection was interrupted." });
        talk.Emulator.Model.When("").Says("We were interrupted.");
        var first = talk.Session;
        first.StopReading();
        var reply = talk.Conversation.Respond("Tell a story.");
        await talk.AdvanceAsync(1);

        await talk.LoseAsync();
        await talk.AdvanceAsync(5);

        var result = await reply.Completion.WithTimeout();
        (result.Status, result.Exception).Should().Be((ReplyStatus.Failed, talk.Renewals[0].Exception));
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.Reply);
        talk.Session.Received.Select(message => message.Event).OfType<ResponseCreateEvent>().Should().ContainSingle().Which.Response!.Instructions.Should().NotContain("story");
    }
}
