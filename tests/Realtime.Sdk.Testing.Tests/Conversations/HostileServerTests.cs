namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What a server does that is broken, or means harm.</summary>
public sealed class HostileServerTests
{
    /// <summary>Two of them cannot be added up.</summary>
    private static readonly TimeSpan Ages = TimeSpan.FromDays(10_000_000);

    private const string Key = "sk-proj-0123456789abcdefghij0123456789abcdefghij";

    [Fact]
    public async Task A_session_with_a_rate_that_no_audio_has_is_data()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.Server.SendTextAsync("""{"type":"session.updated","session":{"type":"realtime","audio":{"output":{"format":{"type":"audio/pcm","rate":0}}}}}""");
        await talk.SpeakAsync("resp_1", "item_1", "Hello.", 100);

        talk.Conversation.Turns.Single().Duration.Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Transcripts_whose_durations_cannot_be_added_up_do_not_end_the_conversation()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        for (var i = 1; i <= 3; i++)
        {
            await talk.SendAsync(
            [
                Wire.SpeechStarted($"item_{i}"), .. Wire.Committed($"item_{i}"),
                Wire.Transcript($"item_{i}", "Hello.") with { Usage = new TranscriptionDurationUsage { Duration = Ages } },
            ]);
        }

        talk.Conversation.Usage.TranscriptionDuration.Should().Be(TimeSpan.MaxValue);
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Speech_of_an_impossible_length_has_none()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(
            new InputAudioBufferSpeechStartedEvent { ItemId = "item_u", AudioStart = -Ages },
            new InputAudioBufferSpeechStoppedEvent { ItemId = "item_u", AudioEnd = Ages });

        talk.Conversation.Turns.Single().Duration.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Truncations_at_impossible_positions_leave_the_turns_readable()
    {
        await using var talk = await ScriptedConversation.StartAsync(inCall: true);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), .. Wire.Item("resp_1", "item_2")]);

        await talk.SendAsync(
            new ConversationItemTruncatedEvent { ItemId = "item_1", AudioEnd = Ages }, new ConversationItemTruncatedEvent { ItemId = "item_2", AudioEnd = Ages });

        talk.Conversation.Turns.Single().HeardDuration.Should().Be(TimeSpan.FromDays(2));
    }

    [Fact]
    public async Task Token_counts_below_zero_count_as_none()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: new() { InputTokens = int.MinValue, OutputTokens = -1 }));

        talk.Conversation.Usage.TotalTokens.Should().Be(0);
    }

    [Fact]
    public async Task Items_of_two_responses_with_the_same_ID_are_both_played_and_settled()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One.", 500);
        await talk.SendAsync([Wire.Done("resp_1"), Wire.Created("resp_2"), .. Wire.Speech("resp_2", "item_1", "Two.", 500), Wire.Done("resp_2")]);

        for (var i = 0; i < 3; i++)
        {
            talk.Time.Advance(TimeSpan.FromMilliseconds(500));
            await talk.SettleAsync();
        }

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);
        talk.Updates.Completed.Select(turn => turn.HeardDuration).Should().Equal(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task A_conversation_ends_while_two_responses_play_items_with_the_same_ID()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One.", 500);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Speech("resp_2", "item_1", "Two.", 500)]);

        await talk.Conversation.DisposeAsync().WithTimeout();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
    }

    [Fact]
    public async Task Responses_that_never_end_are_given_up_and_their_turns_completed()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        for (var i = 0; i < 100; i++)
            await talk.SendAsync(Wire.Created($"resp_{i}"));

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 36);
        talk.Conversation.Turns.Count(turn => !turn.IsComplete).Should().Be(64);
        talk.Conversation.Turns.Count(turn => turn is { IsComplete: true, WasInterrupted: true }).Should().Be(36);
    }

    [Fact]
    public async Task A_response_takes_only_so_many_items()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync([Wire.Created("resp_1"), .. Enumerable.Range(0, 50).SelectMany(i => Wire.Item("resp_1", $"item_{i}"))]);

        talk.Conversation.Turns.Single().ItemIds.Should().HaveCount(32);
    }

    [Fact]
    public async Task The_oldest_turn_that_is_open_is_completed_when_there_are_too_many()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Limits = new() { MaxTurns = 3 } });

        for (var i = 0; i < 5; i++)
            await talk.SendAsync([Wire.SpeechStarted($"item_{i}"), .. Wire.Committed($"item_{i}")]);

        await talk.Updates.WhenCompletedAsync(TurnRole.User, 2);
        talk.Conversation.Turns.Select(turn => (turn.Index, turn.IsComplete)).Should().Equal((2, false), (3, false), (4, false));
    }

    [Fact]
    public async Task The_text_of_a_turn_is_bounded_with_one_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Limits = new() { MaxTurnText = 10 } });

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "123456789\U0001F600123")]);
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Transcript("item_u", new string('x', 100))]);

        talk.Conversation.Turns.Select(turn => turn.Text).Should().Equal("123456789", "xxxxxxxxxx");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Kind.Should().Be(WarningKind.Limit);
        talk.Updates.Warnings.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_turn_that_is_committed_again_and_again_is_one_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        for (var i = 0; i < 3; i++)
            await talk.SendAsync(Wire.Committed("item_u"));

        await talk.SendAsync(Wire.Transcript("item_u", "Hello."));

        await talk.Updates.WhenCompletedAsync(TurnRole.User);
        talk.Conversation.Turns.Should().HaveCount(1);
    }

    [Fact]
    public async Task An_item_of_the_agent_that_is_committed_stays_the_agents()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);

        await talk.SendAsync(Wire.Committed("item_1"));

        var turn = talk.Conversation.Turns.Single();
        (turn.Role, turn.IsComplete, turn.Duration).Should().Be((TurnRole.Agent, false, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_canceled_response_that_never_ends_does_not_hold_replies_back_forever()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_1"));
        var interrupting = talk.Conversation.InterruptAsync();
        var reply = talk.Conversation.Respond("Go on.");

        for (var i = 0; i < 9; i++)
            talk.Time.Advance(TimeSpan.FromSeconds(2.5));

        await talk.WhenRequestedAsync();
        await interrupting.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeTimeoutException>();
        reply.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_key_of_any_length_is_cut()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = new string('1', 100_000) });

        (await talk.Updates.WhenAsync<KeyUpdate>()).Key.Should().HaveLength(16);
    }

    [Fact]
    public async Task Keys_in_the_words_of_a_server_are_masked()
    {
        var log = new CallbackLog();
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { LoggerFactory = log });

        await talk.SendAsync(
            Wire.Error("odd", message: $"Bad key {Key}"), Wire.Created("resp_1"),
            Wire.Done("resp_1", ResponseStatus.Failed, details: new() { Error = new() { Code = "odd", Message = $"Bad key {Key}" } }));

        await talk.Updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.ResponseFailed);
        talk.Updates.Warnings.SelectMany(warning => new[] { warning.Message, warning.ToString(), $"{warning.Exception}" }).Should().NotContain(text => text.Contains(Key));
        log.Entries.Should().HaveCount(2).And.NotContain(text => text.Contains(Key));
    }
}
