using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A conversation that is attached to a call: the service plays, stops and truncates, and reports only when.</summary>
public sealed class AttachedCallTests
{
    private static readonly ReplyOptions Uninterruptible = new() { AllowInterruptions = false };

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [Fact]
    public async Task What_a_call_cannot_do_is_listed_and_refused()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);

        talk.Conversation.Capabilities.Should().Match<ConversationCapabilities>(can => !can.LocalAudio && !can.ExactHeardDuration && !can.Recording && !can.Mute);
        await talk.Conversation.Awaiting(conversation => conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(), isLive: true))).Should().ThrowAsync<NotSupportedException>();
        talk.Conversation.Invoking(conversation => conversation.IsMuted = true).Should().Throw<NotSupportedException>();
        talk.Conversation.Invoking(conversation => conversation.OnAudio((in ConversationAudio _) => { })).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public async Task The_agent_in_charge_of_a_call_is_the_one_that_was_attached()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);

        var session = (RealtimeSessionConfiguration)talk.Server.Received.Select(message => message.Event).OfType<SessionUpdateEvent>().Single().Session;

        (session.Instructions, session.Model).Should().Be(("Take the order.", null));
    }

    [Fact]
    public async Task A_turn_is_heard_when_the_service_has_played_it_and_not_when_it_was_generated()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have soup.")]);
        var beforePlayback = (talk.Conversation.Status, reply.Heard.IsCompleted);
        await talk.SendAsync(new OutputAudioBufferStartedEvent { ResponseId = "resp_1" });
        var during = (talk.Conversation.Status, reply.Heard.IsCompleted);
        talk.Time.Advance(Ms(1300));

        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });

        var heard = await reply.Heard.WithTimeout();
        (heard.Text, heard.Duration, heard.WasInterrupted, heard.IsTextEstimated).Should().Be(("We have soup.", Ms(1300), false, false));
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).HeardText.Should().Be("We have soup.");
        beforePlayback.IsCompleted.Should().BeFalse();
        during.Should().Be((ConversationStatus.Speaking, false));
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task An_interruption_is_followed_and_neither_canceled_nor_truncated_a_second_time()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have three soups today.").SkipLast(1), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);
        talk.Time.Advance(Ms(900));

        await talk.SendAsync(
            Wire.SpeechStarted("item_u"),
            new OutputAudioBufferClearedEvent { ResponseId = "resp_1" },
            new ConversationItemTruncatedEvent { ItemId = "item_1", AudioEnd = Ms(850) },
            Wire.Done("resp_1", ResponseStatus.Cancelled, details: new() { Type = ResponseStatus.Cancelled, Reason = ResponseStatusReason.TurnDetected }));

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        (turn.WasInterrupted, turn.HeardDuration, turn.Text).Should().Be((true, Ms(850), "We have three soups today."));
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_truncation_that_comes_after_the_turn_is_complete_revises_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have three soups today."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);
        talk.Time.Advance(Ms(900));
        await talk.SendAsync(Wire.SpeechStarted("item_u"), new OutputAudioBufferClearedEvent { ResponseId = "resp_1" });
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);

        await talk.SendAsync(new ConversationItemTruncatedEvent { ItemId = "item_1", AudioEnd = Ms(850) });

        (await talk.Updates.WhenAsync<TurnRevisedUpdate>()).Turn.HeardDuration.Should().Be(Ms(850));
    }

    [Fact]
    public async Task What_was_heard_is_estimated_by_the_rate_of_what_was_heard_before()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);

        // 13 characters in 1.3 seconds: 10 in a second.
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have soup."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);
        talk.Time.Advance(Ms(1300));
        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });
        await talk.SendAsync([.. Speak("resp_2", "item_2", "It is hot and made of leeks.", "item_1"), new OutputAudioBufferStartedEvent { ResponseId = "resp_2" }]);
        talk.Time.Advance(Ms(1000));

        await talk.SendAsync(
            Wire.SpeechStarted("item_u"), new OutputAudioBufferClearedEvent { ResponseId = "resp_2" }, new ConversationItemTruncatedEvent { ItemId = "item_2", AudioEnd = Ms(1000) });

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);
        (turn.HeardText, turn.IsHeardTextEstimated).Should().Be(("It is hot", true));
    }

    [Fact]
    public async Task A_response_that_waits_behind_another_is_not_heard_before_its_own_playback()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "One moment."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }, .. Speak("resp_2", "item_2", "Two soups.", "item_1")]);
        talk.Time.Advance(Ms(500));
        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        var before = talk.Updates.Completed.Count;
        await talk.SendAsync(new OutputAudioBufferStartedEvent { ResponseId = "resp_2" });
        talk.Time.Advance(Ms(500));

        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_2" });

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2)).HeardDuration.Should().Be(Ms(500));
        before.Should().Be(1);
    }

    [Fact]
    public async Task An_interruption_drops_the_response_that_waits_behind_the_one_that_is_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "One moment."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }, .. Speak("resp_2", "item_2", "Two soups.", "item_1")]);

        await talk.SendAsync(Wire.SpeechStarted("item_u"), new OutputAudioBufferClearedEvent { ResponseId = "resp_1" });

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);
        (turn.HeardText, turn.WasInterrupted).Should().Be(("", true));
    }

    [Fact]
    public async Task The_app_interrupts_by_clearing_what_the_service_plays()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have soup."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);

        var interrupting = talk.Conversation.InterruptAsync();

        await talk.WhenSentAsync<OutputAudioBufferClearEvent>();
        await talk.SendAsync(new OutputAudioBufferClearedEvent { ResponseId = "resp_1" });
        await interrupting.WithTimeout();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("output_audio_buffer.clear");
    }

    [Fact]
    public async Task The_service_is_asked_not_to_interrupt_a_reply_and_to_interrupt_again_after_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        talk.Conversation.Respond(Uninterruptible);
        var request = await talk.WhenRequestedAsync();
        var off = await talk.WhenSentAsync<SessionUpdateEvent>(2);
        await talk.Server.AnswerUpdateAsync(off);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "The kitchen closes."), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }]);
        await talk.SettleAsync();
        var before = talk.SentTypes;

        await talk.SendAsync(new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });

        var on = await talk.WhenSentAsync<SessionUpdateEvent>(3);
        (InterruptsIn(off), InterruptsIn(on)).Should().Be((false, true));
        before.Should().Equal("session.update", "response.create");
        request.Should().NotBeNull();
    }

    [Fact]
    public async Task Interruptions_are_allowed_again_when_such_a_reply_fails()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        talk.Conversation.Respond(Uninterruptible);
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));

        await talk.SendAsync(Wire.Error("invalid_value", (await talk.WhenRequestedAsync()).EventId));

        InterruptsIn(await talk.WhenSentAsync<SessionUpdateEvent>(3)).Should().BeTrue();
    }

    [Fact]
    public async Task A_reply_that_still_waits_takes_no_interruption_away()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync(Wire.Created("resp_1"));

        var waiting = talk.Conversation.Respond(Uninterruptible);
        await talk.SettleAsync();
        await waiting.CancelAsync().WithTimeout();

        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_of_the_emulator_is_followed_to_the_end_of_each_answer(bool interrupts)
    {
        var time = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, AnswersWithoutMedia = true });
        emulator.Model.When("").Says("We have three soups today and all of them are hot.");
        using var client = emulator.CreateClient();
        var call = await client.Calls.CreateAsync(Offers.Browser, ScriptedConversation.Agent.Session);
        await using var conversation = await client.AttachConversationAsync(call.CallId!, ScriptedConversation.Agent, new() { TimeProvider = time }).WithTimeout();
        var updates = new UpdateLog(conversation);
        var reply = conversation.Respond();
        await updates.WhenAsync<StatusUpdate>(update => update.Status == ConversationStatus.Speaking);
        time.Advance(Ms(500));
        var interrupting = interrupts ? conversation.InterruptAsync() : Task.CompletedTask;
        await interrupting.WithTimeout();

        time.Advance(Ms(20_000));

        var heard = await reply.Heard.WithTimeout();
        (heard.WasInterrupted, heard.Duration == Ms(500)).Should().Be((interrupts, interrupts));
        (await updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().StartWith("We have");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task The_keys_of_a_telephone_are_updates()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);

        await talk.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = "5" });

        (await talk.Updates.WhenAsync<KeyUpdate>()).Key.Should().Be("5");
    }

    private static ServerEvent[] Speak(string responseId, string itemId, string text, string? previousItemId = null) =>
    [
        Wire.Created(responseId), .. Wire.Item(responseId, itemId, previousItemId),
        new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = text },
        .. Wire.SpeechDone(responseId, itemId, text), Wire.Done(responseId),
    ];

    private static bool? InterruptsIn(SessionUpdateEvent update) =>
        ((RealtimeSessionConfiguration)update.Session).Audio!.Input!.TurnDetection switch
        {
            ServerVad vad => vad.InterruptResponse,
            SemanticVad vad => vad.InterruptResponse,
            _ => null,
        };

    [Fact]
    public async Task A_service_that_reports_no_playback_does_not_keep_a_turn_open()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([.. Speak("resp_1", "item_1", "We have soup.")]);
        var before = talk.Conversation.Turns.Single().IsComplete;

        await talk.AdvanceUntilAsync(talk.Updates.WhenCompletedAsync(TurnRole.Agent));

        before.Should().BeFalse();
        talk.Conversation.Turns.Should().ContainSingle(turn => turn.IsComplete && turn.HeardText == "We have soup." && !turn.WasInterrupted);
    }
}
