namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Budgets in whole dialogs of a simulated person with the emulator's model, in virtual time.</summary>
public sealed class BudgetDialogTests
{
    [Fact]
    public async Task A_caller_whose_time_is_over_hears_a_farewell()
    {
        await using var emulator = await StartAsync();
        emulator.Model.When("soups").Says("We have three soups today.");
        await using var caller = await emulator.StartCallerAsync(ScriptedConversation.Agent, new() { Conversation = new() { Budget = new() { Time = TimeSpan.FromSeconds(8) } } });
        await caller.SayAsync("Which soups do you have?");

        var answer = await caller.HearAsync();
        var farewell = await caller.HearAsync();
        await PassAsync(caller);

        var end = await caller.Conversation.Completion.WithTimeout();
        (end.Reason, end.Message).Should().Be((ConversationEndReason.BudgetSpent, "The budget is spent: 8 of 8 seconds have passed."));
        answer.Text.Should().Be("We have three soups today.");
        farewell.WasInterrupted.Should().BeFalse();
        Requests(emulator).Should().ContainSingle().Which.Response!.Instructions.Should().EndWith("say goodbye.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_caller_who_goes_on_and_on_hears_a_farewell_in_place_of_an_answer_before_the_tokens_are_exceeded()
    {
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(ScriptedConversation.Agent, new() { Conversation = new() { Budget = new() { Tokens = 2_000 } } });
        var updates = new UpdateLog(caller.Conversation);

        for (var i = 0; i < 50 && Requests(emulator).Count == 0; i++)
        {
            await caller.SayAsync($"Number {i}, please.");
            await caller.HearAsync();
        }
        await PassAsync(caller);

        var end = await caller.Conversation.Completion.WithTimeout();
        await updates.Reading.WithTimeout();
        end.Reason.Should().Be(ConversationEndReason.BudgetSpent);
        Requests(emulator).Should().ContainSingle().Which.Response!.Instructions.Should().EndWith("say goodbye.");
        var charges = updates.All.OfType<UsageUpdate>().ToList();
        charges.Take(charges.FindLastIndex(charge => charge.Usage.Responses > 0)).Sum(charge => charge.Usage.TotalTokens + charge.Usage.TranscriptionTokens).Should().BeLessThan(2_000);
        updates.Warnings.Should().ContainSingle(warning => warning.Kind == WarningKind.BudgetLow);
        emulator.Violations.Should().BeEmpty();
    }

    private static Task<RealtimeEmulator> StartAsync() => RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime() });

    /// <summary>Lets time pass, in which the conversation may end.</summary>
    private static Task PassAsync(RealtimeCaller caller) => caller.WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default);

    private static IReadOnlyList<ResponseCreateEvent> Requests(RealtimeEmulator emulator) =>
        [.. emulator.Sessions.Single().Received.Select(message => message.Event).OfType<ResponseCreateEvent>()];
}
