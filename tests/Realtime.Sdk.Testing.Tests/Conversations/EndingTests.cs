namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class EndingTests
{
    [Fact]
    public async Task The_last_reply_is_heard_before_the_conversation_closes()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var ending = talk.Conversation.EndAsync("Say goodbye.");
        var request = await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "Goodbye.", 500);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "Goodbye."), Wire.Done("resp_1")]);
        var before = (ending.IsCompleted, talk.Conversation.Completion.IsCompleted);

        talk.Time.Advance(TimeSpan.FromMilliseconds(500));

        await ending.WithTimeout();
        request.Response!.Instructions.Should().EndWith("Say goodbye.");
        before.Should().Be((false, false));
        (await talk.Conversation.Completion).Reason.Should().Be(ConversationEndReason.Ended);
        var turn = talk.Conversation.Turns.Single();
        (turn.HeardText, turn.WasInterrupted).Should().Be(("Goodbye.", false));
        await talk.Server.Completion.WithTimeout();
        talk.Server.CloseCode.Should().Be(1000);
    }

    [Fact]
    public async Task Replies_that_wait_give_way_to_the_last_one()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_other"));
        var waiting = talk.Conversation.Respond("Go on.");

        var ending = talk.Conversation.EndAsync("Say goodbye.");
        var late = talk.Conversation.Respond("And another thing.");
        await talk.SendAsync(Wire.Done("resp_other"));

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().EndWith("Say goodbye.");
        (await waiting.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await late.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Goodbye.")]);
        await ending.WithTimeout();
        talk.Requests.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_server_that_never_says_goodbye_does_not_keep_the_conversation_open()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var ending = talk.Conversation.EndAsync("Say goodbye.");
        await talk.WhenRequestedAsync();

        for (var i = 0; i < 5; i++)
            talk.Time.Advance(TimeSpan.FromSeconds(2.5));

        await ending.WithTimeout();
        (await talk.Conversation.Completion).Reason.Should().Be(ConversationEndReason.Ended);
    }

    [Fact]
    public async Task Ending_without_a_last_reply_interrupts_what_is_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "We have three soups today.", 2000);
        talk.Time.Advance(TimeSpan.FromMilliseconds(700));

        await talk.Conversation.EndAsync().WithTimeout();

        var turn = talk.Conversation.Turns.Single();
        (turn.WasInterrupted, turn.IsComplete, turn.HeardDuration).Should().Be((true, true, TimeSpan.FromMilliseconds(700)));
    }

    [Fact]
    public async Task Whoever_goes_on_with_the_connection_finds_what_was_heard()
    {
        var (stopping, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        BadPlayer? player = null;
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, time) => options with
        {
            LeaveConnectionOpen = true,
            Player = player = new BadPlayer(time)
            {
                OnStop = () =>
                {
                    stopping.TrySetResult();
                    return stopped.Task;
                },
            },
        });
        await talk.SpeakAsync("resp_1", "item_1", "We have three soups today.", 2000);
        await player!.Written.WithTimeout();
        talk.Time.Advance(TimeSpan.FromMilliseconds(700));

        var ending = talk.Conversation.EndAsync();
        await stopping.Task.WithTimeout();
        await talk.SettleAsync();
        var before = ending.IsCompleted;
        stopped.SetResult();

        await ending.WithTimeout();
        before.Should().BeFalse();
        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().Be(TimeSpan.FromMilliseconds(700));
    }

    [Fact]
    public async Task A_last_reply_that_is_not_awaited_any_more_leaves_the_conversation_as_it_is()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var ending = talk.Conversation.EndAsync("Say goodbye.", cancellation.Token);
        await talk.WhenRequestedAsync();

        await cancellation.CancelAsync();

        await ending.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        talk.Conversation.Completion.IsCompleted.Should().BeFalse();
        await talk.Conversation.EndAsync().WithTimeout();
    }

    [Fact]
    public async Task Everything_that_waits_ends_when_the_conversation_is_disposed()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var active = talk.Conversation.Respond("One.");
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One and two.", 1000);
        var waiting = talk.Conversation.Respond("Two.");
        var asking = talk.Conversation.AskAsync("Three?");
        await using var microphone = new Microphone(talk);

        await talk.Conversation.DisposeAsync().WithTimeout();

        (await active.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await active.Heard.WithTimeout()).WasInterrupted.Should().BeTrue();
        (await waiting.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        (await waiting.Heard.WithTimeout()).WasInterrupted.Should().BeTrue();
        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
        await microphone.Listening.WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All[^1].Should().BeOfType<EndUpdate>().Which.End.Reason.Should().Be(ConversationEndReason.Disposed);
    }

    [Fact]
    public async Task A_conversation_that_has_ended_takes_replies_and_ends_them_at_once()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.Conversation.EndAsync().WithTimeout();

        var reply = talk.Conversation.Respond();
        var asking = talk.Conversation.AskAsync("Hello?");
        await talk.Conversation.InterruptAsync().WithTimeout();
        await talk.Conversation.EndAsync("Goodbye.").WithTimeout();

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        await reply.Heard.WithTimeout();
        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_server_that_hangs_up_ends_the_conversation_without_an_exception()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.Server.CloseAsync();

        var end = await talk.Conversation.Completion.WithTimeout();
        (end.Reason, end.Exception).Should().Be((ConversationEndReason.HungUp, null));
    }

    [Fact]
    public async Task A_server_that_closes_with_an_error_ends_the_conversation_and_what_waits()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var active = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "We have").Take(3)]);
        var asking = talk.Conversation.AskAsync("Hello?");

        await talk.Server.CloseAsync(1011, "internal error");

        var end = await talk.Conversation.Completion.WithTimeout();
        end.Reason.Should().Be(ConversationEndReason.Failed);
        end.Exception.Should().BeOfType<RealtimeConnectionException>().Which.CloseCode.Should().Be(1011);
        var result = await active.Completion.WithTimeout();
        (result.Status, result.Exception).Should().Be((ReplyStatus.Failed, end.Exception));
        await asking.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        await talk.Updates.Reading.WithTimeout();
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().Be("We have");
    }

    [Fact]
    public async Task A_connection_that_is_lost_ends_the_conversation_with_its_reason()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Server.End(ConnectionFailure.Reset);

        var end = await talk.Conversation.Completion.WithTimeout();
        end.Reason.Should().Be(ConversationEndReason.ConnectionLost);
        end.Exception.Should().BeAssignableTo<RealtimeConnectionException>();
        end.Message.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_session_that_expires_says_so()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(Wire.Error("session_expired", message: "Your session hit the maximum duration of 60 minutes."));
        await talk.Server.CloseAsync(1001);

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Expired);
    }

    [Fact]
    public async Task Ending_from_a_handler_of_events_does_not_wait_for_itself()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is InputAudioBufferDtmfEventReceivedEvent)
                talk.Conversation.EndAsync().Wait(TestTimeout.Limit).Should().BeTrue();
        });

        await talk.Server.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = "#" });

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Disposing_from_a_handler_of_events_does_not_wait_for_itself()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is InputAudioBufferDtmfEventReceivedEvent)
                talk.Conversation.DisposeAsync().AsTask().Wait(TestTimeout.Limit).Should().BeTrue();
        });

        await talk.Server.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = "#" });

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_last_reply_that_is_asked_for_in_a_handler_of_events_is_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var ending = Task.CompletedTask;
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is InputAudioBufferDtmfEventReceivedEvent)
                ending = talk.Conversation.EndAsync("Say goodbye.");
        });
        await talk.SendAsync(new InputAudioBufferDtmfEventReceivedEvent { Event = "#" });
        await talk.WhenRequestedAsync();

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Goodbye.")]);

        await ending.WithTimeout();
        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Ended);
    }

    [Fact]
    public async Task Disposing_again_and_again_is_harmless()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => talk.Conversation.DisposeAsync().AsTask()))).WithTimeout();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All.OfType<EndUpdate>().Should().HaveCount(1);
    }
}
