namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Players that fail, hang or are slow, and audio that must not reach the server meanwhile.</summary>
public sealed class PlaybackTests
{
    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [Fact]
    public async Task A_player_that_throws_becomes_a_warning_and_the_conversation_goes_on()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, time) => options with
        {
            Player = new BadPlayer(time) { OnWrite = () => throw new IOException("The device was unplugged.") },
        });

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Speech("resp_1", "item_1", "Hello.", 400), .. Wire.SpeechDone("resp_1", "item_1", "Hello."), Wire.Done("resp_1")]);

        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Exception!.Message).Should().Be((WarningKind.Player, "The device was unplugged."));
        var first = talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        await talk.AdvanceUntilAsync(first);
        (await first).Text.Should().Be("Hello.");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Still here.", "item_1")]);
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2)).Text.Should().Be("Still here.");
    }

    [Fact]
    public async Task A_player_that_hangs_while_it_is_stopped_holds_an_interruption_up_for_a_quarter_of_a_second_at_most()
    {
        var hang = new TaskCompletionSource();
        var stopping = new TaskCompletionSource();
        BadPlayer? player = null;
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, time) => options with
        {
            Player = player = new BadPlayer(time)
            {
                OnStop = () =>
                {
                    stopping.TrySetResult();
                    return hang.Task;
                },
            },
        });
        await talk.SpeakAsync("resp_1", "item_1", "Hello and welcome.", 1000);
        await player!.Written.WithTimeout();
        talk.Time.Advance(Ms(400));
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await stopping.Task.WithTimeout();

        talk.Time.Advance(Ms(250));

        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().BeGreaterThanOrEqualTo(Ms(400)).And.BeLessThanOrEqualTo(Ms(650));
        (await talk.Updates.WhenAsync<WarningUpdate>()).Kind.Should().Be(WarningKind.Player);
        hang.SetResult();
    }

    [Fact]
    public async Task A_player_that_takes_no_audio_does_not_hold_the_conversation_up()
    {
        var hang = new TaskCompletionSource();
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, time) => options with
        {
            Player = new BadPlayer(time) { OnWrite = () => hang.Task },
        });
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Speech("resp_1", "item_1", "Hello.", 400), Wire.Done("resp_1")]);

        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);

        talk.Conversation.Turns.Should().Contain(turn => turn.Text == "Hello?");
        hang.SetResult();
    }

    [Fact]
    public async Task More_audio_than_may_wait_for_the_player_cancels_the_response_with_a_warning()
    {
        var hang = new TaskCompletionSource();
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, time) => options with
        {
            Player = new BadPlayer(time) { OnWrite = () => hang.Task },
            Limits = new() { MaxBufferedAudioBytes = 48_000 },
        });
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Speech("resp_1", "item_1", "Hello.", 400), .. Wire.Speech("resp_1", "item_1", "Hello.", 400)]);

        await talk.SendAsync(Wire.Audio("resp_1", "item_1", 800));

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Message).Should().Be((WarningKind.Player, "More than 48000 bytes of audio are waiting for the player. The response is canceled, and the audio received so far is played."));
        hang.SetResult();
    }

    [Fact]
    public async Task A_response_that_was_too_long_for_the_player_ends_when_what_was_kept_was_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Limits = new() { MaxBufferedAudioBytes = 48_000 } });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), .. Wire.Speech("resp_1", "item_1", "Hello.", 800)]);
        await talk.SendAsync(Wire.Audio("resp_1", "item_1", 2000));
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));

        await talk.AdvanceUntilAsync(reply.Heard);

        var heard = await reply.Heard.WithTimeout();
        heard.Duration.Should().BeLessThanOrEqualTo(Ms(2000));
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task What_was_kept_of_a_response_that_was_too_long_can_be_interrupted()
    {
        BadPlayer? player = null;
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, time) => options with
        {
            Player = player = new BadPlayer(time),
            Limits = new() { MaxBufferedAudioBytes = 48_000 },
        });
        await talk.SpeakAsync("resp_1", "item_1", "Hello and welcome.", 800);
        await player!.Written.WithTimeout();
        await talk.SendAsync(Wire.Audio("resp_1", "item_1", 2000), Wire.Done("resp_1", ResponseStatus.Cancelled));
        talk.Time.Advance(Ms(300));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenSentAsync<ConversationItemTruncateEvent>()).AudioEnd.Should().Be(Ms(300));
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).HeardDuration.Should().Be(Ms(300));
    }

    [Fact]
    public async Task The_server_gets_silence_while_a_reply_is_heard_that_must_not_be_interrupted()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        talk.Conversation.Respond(new ReplyOptions { AllowInterruptions = false });
        await talk.WhenRequestedAsync();
        await using var microphone = new Microphone(talk);
        await talk.SpeakAsync("resp_1", "item_1", "The kitchen closes.", 1000);

        var during = await microphone.SayAsync();
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "The kitchen closes."), Wire.Done("resp_1")]);
        talk.Time.Advance(Ms(1000));
        await talk.WhenStatusAsync(ConversationStatus.Listening);
        var after = await microphone.SayAsync();

        (Sounds.Peak(during), Sounds.Peak(after) > 1000).Should().Be((0, true));
    }

    [Fact]
    public async Task Speech_that_was_under_way_does_not_interrupt_a_reply_that_must_not_be()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        talk.Conversation.Respond(new ReplyOptions { AllowInterruptions = false });
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "The kitchen closes.", 1000);

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("response.create");
    }

    [Fact]
    public async Task Half_duplex_sends_silence_while_the_agent_is_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Input = new() { HalfDuplex = true } });
        await using var microphone = new Microphone(talk);
        var before = await microphone.SayAsync();

        await talk.SpeakAsync("resp_1", "item_1", "Hello.", 1000);
        var during = await microphone.SayAsync();

        (Sounds.Peak(before) > 1000, Sounds.Peak(during)).Should().Be((true, 0));
    }

    [Fact]
    public async Task The_warm_up_sends_silence_only_while_the_agent_begins_to_be_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Input = new() { InterruptionWarmUp = Ms(300) } });
        await using var microphone = new Microphone(talk);
        await talk.SpeakAsync("resp_1", "item_1", "Hello.", 1000);

        var first = await microphone.SayAsync();
        talk.Time.Advance(Ms(300));
        var later = await microphone.SayAsync();

        (Sounds.Peak(first), Sounds.Peak(later) > 1000).Should().Be((0, true));
    }
}
