using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

/// <summary>The playback of calls: audio plays in real time, however fast it is generated.</summary>
public sealed class PlaybackTests
{
    private const string Words = "one two three four five six seven eight nine ten";

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    [InlineData(null)]
    public void Playback_takes_as_long_as_the_audio_whatever_the_pace(int? factor)
    {
        using var driver = Call(factor);
        var begun = driver.Clock.GetUtcNow();
        driver.Say(Words).Send(new ResponseCreateEvent());

        var (started, done, stopped) = (At(driver, "output_audio_buffer.started"), At(driver, "response.done"), At(driver, "output_audio_buffer.stopped"));

        var length = Length(driver);
        started.Should().Be(factor is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(250));
        (stopped - started).Should().BeCloseTo(length, TimeSpan.FromMilliseconds(20));
        (done - started).Should().BeCloseTo(factor is { } times ? length / times : TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        driver.Sent.Select(ModelDriver.Type).Should().ContainInOrder("output_audio_buffer.started", "response.output_audio_transcript.delta", "response.done", "output_audio_buffer.stopped");

        TimeSpan At(ModelDriver driver, string type)
        {
            while (driver.Sent.All(message => ModelDriver.Type(message) != type))
                driver.Clock.Advance(TimeSpan.FromMilliseconds(10));
            return driver.Clock.GetUtcNow() - begun;
        }
    }

    [Fact]
    public void Audio_that_is_generated_too_slowly_plays_with_gaps_and_stops_after_its_end()
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.AtFactor(0.5) }, hasMedia: true);

        driver.Say(Words).Send(new ResponseCreateEvent()).Pass(60);

        Playback(driver).Should().Equal("output_audio_buffer.started", "output_audio_buffer.stopped");
        driver.Sent.Select(ModelDriver.Type).Should().ContainInOrder("response.done", "output_audio_buffer.stopped");
    }

    [Fact]
    public void Responses_play_one_after_another()
    {
        using var driver = Call(factor: null);

        driver.Say(Words).Send(new ResponseCreateEvent()).Send(new ResponseCreateEvent());
        var ids = driver.Sent.Where(message => ModelDriver.Type(message) == "response.created").Select(message => message["response"]!["id"]!.ToString()).ToList();
        Playback(driver).Should().Equal("output_audio_buffer.started");
        driver.Pass(60);

        driver.Sent.Where(IsPlayback).Select(message => (ModelDriver.Type(message)[20..], message["response_id"]!.ToString())).Should().Equal(
            ("started", ids[0]), ("stopped", ids[0]), ("started", ids[1]), ("stopped", ids[1]));
    }

    [Fact]
    public void Speech_after_generation_interrupts_the_playback()
    {
        using var driver = Call(factor: 4);
        driver.Say(Words).Send(new ResponseCreateEvent()).Pass(2);
        driver.TakeTypes().Should().Contain("response.done").And.NotContain("output_audio_buffer.stopped");

        driver.Append(Sounds.Speech(0.2));

        driver.TakeTypes().Should().Equal("input_audio_buffer.speech_started", "output_audio_buffer.cleared", "conversation.item.truncated");
        var truncated = driver.Last("conversation.item.truncated");
        truncated["item_id"]!.ToString().Should().Be(driver.Last("response.done")["response"]!["output"]![0]!["id"]!.ToString());
        truncated["audio_end_ms"]!.GetValue<int>().Should().Be(2000 - 250);
        driver.Last("output_audio_buffer.cleared")["response_id"]!.ToString().Should().Be(driver.Last("response.done")["response"]!["id"]!.ToString());
        driver.Pass(60).TakeTypes().Should().BeEmpty();
        driver.Send(new ConversationItemRetrieveEvent { ItemId = truncated["item_id"]!.ToString() });
        driver.Last("conversation.item.retrieved")["item"]!["content"]![0]!.AsObject().Should().NotContainKey("transcript");
    }

    [Fact]
    public void Speech_during_generation_cancels_it_and_interrupts_the_playback()
    {
        using var driver = Call(factor: 4);
        driver.Say(Words).Send(new ResponseCreateEvent()).Pass(0.75).Take();

        driver.Append(Sounds.Speech(0.2));

        driver.TakeTypes().Should().ContainInOrder("input_audio_buffer.speech_started", "response.done", "output_audio_buffer.cleared", "conversation.item.truncated", "rate_limits.updated");
        driver.Last("response.done")["response"]!["status_details"]!["reason"]!.ToString().Should().Be("turn_detected");
        driver.Last("conversation.item.truncated")["audio_end_ms"]!.GetValue<int>().Should().Be(500);
    }

    [Fact]
    public void Responses_that_wait_to_be_played_are_truncated_to_nothing()
    {
        using var driver = Call(factor: null);
        driver.Say(Words).Send(new ResponseCreateEvent()).Send(new ResponseCreateEvent()).Pass(1).Take();

        driver.Append(Sounds.Speech(0.2));

        driver.Take().Where(message => ModelDriver.Type(message) == "conversation.item.truncated").Select(message => message["audio_end_ms"]!.GetValue<int>()).Should().Equal(1000, 0);
        driver.Sent.Count(message => ModelDriver.Type(message) == "output_audio_buffer.cleared").Should().Be(1);
    }

    [Fact]
    public void Audio_that_the_client_has_cut_is_not_made_longer_by_an_interruption()
    {
        using var driver = Call(factor: null);
        driver.Say(Words).Send(new ResponseCreateEvent());
        var item = driver.Last("response.output_item.done")["item"]!["id"]!.ToString();
        driver.Pass(1).Send(new ConversationItemTruncateEvent { ItemId = item, AudioEnd = TimeSpan.FromMilliseconds(200) });

        driver.Pass(1).Append(Sounds.Speech(0.2));

        driver.Last("conversation.item.truncated")["audio_end_ms"]!.GetValue<int>().Should().Be(200);
    }

    [Fact]
    public void Speech_that_may_not_interrupt_lets_the_audio_play_to_its_end()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","interrupt_response":false,"create_response":false}}}}""", hasMedia: true);
        driver.Say(Words).Send(new ResponseCreateEvent());

        driver.Append(Sounds.Speech(0.2)).Pass(60);

        Playback(driver).Should().Equal("output_audio_buffer.started", "output_audio_buffer.stopped");
    }

    [Fact]
    public void A_canceled_response_plays_on_until_the_buffer_is_cleared()
    {
        using var driver = Call(factor: 4);
        driver.Say(Words).Send(new ResponseCreateEvent()).Pass(0.75).Send(new ResponseCancelEvent());
        Playback(driver).Should().Equal("output_audio_buffer.started");

        driver.Send(new OutputAudioBufferClearEvent()).Pass(60);

        Playback(driver).Should().Equal("output_audio_buffer.started", "output_audio_buffer.cleared");
        driver.Sent.Select(ModelDriver.Type).Should().NotContain("conversation.item.truncated");
    }

    [Fact]
    public void A_response_that_was_cleared_plays_no_more_audio()
    {
        using var driver = Call(factor: 4);
        driver.Say(Words).Send(new ResponseCreateEvent()).Pass(0.75);

        driver.Send(new OutputAudioBufferClearEvent()).Pass(60);
        driver.Send(new ResponseCreateEvent()).Pass(60);

        Playback(driver).Should().Equal("output_audio_buffer.started", "output_audio_buffer.cleared", "output_audio_buffer.started", "output_audio_buffer.stopped");
    }

    [Fact]
    public void The_idle_timeout_begins_after_the_playback()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":5000}}}}""", new() { Pace = EmulatorPace.Service }, hasMedia: true);
        driver.Say(Words).Send(new ResponseCreateEvent());
        while (driver.Sent.All(message => ModelDriver.Type(message) != "output_audio_buffer.stopped"))
            driver.Pass(0.01);
        driver.Take();

        driver.Pass(4.9).Take().Should().BeEmpty();
        driver.Pass(0.2);

        driver.TakeTypes().First().Should().Be("input_audio_buffer.timeout_triggered");
    }

    private static ModelDriver Call(int? factor) => new(new() { Pace = factor is { } times ? EmulatorPace.AtFactor(times) : EmulatorPace.Instant }, hasMedia: true);

    private static bool IsPlayback(JsonObject message) => ModelDriver.Type(message).StartsWith("output_audio_buffer.", StringComparison.Ordinal);

    private static IEnumerable<string> Playback(ModelDriver driver) => driver.Sent.Where(IsPlayback).Select(ModelDriver.Type);

    /// <summary>The length of the audio by the tokens that it cost: 20 in a second.</summary>
    private static TimeSpan Length(ModelDriver driver) =>
        TimeSpan.FromSeconds(driver.Last("response.done")["response"]!["usage"]!["output_token_details"]!["audio_tokens"]!.GetValue<int>() / 20.0);
}
