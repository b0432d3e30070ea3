namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Whole dialogs of a simulated person with the emulator's model, in virtual time.</summary>
public sealed class DialogTests
{
    private static readonly RealtimeAgent Waiter = ScriptedConversation.Agent;

    [Fact]
    public async Task An_agent_greets_listens_answers_and_says_goodbye()
    {
        await using var emulator = await StartAsync();
        emulator.Model.When("soups").Says("We have three soups today.");
        await using var caller = await emulator.StartCallerAsync(Waiter);
        caller.Conversation.Respond("Greet the guest.");
        var greeting = await caller.HearAsync();

        await caller.SayAsync("Which soups do you have?");
        var answer = await caller.HearAsync();
        var ending = caller.Conversation.EndAsync("Say goodbye.");
        var goodbye = await caller.HearAsync();
        await caller.WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default);

        await ending.WithTimeout();
        answer.Text.Should().Be("We have three soups today.");
        new[] { greeting, answer, goodbye }.Should().AllSatisfy(heard => (heard.WasInterrupted, heard.Text.Length > 0).Should().Be((false, true)));
        (await caller.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
        caller.Conversation.Turns.Select(turn => turn.Role).Should().Equal(TurnRole.Agent, TurnRole.User, TurnRole.Agent, TurnRole.Agent);
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_reply_that_must_not_be_interrupted_is_heard_to_its_end()
    {
        await using var emulator = await StartAsync();
        emulator.Model.When("").Says("The kitchen closes in ten minutes so please order now.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        var reply = caller.Conversation.Respond(new ReplyOptions { AllowInterruptions = false });
        await caller.WaitAsync(TimeSpan.FromSeconds(1));
        await caller.SayAsync("Stop! Stop!");
        var heard = await caller.HearAsync();

        heard.Text.Should().Be("The kitchen closes in ten minutes so please order now.");
        heard.WasInterrupted.Should().BeFalse();
        (await reply.Heard.WithTimeout()).WasInterrupted.Should().BeFalse();
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_interruption_after_everything_was_generated_still_stops_the_answer()
    {
        await using var emulator = await StartAsync(EmulatorPace.Instant);
        emulator.Model.When("soups").Says("We have three soups today and all of them are very good and very hot.");
        emulator.Model.When("stop").Says("All right.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("Which soups do you have?");
        var heard = await caller.InterruptAsync(TimeSpan.FromSeconds(1), "Please stop!");

        heard.WasInterrupted.Should().BeTrue();
        heard.Text.Should().StartWith("We have").And.NotContain("hot");
        (await caller.HearAsync()).Text.Should().Be("All right.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Replies_that_the_app_asks_for_all_the_time_never_meet_the_answers_to_the_user()
    {
        await using var emulator = await StartAsync();
        emulator.Model.When("soups").Says("Three soups.");
        await using var caller = await emulator.StartCallerAsync(Waiter);
        var replies = new List<ConversationReply>();
        using var handler = caller.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is InputAudioBufferCommittedEvent or InputAudioBufferSpeechStartedEvent or ResponseDoneEvent && replies.Count < 6)
                replies.Add(caller.Conversation.Respond("Add something."));
        });

        await caller.SayAsync("Which soups do you have?");
        for (var i = 0; i < 3; i++)
            await caller.HearAsync();

        emulator.Violations.Should().BeEmpty();
        emulator.Sessions.Single().Received.Count(message => message.Type == "response.create").Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task A_conversation_keeps_no_audio_and_no_more_turns_than_its_limit()
    {
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter, new() { Conversation = new() { Limits = new() { MaxTurns = 4, MaxItems = 5 } } });

        for (var i = 0; i < 6; i++)
        {
            await caller.SayAsync($"Number {i}, please.");
            await caller.HearAsync();
        }

        (caller.Conversation.Turns.Count, caller.Conversation.Items.Count).Should().Be((4, 5));
        caller.Conversation.Turns[^1].Index.Should().Be(11);
        emulator.Violations.Should().BeEmpty();
    }

    private static Task<RealtimeEmulator> StartAsync(EmulatorPace? pace = null) =>
        RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime(), Model = new() { Pace = pace ?? EmulatorPace.Service } });
}
