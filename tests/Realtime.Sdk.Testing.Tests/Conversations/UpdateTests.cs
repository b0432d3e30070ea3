namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class UpdateTests
{
    [Fact]
    public async Task The_status_follows_a_spoken_turn_and_its_answer()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var seen = new List<ConversationStatus>();
        async Task SendAsync(params ServerEvent[] events)
        {
            await talk.SendAsync(events);
            seen.Add(talk.Conversation.Status);
        }

        await SendAsync();
        await SendAsync(Wire.SpeechStarted("item_u"));
        await SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);
        await SendAsync(Wire.Created("resp_1"));
        await SendAsync([.. Wire.Item("resp_1", "item_1", "item_u"), .. Wire.Speech("resp_1", "item_1", "Hi.", 500)]);
        await talk.WhenStatusAsync(ConversationStatus.Speaking);
        await SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "Hi."), Wire.Done("resp_1")]);
        talk.Time.Advance(TimeSpan.FromMilliseconds(500));
        await talk.WhenStatusAsync(ConversationStatus.Listening);
        await talk.Conversation.DisposeAsync();

        seen.Where((_, index) => index != 4).Should().Equal(
            ConversationStatus.Listening, ConversationStatus.UserSpeaking, ConversationStatus.Thinking, ConversationStatus.Thinking, ConversationStatus.Speaking);
        talk.Conversation.Status.Should().Be(ConversationStatus.Ended);
    }

    [Fact]
    public async Task A_reader_that_falls_behind_gets_the_newest_state_of_a_turn_and_all_of_its_text()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await using var reader = talk.Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        await reader.MoveNextAsync().WithTimeout();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);

        foreach (var word in new[] { "We ", "have ", "soup." })
            await talk.SendAsync(new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = word });
        var updates = new List<TurnUpdate>();
        while (updates.Count == 0 && await reader.MoveNextAsync().WithTimeout())
        {
            if (reader.Current is TurnUpdate update)
                updates.Add(update);
        }
        await talk.SendAsync(new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = " And pie." });
        while (updates.Count == 1 && await reader.MoveNextAsync().WithTimeout())
        {
            if (reader.Current is TurnUpdate update)
                updates.Add(update);
        }

        updates.Select(update => update.NewText).Should().Equal("We have soup.", " And pie.");
        updates[^1].Turn.Text.Should().Be("We have soup. And pie.");
    }

    [Fact]
    public async Task Each_turn_is_complete_in_exactly_one_update_of_each_reader()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var second = new UpdateLog(talk.Conversation);
        for (var i = 1; i <= 3; i++)
            await talk.SendAsync([Wire.Created($"resp_{i}"), .. Wire.Text($"resp_{i}", $"item_{i}", $"Answer {i}.")]);

        await talk.Conversation.EndAsync().WithTimeout();

        await Task.WhenAll(talk.Updates.Reading, second.Reading).WithTimeout();
        talk.Updates.Completed.Select(turn => turn.Index).Should().Equal(0, 1, 2);
        second.Completed.Select(turn => turn.Index).Should().Equal(0, 1, 2);
    }

    [Fact]
    public async Task The_new_text_of_a_reader_adds_up_to_the_text_of_the_turn()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);
        foreach (var word in new[] { "We ", "have ", "soup." })
            await talk.SendAsync(new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = word });

        await talk.SendAsync([.. Wire.Text("resp_1", "item_1", "We have soup.").Skip(3)]);

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        string.Concat(talk.Updates.All.OfType<TurnUpdate>().Select(update => update.NewText)).Should().Be("We have soup.");
    }

    [Fact]
    public async Task A_reader_that_leaves_too_many_facts_unread_fails_alone()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Limits = new() { MaxUnreadUpdates = 3 } });
        await using var slow = talk.Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        await slow.MoveNextAsync().WithTimeout();

        for (var i = 1; i <= 6; i++)
        {
            await talk.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = $"{i}" });
            await talk.Updates.WhenAsync<KeyUpdate>(update => update.Key == $"{i}");
        }

        (await slow.Awaiting(reader => reader.MoveNextAsync().WithTimeout()).Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("More than 3 updates");
        talk.Updates.All.OfType<KeyUpdate>().Select(update => update.Key).Should().Equal("1", "2", "3", "4", "5", "6");
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task The_first_reader_gets_what_happened_before_it_began_to_read()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { OutputModalities = [OutputModality.Text] } };
        await using var conversation = await client.StartConversationAsync(agent);
        await conversation.AskAsync("Hello.").WithTimeout();
        await conversation.EndAsync().WithTimeout();

        var log = new UpdateLog(conversation);
        await log.Reading.WithTimeout();

        log.Completed.Select(turn => turn.Role).Should().Equal(TurnRole.User, TurnRole.Agent);
        log.All[^1].Should().BeOfType<EndUpdate>().Which.End.Reason.Should().Be(ConversationEndReason.Ended);
    }

    [Fact]
    public async Task A_later_reader_begins_with_the_status_and_the_open_turns()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Old."), Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Open.", "item_1").SkipLast(1)]);

        await using var reader = talk.Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        await reader.MoveNextAsync().WithTimeout();
        var first = reader.Current;
        await reader.MoveNextAsync().WithTimeout();

        first.Should().BeOfType<StatusUpdate>().Which.Status.Should().Be(ConversationStatus.Thinking);
        var update = reader.Current.Should().BeOfType<TurnUpdate>().Subject;
        (update.NewText, update.Turn.IsComplete).Should().Be(("Open.", false));
    }

    [Fact]
    public async Task A_reader_that_comes_after_the_end_gets_the_end()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();

        var late = new UpdateLog(talk.Conversation);
        await late.Reading.WithTimeout();

        late.Statuses.Should().Equal(ConversationStatus.Ended);
        late.All.OfType<EndUpdate>().Should().HaveCount(1);
        late.All[^1].Should().BeOfType<EndUpdate>();
        talk.Updates.All.OfType<EndUpdate>().Should().HaveCount(1);
        talk.Updates.All[^1].Should().BeOfType<EndUpdate>();
    }

    [Fact]
    public async Task A_reader_can_stop_without_disturbing_the_others()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        await using var reader = talk.Conversation.ReadUpdatesAsync(cancellation.Token).GetAsyncEnumerator();
        await reader.MoveNextAsync().WithTimeout();
        var waiting = reader.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        await waiting.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await talk.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = "#" });
        (await talk.Updates.WhenAsync<KeyUpdate>()).Key.Should().Be("#");
    }

    [Fact]
    public async Task Errors_of_the_server_that_belong_to_nothing_are_warnings()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(Wire.Error("session_hiccup", message: "Something happened."));

        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Error!.Code).Should().Be((WarningKind.ServerError, "session_hiccup"));
        warning.Message.Should().Contain("Something happened.");
    }

    [Fact]
    public async Task The_silence_of_the_user_is_a_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(new InputAudioBufferTimeoutTriggeredEvent { ItemId = "item_idle" });

        (await talk.Updates.WhenAsync<WarningUpdate>()).Kind.Should().Be(WarningKind.UserIdle);
    }
}
