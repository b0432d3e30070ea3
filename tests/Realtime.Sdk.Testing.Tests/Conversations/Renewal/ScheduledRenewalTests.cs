namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>Renewals before a session ends: when they come, and what happens if they cannot.</summary>
public sealed class ScheduledRenewalTests
{
    [Theory]
    [InlineData(5, 55)]
    [InlineData(20, 40)]
    [InlineData(50, 30)]
    public async Task A_session_is_renewed_before_it_ends_and_not_before_half_of_its_duration(int before, int expected)
    {
        await using var talk = await RenewingConversation.StartAsync(new() { Before = TimeSpan.FromMinutes(before) });

        await talk.AdvanceAsync((expected * 60) - 1);
        var early = talk.Renewals.Count;
        await talk.AdvanceAsync(2);

        early.Should().Be(0);
        await talk.WhenRenewedAsync();
        talk.Renewals.Should().ContainSingle().Which.Should().Match<RenewalUpdate>(renewal => renewal.Reason == RenewalReason.Scheduled && renewal.Exception == null);
        talk.Emulator.Sessions.Should().HaveCount(2);
        talk.Emulator.Sessions[0].Completion.IsCompleted.Should().BeTrue();
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(90, 55)]
    public async Task The_earlier_of_the_configured_and_the_reported_duration_counts(int configured, int expected)
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxSessionDuration = TimeSpan.FromMinutes(configured) });

        await talk.AdvanceAsync((expected * 60) - 1);
        var early = talk.Renewals.Count;
        await talk.AdvanceAsync(2);

        await talk.WhenRenewedAsync();
        (early, talk.Renewals.Count).Should().Be((0, 1));
    }

    [Fact]
    public async Task A_renewal_waits_for_the_end_of_an_answer()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxSessionDuration = TimeSpan.FromMinutes(1), Before = TimeSpan.FromSeconds(30) });
        talk.Emulator.Model.When("story").Says(string.Join(' ', Enumerable.Repeat("and so they went on", 12)));
        await talk.AdvanceAsync(28);

        var turn = await talk.AskAsync("Tell me a story.");
        var during = talk.Renewals.Count;
        await talk.AdvanceAsync(1);

        await talk.WhenRenewedAsync();
        turn.WasInterrupted.Should().BeFalse();
        (during, talk.Renewals.Count).Should().Be((0, 1));
        talk.Renewals[0].NotCarriedOver.Should().BeEmpty();
        RenewingConversation.HistoryOf(talk.Session)[^1].Text.Should().Be(turn.Text);
    }

    [Fact]
    public async Task A_renewal_waits_for_a_running_function_and_its_answer()
    {
        var cook = new TestFunction();
        await using var talk = await RenewingConversation.StartAsync(new() { MaxSessionDuration = TimeSpan.FromMinutes(2), Before = TimeSpan.FromMinutes(1) }, cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        await talk.AdvanceAsync(50);
        var asking = talk.Conversation.AskAsync("A soup, please.");
        await talk.AdvanceAsync(30);
        var during = talk.Renewals.Count;

        (await cook.WhenRunAsync()).Return("Done.");
        var turn = await talk.Time.RunUntilAsync(asking).WithTimeout();
        await talk.AdvanceAsync(1);

        turn.Text.Should().Be("Here it is.");
        await talk.WhenRenewedAsync();
        (during, talk.Renewals.Count).Should().Be((0, 1));
        RenewingConversation.HistoryOf(talk.Session).Select(item => item.Kind).Should().Equal("user", "call", "output", "assistant");
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_quiet_moment_the_conversation_is_interrupted_and_what_was_cut_off_is_listed()
    {
        var cook = new TestFunction();
        await using var talk = await RenewingConversation.StartAsync(
            new() { MaxSessionDuration = TimeSpan.FromMinutes(1), Before = TimeSpan.FromSeconds(30), ReplyAfterLoss = "Say that you were interrupted." }, cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook");
        talk.Emulator.Model.When("interrupted").Says("I was interrupted.");
        await talk.AdvanceAsync(20);
        _ = talk.Conversation.AskAsync("A soup, please.").ContinueWith(_ => { }, TaskScheduler.Default);
        await talk.AdvanceAsync(25);
        var run = await cook.WhenRunAsync();
        var before = talk.Renewals.Count;

        await talk.AdvanceAsync(10);

        before.Should().Be(0);
        await talk.WhenRenewedAsync();
        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        (renewal.Reason, renewal.Exception).Should().Be((RenewalReason.Scheduled, null));
        renewal.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.FunctionCall && loss.Id == run.Context.Call.CallId);
        run.Token.IsCancellationRequested.Should().BeTrue();
        talk.Session.Received.Select(message => message.Event).OfType<ResponseCreateEvent>().Should().ContainSingle().Which.Response!.Instructions.Should().Contain("you were interrupted");
        run.Return("Late.");
        await talk.AdvanceAsync(1);
        cook.Runs.Should().ContainSingle();
    }

    [Fact]
    public async Task If_no_session_can_be_opened_the_old_one_continues_and_the_next_attempt_comes_later()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxDelay = TimeSpan.FromMinutes(2) });
        talk.Emulator.Model.When("soups").Says("Three soups.");
        talk.RefuseNext(TimeSpan.FromMinutes(2));

        await talk.AdvanceAsync((55 * 60) + 5);
        var (sessions, renewals) = (talk.Emulator.Sessions.Count, talk.Renewals.Count);
        var turn = await talk.AskAsync("Which soups do you have?");
        await talk.AdvanceAsync(150);

        (sessions, renewals, turn.Text).Should().Be((1, 0, "Three soups."));
        talk.Warnings.Should().ContainSingle().Which.Exception.Should().BeOfType<RealtimeApiException>();
        await talk.WhenRenewedAsync();
        talk.Renewals.Should().ContainSingle().Which.Reason.Should().Be(RenewalReason.Scheduled);
        talk.Emulator.Sessions.Should().HaveCount(2);
        RenewingConversation.HistoryOf(talk.Session).Should().Equal(("user", "Which soups do you have?"), ("assistant", "Three soups."));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_scheduled_renewal_that_can_never_succeed_is_not_tried_again_and_the_session_is_used_to_its_end(int status)
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.RespondNext(status, "{}");

        await talk.AdvanceAsync(59 * 60);
        var requests = talk.Emulator.Requests.Count(request => request.IsUpgrade);

        (requests, talk.Emulator.Sessions.Count, talk.Conversation.Status).Should().Be((2, 1, ConversationStatus.Listening));
        talk.Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task After_scheduled_attempts_that_failed_the_loss_at_the_end_of_the_session_has_attempts_of_its_own()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxAttempts = 2 });
        for (var i = 0; i < 2; i++)
            talk.Emulator.RespondNext(503, "{}");

        await talk.AdvanceAsync(59 * 60);
        var before = talk.Renewals.Count;
        await talk.AdvanceAsync(2 * 60);

        before.Should().Be(0);
        await talk.WhenRenewedAsync();
        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        (renewal.Reason, (renewal.Exception as RealtimeConnectionException)?.IsSessionExpired).Should().Be((RenewalReason.Lost, true));
    }

    [Fact]
    public async Task The_loss_of_the_connection_while_the_next_session_is_opened_does_not_matter()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromSeconds(5) });
        await talk.AdvanceAsync((55 * 60) + 1);
        var status = talk.Conversation.Status;

        talk.Session.End(ConnectionFailure.Reset);
        await talk.AdvanceAsync(10);

        status.Should().Be(ConversationStatus.Renewing);
        await talk.WhenRenewedAsync();
        talk.Renewals.Should().ContainSingle().Which.Reason.Should().Be(RenewalReason.Scheduled);
        talk.Emulator.Sessions.Should().HaveCount(2);
    }

    [Fact]
    public async Task What_is_asked_while_the_next_session_is_opened_is_answered_there()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("soups").Says("Three soups.");
        talk.Emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromSeconds(5) });
        await talk.AdvanceAsync((55 * 60) + 1);

        var turn = await talk.AskAsync("Which soups do you have?");

        turn.Text.Should().Be("Three soups.");
        talk.Emulator.Sessions[0].Received.Select(message => message.Event).OfType<ConversationItemCreateEvent>().Should().BeEmpty();
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Before", 0, 0, 1, 0, 500)]
    [InlineData("MaxSessionDuration", 300, 500, 1, 0, 500)]
    [InlineData("HistoryTokens", 300, 1000, 1, -1, 500)]
    [InlineData("MaxAttempts", 300, 1000, 0, 0, 500)]
    [InlineData("MaxDelay", 300, 1000, 1, 0, 20000)]
    public async Task Options_out_of_range_are_refused(string name, int before, int maxDuration, int attempts, int tokens, int firstDelay)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var renewal = new RenewalOptions
        {
            Before = TimeSpan.FromSeconds(before),
            MaxSessionDuration = TimeSpan.FromMilliseconds(maxDuration),
            MaxAttempts = attempts,
            HistoryTokens = tokens,
            FirstDelay = TimeSpan.FromMilliseconds(firstDelay),
        };

        (await client.Awaiting(closed => closed.StartConversationAsync(ScriptedConversation.Agent, new() { Renewal = renewal })).Should().ThrowAsync<ArgumentOutOfRangeException>())
            .Which.ParamName.Should().Be(name);
        emulator.Requests.Should().BeEmpty();
    }
}
