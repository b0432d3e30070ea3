namespace Realtime.Sdk.Testing.Tests.Callers;

public sealed class RealtimeCallerTests
{
    private static readonly RealtimeAgent Waiter = new()
    {
        Name = "waiter",
        Session = new()
        {
            Model = "gpt-realtime-2.1",
            Instructions = "Take the order.",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } },
        },
    };

    [Fact]
    public async Task What_is_said_is_answered_and_the_answer_is_heard_word_by_word()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Says("We have three soups today.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("Which soups do you have?");
        var heard = await caller.HearAsync();

        heard.Text.Should().Be("We have three soups today.");
        (heard.WasInterrupted, heard.IsTextEstimated).Should().Be((false, false));
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_interruption_cuts_the_answer_where_it_was_heard()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Says("We have three soups today and all of them are very good and very hot.");
        emulator.Model.When("stop").Says("All right.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("Which soups do you have?");
        var heard = await caller.InterruptAsync(TimeSpan.FromSeconds(1), "Please stop!");
        var answer = await caller.HearAsync();

        heard.WasInterrupted.Should().BeTrue();
        heard.Text.Should().StartWith("We have").And.NotContain("hot");
        answer.Text.Should().Be("All right.");
        caller.Conversation.Turns.Select(turn => (turn.Role, turn.Text)).Should().Equal(
            (TurnRole.User, "Which soups do you have?"),
            (TurnRole.Agent, "We have three soups today and all of them are very good and very hot."),
            (TurnRole.User, "Please stop!"),
            (TurnRole.Agent, "All right."));
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Keys_that_are_pressed_reach_the_app()
    {
        await using var emulator = await StartEmulatorAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter);
        var updates = caller.Conversation.ReadUpdatesAsync().OfType<KeyUpdate>().Take(3).ToListAsync();

        await caller.PressAsync("4*#");

        (await updates).Select(update => update.Key).Should().Equal("4", "*", "#");
        await caller.Awaiting(person => person.PressAsync("x")).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Turns_are_expected_one_after_the_other()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Says("Three.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("Which soups?");
        var (question, answer) = (await caller.ExpectTurnAsync(), await caller.ExpectTurnAsync());

        (question.Role, question.Text, answer.Role, answer.HeardText).Should().Be((TurnRole.User, "Which soups?", TurnRole.Agent, "Three."));
    }

    [Fact]
    public async Task An_expectation_that_is_not_met_lists_what_happened()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Says("Three.");
        await using var caller = await emulator.StartCallerAsync(Waiter, new() { ExpectTimeout = TimeSpan.FromSeconds(5) });
        await caller.SayAsync("Which soups?");
        await caller.HearAsync();

        var silent = await caller.Awaiting(person => person.HearAsync()).Should().ThrowAsync<EmulatorExpectationException>();
        var short_ = await caller.Awaiting(person => person.InterruptAsync(TimeSpan.FromSeconds(1), "Stop.")).Should().ThrowAsync<EmulatorExpectationException>();

        silent.Which.Message.Should().StartWith("Expected the agent to say something, but it did not happen within 5 seconds (RealtimeCallerOptions.ExpectTimeout).")
            .And.Contain("caller says: Which soups?").And.Contain("User: Which soups?").And.Contain("Agent: Three.");
        short_.Which.Message.Should().StartWith("Expected to interrupt the agent after 1000 ms, but it did not happen within 5 seconds (RealtimeCallerOptions.ExpectTimeout).");
    }

    [Fact]
    public async Task A_wait_that_was_canceled_takes_nothing_from_the_next()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Says("Three.");
        await using var caller = await emulator.StartCallerAsync(Waiter, new() { ExpectTimeout = TimeSpan.FromSeconds(5) });
        using var stop = new CancellationTokenSource();
        var canceled = caller.HearAsync(stop.Token);
        await stop.CancelAsync();
        await canceled.Awaiting(wait => wait.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await caller.Awaiting(person => person.ExpectTurnAsync().WithTimeout()).Should().ThrowAsync<EmulatorExpectationException>();

        await caller.SayAsync("Which soups?").WithTimeout();
        var heard = await caller.HearAsync().WithTimeout();

        heard.Text.Should().Be("Three.");
    }

    [Fact]
    public async Task An_expectation_ends_with_the_conversation()
    {
        await using var emulator = await StartEmulatorAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter);
        emulator.Sessions[0].End(ConnectionFailure.Fin);

        var hearing = await caller.Awaiting(person => person.HearAsync()).Should().ThrowAsync<EmulatorExpectationException>();

        hearing.Which.Message.Should().Contain("but the conversation ended").And.Contain("end: ConnectionLost");
    }

    [Fact]
    public async Task Without_turn_detection_the_app_asks_for_the_answer()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Says("Three.");
        var pushToTalk = Waiter with { Session = Waiter.Session with { Audio = new() { Input = new() { TurnDetection = TurnDetection.Disabled } } } };
        await using var caller = await emulator.StartCallerAsync(pushToTalk);

        await caller.SayAsync("Which soups?");
        caller.Conversation.Respond();
        var heard = await caller.HearAsync();

        heard.Text.Should().Be("Three.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Any_client_and_the_clock_of_the_system_will_do()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soups").Says("Three.");
        using var client = emulator.CreateClient();
        await using var caller = await RealtimeCaller.StartAsync(client, Waiter);

        await caller.SayAsync("Soups?").WithTimeout();
        var heard = await caller.HearAsync().WithTimeout();

        (heard.WasInterrupted, heard.Duration).Should().Match<(bool, TimeSpan)>(result => !result.Item1 && result.Item2 > TimeSpan.Zero);
        await caller.Awaiting(person => person.PressAsync("1")).Should().ThrowAsync<NotSupportedException>();
    }

    [Fact]
    public async Task A_caller_hears_by_its_own_player()
    {
        await using var emulator = await StartEmulatorAsync();
        var options = new RealtimeCallerOptions { Conversation = new() { Player = AudioPlayer.Discard() } };

        var starting = await emulator.Awaiting(server => server.StartCallerAsync(Waiter, options)).Should().ThrowAsync<ArgumentException>();

        starting.Which.Message.Should().Contain("must have no player");
    }

    private static Task<RealtimeEmulator> StartEmulatorAsync() =>
        RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime(), Model = new() { Pace = EmulatorPace.Service } });
}
