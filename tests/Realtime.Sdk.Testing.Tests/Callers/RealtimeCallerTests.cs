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
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime(), Model = new() { Pace = EmulatorPace.Service } });
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
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime(), Model = new() { Pace = EmulatorPace.Service } });
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
}
