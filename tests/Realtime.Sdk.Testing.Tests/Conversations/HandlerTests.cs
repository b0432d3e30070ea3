namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class HandlerTests
{
    [Fact]
    public async Task A_handler_sees_every_event_but_audio_after_it_was_applied()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var seen = new List<(string Type, int Turns)>();
        using var handler = talk.Conversation.OnEvent(serverEvent => seen.Add((serverEvent.Type, talk.Conversation.Turns.Count)));

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), .. Wire.Speech("resp_1", "item_1", "Hello.", 100), Wire.Done("resp_1")]);

        seen.SkipLast(1).Should().Equal(
            ("response.created", 1), ("response.output_item.added", 1), ("conversation.item.added", 1), ("response.output_audio_transcript.delta", 1), ("response.done", 1));
    }

    [Fact]
    public async Task A_handler_that_throws_becomes_one_warning_and_is_called_again()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var calls = 0;
        using var handler = talk.Conversation.OnEvent(_ =>
        {
            calls++;
            throw new InvalidOperationException("A bug of the app.");
        });

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1"));

        await talk.SettleAsync();
        await talk.Updates.WhenAsync<WarningUpdate>();
        var warning = talk.Updates.Warnings.Single();
        (warning.Kind, warning.Exception!.Message).Should().Be((WarningKind.Handler, "A bug of the app."));
        calls.Should().BeGreaterThanOrEqualTo(2);
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).IsComplete.Should().BeTrue();
    }

    [Fact]
    public async Task A_handler_that_was_disposed_is_not_called_any_more()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var calls = 0;
        var handler = talk.Conversation.OnEvent(_ => calls++);
        await talk.SendAsync();
        handler.Dispose();
        var before = calls;

        await talk.SendAsync(Wire.Created("resp_1"));

        (calls - before, before > 0).Should().Be((0, true));
    }

    [Fact]
    public async Task An_audio_handler_gets_both_sides()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var heard = new Dictionary<AudioDirection, int>();
        using var handler = talk.Conversation.OnAudio((in ConversationAudio audio) =>
        {
            lock (heard)
                heard[audio.Direction] = heard.GetValueOrDefault(audio.Direction) + audio.Audio.Length;
        });
        await using var microphone = new Microphone(talk);

        var said = await microphone.SayAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Speech("resp_1", "item_1", "Hello.", 100)]);

        lock (heard)
            heard.Should().Equal(new Dictionary<AudioDirection, int> { [AudioDirection.Input] = said.Length, [AudioDirection.Output] = 4800 });
    }

    [Fact]
    public async Task An_audio_handler_that_throws_becomes_one_warning_and_the_audio_is_played()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var handler = talk.Conversation.OnAudio((in ConversationAudio _) => throw new InvalidOperationException("A bug of the app."));

        await talk.SpeakAsync("resp_1", "item_1", "Hello.", 100);
        await talk.SendAsync(Wire.Audio("resp_1", "item_1", 100));

        await talk.Updates.WhenAsync<WarningUpdate>();
        talk.Updates.Warnings.Select(warning => warning.Kind).Should().Equal(WarningKind.Handler);
    }
}
