using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ResponseAudioTests
{
    private const string Manual = "\"input\":{\"turn_detection\":null}";

    [Theory]
    [InlineData("""{"type":"audio/pcm","rate":24000}""", 48_000)]
    [InlineData("""{"type":"audio/pcmu"}""", 8_000)]
    [InlineData("""{"type":"audio/pcma"}""", 8_000)]
    public void Speech_comes_in_the_format_of_the_session_with_its_transcript_beside_it(string format, int bytesPerSecond)
    {
        using var driver = ModelDriver.With($$"""{"type":"realtime","audio":{ {{Manual}},"output":{"format":{{format}} } } }""");

        driver.Say("Good morning").Send(new ResponseCreateEvent());

        var transcript = string.Concat(Deltas(driver, "response.output_audio_transcript.delta"));
        transcript.Should().Be("You said: Good morning").And.Be(driver.Last("response.output_audio_transcript.done")["transcript"]!.ToString());
        var seconds = Audio(driver).Length / (double)bytesPerSecond;
        seconds.Should().BeInRange(1, 3);
        driver.Last("response.done")["response"]!["usage"]!["output_token_details"]!["audio_tokens"]!.GetValue<int>().Should().Be((int)Math.Ceiling(seconds * 20));
    }

    [Fact]
    public void Speech_has_the_level_of_a_voice_and_pauses_between_words()
    {
        var audio = new Speech(string.Concat(Enumerable.Repeat("heiho ", 100)), "alloy", 1, SampleFormat.Pcm(), new()).Render(TimeSpan.FromSeconds(3));

        var frames = audio.Chunk(960).Where(frame => frame.Length == 960).Select(frame => LevelMeter.Measure(frame, SampleFormat.Pcm())).ToList();

        LevelMeter.Measure(audio, SampleFormat.Pcm()).RmsDecibels.Should().BeInRange(-26, -12);
        frames.Max(level => level.Peak).Should().BeLessThan(0.9);
        frames.Count(level => level.RmsDecibels < -60).Should().BeGreaterThan(3);
    }

    [Fact]
    public void Voices_differ_and_speed_shortens()
    {
        static byte[] Answer(string output)
        {
            using var driver = ModelDriver.With($$"""{"type":"realtime","audio":{"output":{{output}} } }""");
            return Audio(driver.Say("Good morning").Send(new ResponseCreateEvent()));
        }

        var (alloy, marin, fast) = (Answer("""{"voice":"alloy"}"""), Answer("""{"voice":"marin"}"""), Answer("""{"speed":1.5}"""));

        alloy.Should().HaveSameCount(marin).And.NotEqual(marin);
        (alloy.Length / (double)fast.Length).Should().BeApproximately(1.5, 0.01);
    }

    [Fact]
    public void What_was_heard_can_be_cut_and_no_more()
    {
        using var driver = new ModelDriver();
        driver.Say("Good morning").Send(new ResponseCreateEvent());
        var id = driver.Last("response.output_item.done")["item"]!["id"]!.ToString();
        var length = TimeSpan.FromSeconds(Audio(driver).Length / 48_000.0);

        driver.Send(new ConversationItemTruncateEvent { ItemId = id, AudioEnd = length + TimeSpan.FromMilliseconds(1) });
        driver.LastError()["message"]!.ToString().Should().Be($"Audio content of {length.TotalMilliseconds:0}ms is already shorter than {length.TotalMilliseconds + 1:0}ms");
        driver.Send(new ConversationItemTruncateEvent { ItemId = id, AudioEnd = TimeSpan.FromMilliseconds(500) });
        driver.Last("conversation.item.truncated")["audio_end_ms"]!.GetValue<int>().Should().Be(500);

        driver.Send(new ConversationItemRetrieveEvent { ItemId = id });
        var part = driver.Last("conversation.item.retrieved")["item"]!["content"]![0]!.AsObject();
        part.Should().NotContainKey("transcript");
        Convert.FromBase64String(part["audio"]!.ToString()).Should().Equal(Audio(driver).Take(24_000));
    }

    [Fact]
    public void Only_the_models_audio_can_be_cut()
    {
        using var driver = new ModelDriver();
        var id = driver.Say("Hi").Last("conversation.item.done")["item"]!["id"]!.ToString();

        driver.Send(new ConversationItemTruncateEvent { ItemId = id, AudioEnd = TimeSpan.Zero }).LastError()["param"]!.ToString().Should().Be("content_index");
        driver.Send(new ConversationItemTruncateEvent { ItemId = "gone", AudioEnd = TimeSpan.Zero }).LastError()["code"]!.ToString().Should().Be("item_truncate_invalid_item_id");
    }

    [Fact]
    public void A_voice_that_was_heard_stays()
    {
        using var driver = new ModelDriver();
        driver.Say("Hi").Send(new ResponseCreateEvent());

        driver.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"output":{"voice":"cedar"}}}}""");

        driver.LastError()["code"]!.ToString().Should().Be("cannot_update_voice");
        driver.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"output":{"voice":"alloy"}}}}""").Last("session.updated").Should().NotBeNull();
    }

    [Fact]
    public void In_a_call_audio_goes_beside_the_events()
    {
        using var driver = new ModelDriver(hasMedia: true);

        driver.Say("Hi").Send(new ResponseCreateEvent()).Pass(10);

        driver.TakeTypes().Should().NotContain("response.output_audio.delta").And.ContainInOrder(
            "output_audio_buffer.started", "response.output_audio_transcript.delta", "response.output_audio.done", "response.done", "output_audio_buffer.stopped");
    }

    [Fact]
    public void Playback_is_the_clients_own_over_a_socket()
    {
        using var driver = new ModelDriver();

        driver.Send(new OutputAudioBufferClearEvent()).LastError()["code"]!.ToString().Should().Be("invalid_value");
    }

    private static IEnumerable<string> Deltas(ModelDriver driver, string type) =>
        driver.Sent.Where(message => ModelDriver.Type(message) == type).Select(message => message["delta"]!.ToString());

    private static byte[] Audio(ModelDriver driver) => [.. Deltas(driver, "response.output_audio.delta").SelectMany(Convert.FromBase64String)];
}
