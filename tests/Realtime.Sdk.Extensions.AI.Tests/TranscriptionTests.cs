using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Sessions that only transcribe, and the transcription of conversations.</summary>
public sealed class TranscriptionTests
{
    [Fact]
    public async Task A_session_that_only_transcribes_needs_no_model_of_a_conversation()
    {
        await using var talk = await Talk.StartAsync(new()
        {
            SessionKind = RealtimeSessionKind.Transcription,
            TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe", SpeechLanguage = "en" },
            VoiceActivityDetection = new(),
        });

        await talk.SendAsync(new InputAudioBufferAppendRealtimeClientMessage(new DataContent(Sounds.Turn(), "audio/pcm")));
        var messages = await talk.UntilAsync(RealtimeServerMessageType.InputAudioTranscriptionCompleted);

        var completed = (InputAudioTranscriptionRealtimeServerMessage)messages[^1];
        completed.Transcription.Should().Be("What is the weather like in Lisbon today?");
        completed.ItemId.Should().NotBeEmpty();
        completed.Usage.Should().NotBeNull();
        string.Concat(messages.OfType<InputAudioTranscriptionRealtimeServerMessage>().SkipLast(1).Select(delta => delta.Transcription)).Should().Be(completed.Transcription);
        messages.OfType<ResponseCreatedRealtimeServerMessage>().Should().BeEmpty();
        talk.Emulator.Violations.Should().BeEmpty();
        var options = talk.Session.Options!;
        options.SessionKind.Should().Be(RealtimeSessionKind.Transcription);
        options.TranscriptionOptions.Should().BeEquivalentTo(new TranscriptionOptions { ModelId = "gpt-4o-transcribe", SpeechLanguage = "en" });
    }

    [Fact]
    public async Task The_model_of_the_options_is_that_of_the_transcription()
    {
        var session = await Talk.ConfigureAsync(new() { SessionKind = RealtimeSessionKind.Transcription, Model = "gpt-4o-transcribe", InputAudioFormat = new("audio/pcm", 24_000) });

        session.ToString().Should().Be(
            """{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-4o-transcribe"}}}}""");
    }

    public static TheoryData<object> RawSessions =>
    [
        new TranscriptionSessionConfiguration(), new RealtimeConnectOptions { Transcription = true }, new RealtimeConnectOptions { Session = new TranscriptionSessionConfiguration() },
    ];

    [Theory, MemberData(nameof(RawSessions), DisableDiscoveryEnumeration = true)]
    public async Task The_raw_representation_can_say_that_a_session_only_transcribes(object raw)
    {
        var session = await Talk.ConfigureAsync(new() { TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" }, RawRepresentationFactory = () => raw });

        session.ToString().Should().Be("""{"type":"transcription","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}""");
    }

    [Fact]
    public async Task An_update_of_the_session_is_one_for_transcription()
    {
        RealtimeSessionOptions options = new() { SessionKind = RealtimeSessionKind.Transcription, TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" } };

        var sent = (await Talk.SayAsync(new SessionUpdateRealtimeClientMessage(new() { TranscriptionOptions = new() { ModelId = "whisper-1" } }), options))[0];

        sent.ToString().Should().Be("""{"type":"session.update","session":{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1"}}}}}""");
    }

    public static TheoryData<TurnDetection?, VoiceActivityDetectionOptions, string> Detections => new()
    {
        { null, new(), """{"type":"server_vad"}""" },
        { null, new() { Enabled = false }, "null" },
        { new ServerVad { Threshold = 0.5 }, new() { AllowInterruption = false }, """{"type":"server_vad","threshold":0.5}""" },
        { new SemanticVad { Eagerness = VadEagerness.Low }, new(), """{"type":"semantic_vad","eagerness":"low"}""" },
    };

    [Theory, MemberData(nameof(Detections), DisableDiscoveryEnumeration = true)]
    public async Task Turn_detection_interrupts_nothing_where_nothing_is_said(TurnDetection? raw, VoiceActivityDetectionOptions options, string sent)
    {
        var session = await Talk.ConfigureAsync(new()
        {
            SessionKind = RealtimeSessionKind.Transcription,
            TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" },
            VoiceActivityDetection = options,
            RawRepresentationFactory = () => new TranscriptionSessionConfiguration { Audio = new() { Input = new() { TurnDetection = raw } } },
        });

        session.GetProperty("audio").GetProperty("input").GetProperty("turn_detection").GetRawText().Should().Be(sent);
    }

    [Fact]
    public async Task A_spoken_turn_is_found_transcribed_and_answered_in_audio()
    {
        await using var talk = await Talk.StartAsync(new() { TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" } });

        await talk.SendAsync(new InputAudioBufferAppendRealtimeClientMessage(new DataContent(Sounds.Turn(), "audio/pcm")));
        var messages = await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);

        messages.Select(message => message.Type.Value).Should().Contain(["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed"]);
        var audio = messages.OfType<OutputTextAudioRealtimeServerMessage>().Where(message => message.Audio is not null).SelectMany(message => Convert.FromBase64String(message.Audio!));
        Sounds.Peak(audio.ToArray()).Should().BeGreaterThan(1_000);
        string.Concat(messages.OfType<OutputTextAudioRealtimeServerMessage>().Where(message => message.Type == RealtimeServerMessageType.OutputAudioTranscriptionDelta).Select(message => message.Text))
            .Should().Be("You said: What is the weather like in Lisbon today?");
        talk.Emulator.Violations.Should().BeEmpty();
    }
}
