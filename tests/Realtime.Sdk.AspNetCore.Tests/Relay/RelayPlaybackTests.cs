using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The client plays: the conversation estimates when, and follows what the client reports.</summary>
public sealed class RelayPlaybackTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_reply_is_heard_in_the_time_that_its_audio_takes()
    {
        await using var relay = await ScriptedRelay.StartAsync();

        await relay.SpeakAsync("resp_1", "item_1", "Two soups.", 2_000);
        await relay.FinishAsync("resp_1");
        var during = (relay.Conversation.Status, relay.Conversation.Turns.Single().IsComplete);
        relay.Time.Advance(2 * Second);

        during.Should().Be((ConversationStatus.Speaking, false));
        relay.Conversation.Status.Should().Be(ConversationStatus.Listening);
        var turn = relay.Conversation.Turns.Single();
        (turn.IsComplete, turn.HeardText, turn.HeardDuration, turn.WasInterrupted).Should().Be((true, "Two soups.", 2 * Second, false));
    }

    [Fact]
    public async Task Replies_are_played_one_after_the_other()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.SpeakAsync("resp_1", "item_1", "One.", 1_000);
        await relay.FinishAsync("resp_1");
        await relay.SpeakAsync("resp_2", "item_2", "Two.", 1_000);
        await relay.FinishAsync("resp_2");

        relay.Time.Advance(Second);
        var after = relay.Conversation.Turns.Select(turn => turn.IsComplete).ToList();
        relay.Time.Advance(Second);

        after.Should().Equal(true, false);
        relay.Conversation.Turns.Select(turn => (turn.IsComplete, turn.HeardDuration)).Should().Equal((true, Second), (true, Second));
    }

    [Fact]
    public async Task Audio_that_comes_late_is_played_late()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.SpeakAsync("resp_1", "item_1", "Two", 1_000);
        relay.Time.Advance(5 * Second);
        await relay.SendAsync(new ResponseOutputAudioDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = new byte[48_000] });
        await relay.FinishAsync("resp_1");

        relay.Time.Advance(Second / 2);
        var during = relay.Conversation.Status;
        relay.Time.Advance(Second / 2);

        (during, relay.Conversation.Status).Should().Be((ConversationStatus.Speaking, ConversationStatus.Listening));
    }

    [Fact]
    public async Task Speech_of_the_user_ends_the_playback_and_the_truncation_of_the_client_says_how_much_was_heard()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.SpeakAsync("resp_1", "item_1", "Two soups with bread.", 4_000);
        relay.Time.Advance(2 * Second);

        await relay.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_u" });
        var interrupted = relay.Conversation.Status;
        await relay.Client.SendAsync("""{"type":"conversation.item.truncate","item_id":"item_1","content_index":0,"audio_end_ms":1500}""");
        await relay.Service.WhenReceivedAsync<ConversationItemTruncateEvent>(sent => sent.AudioEnd == TimeSpan.FromMilliseconds(1_500)).WithTimeout();
        await relay.SendAsync(new ConversationItemTruncatedEvent { ItemId = "item_1", AudioEnd = TimeSpan.FromMilliseconds(1_500) });
        await relay.FinishAsync("resp_1", ResponseStatus.Cancelled);

        interrupted.Should().Be(ConversationStatus.UserSpeaking);
        var turn = relay.Conversation.Turns.First(turn => turn.Role == TurnRole.Agent);
        (turn.WasInterrupted, turn.HeardDuration).Should().Be((true, TimeSpan.FromMilliseconds(1_500)));
        "Two soups with bread.".Should().StartWith(turn.HeardText).And.NotBe(turn.HeardText);
        relay.Service.Received.Select(message => message.Event).OfType<ClientEvent>().Select(sent => sent.Type)
            .Should().Equal("session.update", "conversation.item.truncate");
    }

    [Fact]
    public async Task Without_a_truncation_the_time_until_the_interruption_counts_as_heard()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.SpeakAsync("resp_1", "item_1", "Two soups with bread.", 4_000);
        relay.Time.Advance(Second);

        await relay.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_u" });
        await relay.FinishAsync("resp_1", ResponseStatus.Cancelled);

        var turn = relay.Conversation.Turns.First(turn => turn.Role == TurnRole.Agent);
        (turn.IsComplete, turn.WasInterrupted, turn.HeardDuration).Should().Be((true, true, Second));
    }

    [Fact]
    public async Task Speech_that_does_not_interrupt_leaves_the_playback_as_it_is()
    {
        await using var relay = await ScriptedRelay.StartAsync(configure: options => options, waiter: null);
        await relay.Service.AnswerUpdateAsync(new SessionUpdateEvent
        {
            Session = new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = new ServerVad { InterruptResponse = false } } } },
        });
        await relay.SpeakAsync("resp_1", "item_1", "Two soups.", 2_000);

        await relay.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_u" }, new InputAudioBufferSpeechStoppedEvent { ItemId = "item_u" }, new InputAudioBufferClearedEvent());
        await relay.FinishAsync("resp_1");
        relay.Time.Advance(2 * Second);

        var turn = relay.Conversation.Turns.First(turn => turn.Role == TurnRole.Agent);
        (turn.WasInterrupted, turn.HeardDuration).Should().Be((false, 2 * Second));
    }

    [Fact]
    public async Task When_the_app_interrupts_the_client_is_told_to_stop()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.SpeakAsync("resp_1", "item_1", "Two soups.", 2_000);
        relay.Time.Advance(Second);

        var interrupting = relay.Conversation.InterruptAsync();
        var cleared = await relay.Client.WhenAsync("output_audio_buffer.cleared");
        await relay.Service.WhenReceivedAsync<ResponseCancelEvent>(sent => sent.ResponseId == "resp_1").WithTimeout();
        await relay.FinishAsync("resp_1", ResponseStatus.Cancelled);
        await interrupting.WithTimeout();

        cleared.GetProperty("response_id").GetString().Should().Be("resp_1");
        var turn = relay.Conversation.Turns.Single();
        (turn.IsComplete, turn.WasInterrupted, turn.HeardDuration).Should().Be((true, true, Second));
        relay.Service.Received.Select(message => message.Event).OfType<OutputAudioBufferClearEvent>().Should().BeEmpty();
    }

    [Fact]
    public async Task Audio_of_a_stopped_response_that_still_arrives_is_not_played()
    {
        await using var relay = await ScriptedRelay.StartAsync();
        await relay.SpeakAsync("resp_1", "item_1", "Two soups.", 1_000);
        await relay.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_u" });
        await relay.SendAsync(
            new InputAudioBufferClearedEvent(), new ResponseOutputAudioDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = new byte[96_000] });

        var status = relay.Conversation.Status;
        await relay.FinishAsync("resp_1", ResponseStatus.Cancelled);

        status.Should().Be(ConversationStatus.Thinking);
        relay.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task The_transport_reports_that_audio_does_not_pass_through_the_conversation()
    {
        await using var relay = await ScriptedRelay.StartAsync();

        var capabilities = relay.Conversation.Capabilities;

        (capabilities.LocalAudio, capabilities.ExactHeardDuration, capabilities.Recording, capabilities.Mute, capabilities.Renewal).Should().Be((false, false, false, false, false));
        relay.Conversation.Invoking(conversation => conversation.IsMuted = true).Should().Throw<NotSupportedException>();
        relay.Conversation.Invoking(conversation => conversation.OnAudio((in audio) => { })).Should().Throw<NotSupportedException>();
    }
}
