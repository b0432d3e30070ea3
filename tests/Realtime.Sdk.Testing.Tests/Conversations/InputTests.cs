using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class InputTests
{
    private static readonly RealtimeAgent PushToTalk = WithInput(new() { TurnDetection = TurnDetection.Disabled });

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [Fact]
    public async Task Audio_of_another_format_is_converted_to_that_of_the_session()
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);
        var format = SampleFormat.Pcm(16_000);

        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(1, format)), format, isLive: true)).WithTimeout();

        await talk.SettleAsync();
        var received = talk.Server.ReceivedAudio;
        default(SampleFormat).DurationOf(received.Length).Should().BeCloseTo(Ms(1000), Ms(10));
        Sounds.Peak(received.Span).Should().BeInRange(10_000, 14_000);
    }

    [Fact]
    public async Task A_telephone_session_gets_its_own_format()
    {
        await using var talk = await ScriptedConversation.StartAsync(WithInput(new() { TurnDetection = TurnDetection.Disabled, Format = AudioFormat.Pcmu }));

        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(1)), SampleFormat.Pcm(24_000), isLive: true)).WithTimeout();

        await talk.SettleAsync();
        talk.Server.ReceivedAudio.Length.Should().BeCloseTo(8000, 80);
    }

    [Fact]
    public async Task A_recording_is_sent_as_if_somebody_were_speaking()
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);
        var wav = await WavReader.OpenAsync(new MemoryStream(Wav(Sounds.Speech(1))));
        var listening = talk.Conversation.ListenAsync(AudioSource.FromWav(wav));
        await talk.WhenSentAsync<InputAudioBufferAppendEvent>();
        await talk.SettleAsync();
        var before = talk.Server.ReceivedAudio.Length;

        while (!listening.IsCompleted)
        {
            talk.Time.Advance(Ms(20));
            await talk.SettleAsync();
        }

        await listening.WithTimeout();
        before.Should().BeLessThanOrEqualTo(48 * 100);
        talk.Server.ReceivedAudio.ToArray().Should().Equal(Sounds.Speech(1));
        (talk.Time.GetUtcNow() - talk.Time.Start).Should().BeGreaterThanOrEqualTo(Ms(900));
    }

    [Fact]
    public async Task Muted_audio_is_sent_as_silence()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await using var microphone = new Microphone(talk);
        talk.Conversation.IsMuted = true;

        var muted = await microphone.SayAsync();
        talk.Conversation.IsMuted = false;
        var heard = await microphone.SayAsync();

        (Sounds.Peak(muted), Sounds.Peak(heard) > 1000).Should().Be((0, true));
    }

    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    public async Task Without_turn_detection_the_audio_is_committed_if_the_server_would_take_it(int milliseconds, int commits)
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);

        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(milliseconds / 1000.0)), isLive: true)).WithTimeout();

        await talk.SettleAsync();
        talk.SentTypes.Should().Equal(Enumerable.Repeat("input_audio_buffer.commit", commits));
    }

    [Fact]
    public async Task What_was_too_short_to_commit_counts_for_the_next_commit()
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);
        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.06)), isLive: true)).WithTimeout();

        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.06)), isLive: true)).WithTimeout();
        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.06)), isLive: true)).WithTimeout();

        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("input_audio_buffer.commit");
    }

    [Fact]
    public async Task With_turn_detection_nothing_is_committed()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var listening = talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.5)), isLive: true));

        while (!listening.IsCompleted)
        {
            talk.Time.Advance(Ms(50));
            await talk.SettleAsync();
        }

        await listening.WithTimeout();
        talk.SentTypes.Should().NotContain("input_audio_buffer.commit");
        Sounds.Peak(talk.Server.ReceivedAudio.Span[^4800..]).Should().Be(0, "silence lets turn detection find the end");
    }

    [Fact]
    public async Task A_source_that_throws_fails_for_the_app_with_a_warning_and_commits_nothing()
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);

        var listening = talk.Conversation.ListenAsync(AudioSource.FromChunks(BreakAsync()));

        (await listening.Invoking(task => task.WithTimeout()).Should().ThrowAsync<IOException>()).Which.Message.Should().Be("Unplugged.");
        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Exception!.Message).Should().Be((WarningKind.Source, "Unplugged."));
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
        await talk.Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(Sounds.Speech(0.2)), isLive: true)).WithTimeout();

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> BreakAsync()
        {
            yield return Sounds.Speech(0.2);
            await Task.Yield();
            throw new IOException("Unplugged.");
        }
    }

    [Fact]
    public async Task A_second_source_is_refused_while_another_is_listened_to()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await using var microphone = new Microphone(talk);

        var second = talk.Conversation.Awaiting(conversation => conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(), isLive: true)));

        await second.Should().ThrowAsync<InvalidOperationException>();
        Sounds.Peak(await microphone.SayAsync()).Should().BePositive();
    }

    [Fact]
    public async Task Another_source_can_be_listened_to_after_one_was_canceled()
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);
        using var cancellation = new CancellationTokenSource();
        var first = talk.Conversation.ListenAsync(AudioSource.FromChunks(HangAsync()), cancellation.Token);
        await talk.WhenSentAsync<InputAudioBufferAppendEvent>();
        await cancellation.CancelAsync();
        await first.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await talk.SettleAsync();
        var committed = talk.SentTypes;

        await using var microphone = new Microphone(talk);
        var said = await microphone.SayAsync();

        Sounds.Peak(said).Should().BePositive();
        committed.Should().BeEmpty();

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> HangAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return Sounds.Speech(0.2);
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }
    }

    [Fact]
    public async Task Chunks_of_any_size_are_sent_in_whole_samples_and_short_pieces()
    {
        await using var talk = await ScriptedConversation.StartAsync(PushToTalk);
        var audio = Sounds.Speech(1);

        await talk.Conversation.ListenAsync(AudioSource.FromChunks(SplitAsync(audio))).WithTimeout();

        await talk.SettleAsync();
        talk.Server.ReceivedAudio.ToArray().Should().Equal(audio);
        talk.Server.Received.Select(message => message.Event).OfType<InputAudioBufferAppendEvent>()
            .Should().AllSatisfy(append => append.Audio.Length.Should().BeInRange(2, 4800).And.Match(length => length % 2 == 0));

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> SplitAsync(byte[] audio)
        {
            foreach (var (start, end) in new[] { (0, 1), (1, 1), (1, 4), (4, 9_999), (9_999, 48_000) })
            {
                await Task.Yield();
                yield return audio.AsMemory(start..end);
            }
        }
    }

    [Fact]
    public async Task Audio_of_the_server_that_is_no_base64_does_not_end_the_conversation()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);
        await talk.Server.SendTextAsync("""{"type":"response.output_audio.delta","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"%%%"}""");

        await talk.SendAsync([.. Wire.Speech("resp_1", "item_1", "Hello.", 400), .. Wire.SpeechDone("resp_1", "item_1", "Hello."), Wire.Done("resp_1")]);
        await talk.WhenStatusAsync(ConversationStatus.Speaking);
        talk.Time.Advance(Ms(400));

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        (turn.HeardText, turn.HeardDuration).Should().Be(("Hello.", Ms(400)));
    }

    [Fact]
    public async Task Half_a_sample_at_the_end_of_a_piece_is_carried_to_the_next()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var audio = Sounds.Speech(0.4);
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);
        for (var start = 0; start < audio.Length; start += 4801)
        {
            await talk.SendAsync(new ResponseOutputAudioDeltaEvent
            {
                ResponseId = "resp_1", ItemId = "item_1", Delta = audio.AsMemory(start, Math.Min(4801, audio.Length - start)),
            });
        }

        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "Hello."), Wire.Done("resp_1")]);
        await talk.WhenStatusAsync(ConversationStatus.Speaking);
        talk.Time.Advance(Ms(400));

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Should().Match<ConversationTurn>(turn => turn.Duration == Ms(400) && turn.HeardDuration == Ms(400));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_answer_without_a_whole_sample_of_audio_ends_all_the_same(int bytes)
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(
        [
            Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), new ResponseOutputAudioDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = new byte[bytes] },
            .. Wire.SpeechDone("resp_1", "item_1", "Hm."), Wire.Done("resp_1"),
        ]);

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        (turn.Duration, turn.HeardDuration, turn.WasInterrupted).Should().Be((TimeSpan.Zero, TimeSpan.Zero, false));
    }

    private static RealtimeAgent WithInput(AudioInputConfiguration input) =>
        ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Audio = new() { Input = input } } };

    private static byte[] Wav(byte[] pcm)
    {
        var header = new byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 36 + pcm.Length);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), 24_000);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), 48_000);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 16);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), pcm.Length);
        return [.. header, .. pcm];
    }
}
