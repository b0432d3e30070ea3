namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A server that watches a call over its sideband, and ends the call when the budget is spent.</summary>
public sealed class BudgetCallTests
{
    [Fact]
    public async Task A_call_whose_time_is_over_ends_with_a_farewell_and_is_hung_up()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(10) });
        talk.Time.Advance(TimeSpan.FromSeconds(10));
        await talk.WhenRequestedAsync();
        await talk.SendAsync([.. Speak("resp_1", "item_1", "Goodbye.")]);
        var generated = IsHungUp(talk);

        await talk.SendAsync(new OutputAudioBufferStartedEvent { ResponseId = "resp_1" });
        var playing = IsHungUp(talk);
        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });

        var end = await talk.Conversation.Completion.WithTimeout();
        (end.Reason, end.Message).Should().Be((ConversationEndReason.BudgetSpent, "The budget is spent: 10 of 10 seconds have passed."));
        (generated, playing, IsHungUp(talk)).Should().Be((false, false, true));
    }

    [Fact]
    public async Task A_call_that_has_spent_its_tokens_is_hung_up_when_its_last_response_was_heard()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000 });
        var speech = Speak("resp_1", "item_1", "We have soup.");
        await talk.SendAsync([.. speech.SkipLast(1), Wire.Done("resp_1", usage: BudgetTests.Tokens(1_000)), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);
        var before = IsHungUp(talk);

        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        (before, IsHungUp(talk)).Should().Be((false, true));
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_can_be_cut()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(10), OnSpent = WhenSpent.EndImmediately });
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have soup."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);

        talk.Time.Advance(TimeSpan.FromSeconds(10));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        IsHungUp(talk).Should().BeTrue();
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(400, true)]
    public async Task A_call_that_cannot_be_hung_up_is_warned_of_and_the_conversation_ends(int status, bool isWarned)
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(1), OnSpent = WhenSpent.EndImmediately });
        talk.Emulator.RespondNext(new() { StatusCode = status, Body = """{"error":{"message":"No.","type":"invalid_request_error"}}"""u8.ToArray() });

        talk.Time.Advance(TimeSpan.FromSeconds(1));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.Warnings.Any(warning => warning.Message.StartsWith("The call could not be hung up:", StringComparison.Ordinal)).Should().Be(isWarned);
    }

    private static bool IsHungUp(ScriptedConversation talk) => talk.Emulator.Requests.Any(request => request.Path.EndsWith("/hangup", StringComparison.Ordinal));

    private static Task<ScriptedConversation> StartAsync(ConversationBudget budget) =>
        ScriptedConversation.StartAsync(configure: (options, _) => options with { Budget = budget }, inCall: true);

    private static ServerEvent[] Speak(string responseId, string itemId, string text) =>
    [
        Wire.Created(responseId), .. Wire.Item(responseId, itemId),
        new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = text },
        .. Wire.SpeechDone(responseId, itemId, text), Wire.Done(responseId),
    ];
}
