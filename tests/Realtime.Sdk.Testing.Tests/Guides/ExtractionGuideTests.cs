using Realtime.Sdk.Testing.Tests.Conversations;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The code of the guide to answers as objects. That it is the code of this file or of a sample is checked by <see cref="GuideTests"/>.</summary>
public sealed class ExtractionGuideTests
{
    [Fact]
    public async Task A_caller_lets_the_model_judge_the_conversation()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime() });
        emulator.Model.When("soups").Says("Two soups. They will be with you in a moment.");
        await using var caller = await emulator.StartCallerAsync(ScriptedConversation.Agent);
        await caller.SayAsync("Two soups, please.");
        await caller.HearAsync();

        emulator.Model.When("soups").Calls(Judgment.Function, """{"reason":"It has named no price.","is_met":true}""");
        var judgment = await caller.JudgeAsync("The agent has named no price.");

        judgment.Should().Be(new Judgment(true, "It has named no price."));
        judgment.ToString().Should().Be("Judgment { IsMet = True, Reason = It has named no price. }");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_rule_answers_in_a_test()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent).WithTimeout();
        await conversation.AskAsync("Two soups and a salad, please.").WithTimeout();

        emulator.Model.When("soups").Calls("give_answer", """{"items":[{"dish":"soup","count":2},{"dish":"salad","count":1}]}""");
        var order = await conversation.ExtractAsync(ResponseFormat.JsonObject, "What has been ordered so far?").WithTimeout();

        order.GetProperty("items").GetArrayLength().Should().Be(2);
    }
}
