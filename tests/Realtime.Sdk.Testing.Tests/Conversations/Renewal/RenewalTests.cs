namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>Conversations that outlive their sessions, with the emulator's model, in virtual time.</summary>
public sealed class RenewalTests
{
    private static readonly RealtimeAgent Waiter = ScriptedConversation.Agent;

    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_quiet_conversation_continues_in_a_new_session_before_the_old_one_expires()
    {
        await using var emulator = await StartAsync();
        emulator.Model.When("soups").Says("We have three soups today.");
        emulator.Model.When("bread").Says("With bread.");
        await using var caller = await StartAsync(emulator, new() { MaxSessionDuration = TimeSpan.FromSeconds(30) });
        await caller.SayAsync("Which soups do you have?");
        await caller.HearAsync();
        var updates = new UpdateLog(caller.Conversation);

        await _time.AdvanceAsync(TimeSpan.FromSeconds(16)).WithTimeout();
        await caller.SayAsync("With bread?");
        var heard = await caller.HearAsync();

        heard.Text.Should().Be("With bread.");
        var renewal = updates.All.OfType<RenewalUpdate>().Should().ContainSingle().Subject;
        (renewal.Reason, renewal.HistoryItems).Should().Be((RenewalReason.Scheduled, 2));
        renewal.NotCarriedOver.Should().BeEmpty();
        emulator.Sessions.Should().HaveCount(2);
        HistoryOf(emulator.Sessions[1]).Should().Equal(("user", "Which soups do you have?"), ("assistant", "We have three soups today."));
        caller.Conversation.Turns.Select(turn => turn.Text).Should().Equal("Which soups do you have?", "We have three soups today.", "With bread?", "With bread.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_conversation_continues_for_a_day()
    {
        await using var emulator = await StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(Waiter, new() { Renewal = new() }).WithTimeout();
        var updates = new UpdateLog(conversation);

        await _time.AdvanceAsync(TimeSpan.FromHours(24)).WithTimeout();

        conversation.Status.Should().Be(ConversationStatus.Listening);
        updates.All.OfType<RenewalUpdate>().Should().HaveCount(26).And.OnlyContain(renewal => renewal.Reason == RenewalReason.Scheduled && renewal.NotCarriedOver.Count == 0);
        emulator.Sessions.Count(session => !session.Completion.IsCompleted).Should().Be(1);
    }

    [Theory]
    [InlineData(ConnectionFailure.Reset)]
    [InlineData(ConnectionFailure.Fin)]
    public async Task After_a_loss_the_conversation_continues_and_lists_the_response_that_was_cut_off(ConnectionFailure failure)
    {
        await using var emulator = await StartAsync(pace: 1);
        emulator.Model.When("soups").Says("We have three soups today and all of them are very good and very hot.");
        emulator.Model.When("bread").Says("With bread.");
        await using var caller = await StartAsync(emulator, new());
        var updates = new UpdateLog(caller.Conversation);
        await caller.SayAsync("Which soups do you have?");
        await caller.WaitAsync(TimeSpan.FromMilliseconds(1500));

        emulator.Sessions[0].End(failure);
        await caller.WaitAsync(TimeSpan.FromSeconds(5));
        await caller.SayAsync("With bread?");
        await caller.HearAsync();
        var heard = await caller.HearAsync();

        heard.Text.Should().Be("With bread.");
        var renewal = updates.All.OfType<RenewalUpdate>().Should().ContainSingle().Subject;
        renewal.Reason.Should().Be(RenewalReason.Lost);
        renewal.Exception.Should().BeOfType<RealtimeConnectionException>();
        renewal.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.Response);
        var cut = caller.Conversation.Turns[1];
        (cut.WasInterrupted, cut.IsComplete).Should().Be((true, true));
        cut.HeardText.Should().StartWith("We have").And.NotContain("hot");
        HistoryOf(emulator.Sessions[1]).Should().Equal(("user", "Which soups do you have?"), ("assistant", cut.HeardText));
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_answer_that_was_generated_is_heard_to_its_end_across_a_loss()
    {
        await using var emulator = await StartAsync();
        emulator.Model.When("soups").Says("We have three soups today and all of them are very good and very hot.");
        await using var caller = await StartAsync(emulator, new());
        var updates = new UpdateLog(caller.Conversation);
        await caller.SayAsync("Which soups do you have?");
        await caller.WaitAsync(TimeSpan.FromMilliseconds(1500));

        emulator.Sessions[0].End(ConnectionFailure.Reset);
        var heard = await caller.HearAsync();

        heard.WasInterrupted.Should().BeFalse();
        heard.Text.Should().EndWith("very hot.");
        updates.All.OfType<RenewalUpdate>().Should().ContainSingle().Which.NotCarriedOver.Should().BeEmpty();
        HistoryOf(emulator.Sessions[1])[^1].Text.Should().EndWith("very hot.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_renewals_a_conversation_ends_with_its_connection()
    {
        await using var emulator = await StartAsync();
        await using var caller = await StartAsync(emulator, null);

        emulator.Sessions[0].End(ConnectionFailure.Reset);

        (await _time.RunUntilAsync(caller.Conversation.Completion).WithTimeout()).Reason.Should().Be(ConversationEndReason.ConnectionLost);
        caller.Conversation.Capabilities.Renewal.Should().BeFalse();
        emulator.Sessions.Should().ContainSingle();
    }

    private Task<RealtimeEmulator> StartAsync(double pace = 4) => RealtimeEmulator.StartAsync(new()
    {
        TimeProvider = _time,
        Seed = 1,
        Model = new() { Pace = EmulatorPace.AtFactor(pace), SpeaksInTones = true },
    });

    private static Task<RealtimeCaller> StartAsync(RealtimeEmulator emulator, RenewalOptions? renewal) =>
        emulator.StartCallerAsync(Waiter, new() { Conversation = new() { Renewal = renewal } }).WithTimeout();

    private static List<(string Role, string Text)> HistoryOf(EmulatorSession session) =>
    [
        .. session.Received.Select(message => message.Event).OfType<ConversationItemCreateEvent>().Select(created => created.Item).OfType<MessageItem>()
            .Select(item => (item.Role.Value, string.Concat(item.Content.Select(part => part is InputTextPart input ? input.Text : ((OutputTextPart)part).Text)))),
    ];
}
