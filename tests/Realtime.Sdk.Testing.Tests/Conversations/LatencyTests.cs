namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Latencies against a server that keeps to a timetable, in virtual time.</summary>
[Collection(nameof(TelemetryWatch))]
public sealed class LatencyTests
{
    private const string FirstAudio = "realtime.time_to_first_audio", Turn = "realtime.turn.latency", Interruption = "realtime.interruption.latency";

    private static readonly TimeSpan ToStop = TimeSpan.FromMilliseconds(40);

    private readonly VirtualTime _time = new();

    [Fact]
    public async Task The_wait_for_an_answer_and_for_an_interruption_are_measured_as_the_user_has_them()
    {
        using var watch = new TelemetryWatch("latency");
        await RunAsync("latency", async session =>
        {
            await session.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_1" });
            await session.DelayAsync(TimeSpan.FromSeconds(2));
            await session.SendAsync(new InputAudioBufferSpeechStoppedEvent { ItemId = "item_1" });
            await session.DelayAsync(TimeSpan.FromMilliseconds(100));
            await session.SendAsync(new InputAudioBufferCommittedEvent { ItemId = "item_1" });
            await session.DelayAsync(TimeSpan.FromMilliseconds(250));
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1", ConversationId = "conv_1" } });
            await session.DelayAsync(TimeSpan.FromMilliseconds(50));
            await SpeakAsync(session, "resp_1");
            await session.DelayAsync(TimeSpan.FromSeconds(1));
            await session.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_2" });
            await DoneAsync(session, "resp_1", ResponseStatus.Cancelled);
        }, _ => _time.AdvanceAsync(TimeSpan.FromSeconds(10)));

        watch.Of(FirstAudio).Should().Equal(0.3);
        watch.Of(Turn).Should().Equal(0.4);
        watch.Of(Interruption).Should().Equal(ToStop.TotalSeconds);
        watch.Of("gen_ai.client.operation.duration").Should().Equal(1.05);
        watch.Measured.Where(measured => measured.Name is FirstAudio or Turn or Interruption).Should().OnlyContain(measured =>
            measured.Tags.Keys.SequenceEqual(new[] { "gen_ai.provider.name", "gen_ai.agent.name", "gen_ai.request.model" }));
    }

    [Fact]
    public async Task A_reply_that_was_asked_for_is_awaited_from_its_request()
    {
        using var watch = new TelemetryWatch("asked");
        await RunAsync("asked", async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await session.DelayAsync(TimeSpan.FromMilliseconds(200));
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1", ConversationId = "conv_1", Metadata = request.Response!.Metadata } });
            await session.DelayAsync(TimeSpan.FromMilliseconds(100));
            await SpeakAsync(session, "resp_1");
            await DoneAsync(session, "resp_1", ResponseStatus.Completed);
        }, conversation => _time.RunUntilAsync(conversation.Respond("Greet the guest.").Heard));

        watch.Of(FirstAudio).Should().Equal(0.3);
        watch.Of("gen_ai.client.operation.duration").Should().Equal(0.3);
        watch.Of(Turn).Should().BeEmpty("nobody has spoken to the agent");
        watch.Responses.Should().ContainSingle().Which.Duration.Should().Be(TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task Speech_that_was_not_answered_is_no_wait()
    {
        using var watch = new TelemetryWatch("unanswered");
        await RunAsync("unanswered", async session =>
        {
            await SayAsync(session, "item_1");
            await session.DelayAsync(TimeSpan.FromSeconds(3));
            await SayAsync(session, "item_2");
            await session.DelayAsync(TimeSpan.FromMilliseconds(500));
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1", ConversationId = "conv_1" } });
            await SpeakAsync(session, "resp_1");
            await DoneAsync(session, "resp_1", ResponseStatus.Completed);
            await session.DelayAsync(TimeSpan.FromSeconds(5));
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_2", ConversationId = "conv_1" } });
            await SpeakAsync(session, "resp_2");
            await DoneAsync(session, "resp_2", ResponseStatus.Completed);
        }, _ => _time.AdvanceAsync(TimeSpan.FromSeconds(20)));

        watch.Of(Turn).Should().Equal(0.5);
        watch.Of(FirstAudio).Should().Equal([0.5, 0], "the second one was the server's own idea");
        watch.Of(Interruption).Should().BeEmpty();
    }

    /// <summary>Holds a conversation with a server that follows a script.</summary>
    private async Task RunAsync(string agent, Func<EmulatorSession, Task> script, Func<RealtimeConversation, Task> act)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        emulator.OnNextConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            await script(session);
        });
        using var client = emulator.CreateClient();
        var options = new RealtimeConversationOptions { Player = new SlowPlayer(_time) };
        var conversation = await client.StartConversationAsync(new() { Name = agent, Session = new() { Model = "gpt-realtime-2.1" } }, options).WithTimeout();
        await act(conversation).WithTimeout();

        // The player needs time to stop.
        await _time.RunUntilAsync(conversation.DisposeAsync().AsTask()).WithTimeout();
    }

    private static async Task SayAsync(EmulatorSession session, string itemId)
    {
        await session.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = itemId });
        await session.SendAsync(new InputAudioBufferSpeechStoppedEvent { ItemId = itemId });
        await session.SendAsync(new InputAudioBufferCommittedEvent { ItemId = itemId });
    }

    /// <summary>Two seconds of audio in two events.</summary>
    private static async Task SpeakAsync(EmulatorSession session, string responseId)
    {
        for (var i = 0; i < 2; i++)
            await session.SendAsync(new ResponseOutputAudioDeltaEvent { ResponseId = responseId, ItemId = $"{responseId}_item", Delta = new byte[48_000] });
    }

    private static Task DoneAsync(EmulatorSession session, string id, ResponseStatus status) =>
        session.SendAsync(new ResponseDoneEvent { Response = new() { Id = id, ConversationId = "conv_1", Status = status } });

    /// <summary>A player that takes a while to stop.</summary>
    private sealed class SlowPlayer(TimeProvider time) : AudioPlayer
    {
        private readonly AudioPlayer _player = Discard(time);

        public override SampleFormat Format => _player.Format;

        public override TimeSpan Played => _player.Played;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default) => _player.WriteAsync(audio, cancellationToken);

        public override async ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
        {
            await Task.Delay(ToStop, time, cancellationToken);
            return await _player.StopAsync(cancellationToken);
        }

        public override Task DrainAsync(CancellationToken cancellationToken = default) => _player.DrainAsync(cancellationToken);

        public override ValueTask DisposeAsync() => _player.DisposeAsync();
    }
}
