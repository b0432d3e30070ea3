using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class InputAudioMonitorTests
{
    private const string Manual = """{"type":"realtime","audio":{"input":{"turn_detection":null}}}""";

    private static readonly byte[] Wav = [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8, .. new byte[100]];

    [Fact]
    public void An_append_that_ends_inside_a_sample_is_reported_once()
    {
        using var driver = new ModelDriver();

        driver.Append(new byte[960]).Append(new byte[961]).Append(new byte[961]);

        Only(driver).Should().Match<EmulatorViolation>(violation =>
            violation.Rule == "partial_audio_sample" && violation.Message.Contains("961 bytes") && violation.EventType == "input_audio_buffer.append");
    }

    [Fact]
    public void Telephone_audio_has_samples_of_one_byte()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu"}}}}""");

        driver.Append(Enumerable.Repeat((byte)0xFF, 161).ToArray());

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void The_header_of_a_WAV_file_is_reported_with_the_event_that_carried_it()
    {
        using var driver = new ModelDriver();

        driver.Send(new InputAudioBufferAppendEvent { Audio = Wav, EventId = "mine" }).Append(Wav);

        Only(driver).Should().Match<EmulatorViolation>(violation => violation.Rule == "wav_header" && violation.EventId == "mine");
    }

    [Fact]
    public void Audio_of_an_item_is_checked_too()
    {
        using var driver = new ModelDriver();

        driver.Send(new ConversationItemCreateEvent { Item = new MessageItem { Role = ItemRole.User, Content = [new InputAudioPart { Audio = Wav.AsMemory(0, 99) }] } });

        driver.Log.All.Select(violation => (violation.Rule, violation.EventType)).Should().Equal(
            ("partial_audio_sample", "conversation.item.create"), ("wav_header", "conversation.item.create"));
    }

    [Fact]
    public void Audio_to_translate_is_checked_too()
    {
        using var driver = new ModelDriver(session: ModelDriver.Translation);

        driver.Send(new TranslationSessionInputAudioBufferAppendEvent { Audio = Wav });

        Only(driver).Should().Match<EmulatorViolation>(violation => violation.Rule == "wav_header" && violation.EventType == "session.input_audio_buffer.append");
    }

    [Fact]
    public void Audio_that_contains_the_letters_of_a_header_elsewhere_is_sound()
    {
        using var driver = new ModelDriver();

        driver.Append([0, 0, .. Wav]).Append([.. "RIFF"u8]).Append([.. "RIFFxxxxWAVX"u8]);

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_stream_that_is_faster_than_a_microphone_is_reported_once()
    {
        using var driver = new ModelDriver();

        for (var seconds = 0; seconds < 40; seconds++)
            driver.Append(Sounds.Silence(4)).Pass(2);

        Only(driver).Rule.Should().Be("audio_faster_than_real_time");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.98)]
    public void A_stream_at_the_speed_of_a_microphone_is_not_reported(double secondsPerSecond)
    {
        using var driver = new ModelDriver();

        for (var seconds = 0; seconds < 600; seconds++)
            driver.Append(Sounds.Silence(1)).Pass(secondsPerSecond);

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_recording_sent_at_once_and_audio_buffered_during_a_pause_are_not_reported()
    {
        using var driver = new ModelDriver();

        driver.Append(Sounds.Silence(30)).Pass(120).Append(Sounds.Silence(29), chunk: 960).Pass(29).Append(Sounds.Silence(30));

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void Without_turn_detection_a_file_may_be_sent_at_once()
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(Sounds.Silence(100));

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void Checking_an_append_allocates_nothing()
    {
        var ids = new IdSource(seed: 1);
        var events = new EventWriter(ids, _ => { });
        using var scheduler = new EventScheduler(TimeProvider.System, () => { });
        var monitor = new InputAudioMonitor(new()
        {
            Options = new(),
            Time = TimeProvider.System,
            Ids = ids,
            Events = events,
            Scheduler = scheduler,
            Playback = new(scheduler, events, hasMedia: false, audio: null),
            Script = new(new(), new()),
            SpokenWords = new(),
            Policy = ServicePolicy.Strict,
            Violations = new(new(callback: null, _ => { })),
            Session = [],
            HasMedia = false,
        });
        var (audio, format, length) = (Sounds.Silence(0.02), SampleFormat.Pcm(), TimeSpan.FromMilliseconds(20));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            monitor.Check(audio, format, "input_audio_buffer.append", eventId: null);
            monitor.CheckPace(length, "input_audio_buffer.append", eventId: null);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The first calls may compile and load; a thousand of anything would be more.
        allocated.Should().BeLessThan(1000);
    }

    private static EmulatorViolation Only(ModelDriver driver) => driver.Log.All.Should().ContainSingle().Subject;
}
