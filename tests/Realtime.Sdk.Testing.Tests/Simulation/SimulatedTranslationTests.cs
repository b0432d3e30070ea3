namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class SimulatedTranslationTests
{
    [Fact]
    public void Speech_is_translated_while_it_comes()
    {
        using var driver = Driver();
        driver.Send("""{"type":"session.update","session":{"audio":{"output":{"language":"es"},"input":{"transcription":{"model":"gpt-realtime-whisper"}}}}}""").Take();

        Speak(driver, 1.5);

        driver.TakeTypes().Take(3).Should().Equal("session.input_transcript.delta", "session.output_transcript.delta", "session.output_audio.delta");
        Deltas(driver, "session.input_transcript.delta").Should().StartWith("How are you?");
        Deltas(driver, "session.output_transcript.delta").Should().StartWith("[es] How are you?");
        var audio = driver.Last("session.output_audio.delta");
        (audio["sample_rate"]!.GetValue<int>(), audio["channels"]!.GetValue<int>(), audio["format"]!.ToString()).Should().Be((24_000, 1, "pcm16"));
        LevelMeter.Measure(Convert.FromBase64String(audio["delta"]!.ToString()), SampleFormat.Pcm()).RmsDecibels.Should().BeGreaterThan(-30);
    }

    [Fact]
    public void Silence_is_not_translated()
    {
        using var driver = Driver();

        driver.Take();
        driver.Send(new TranslationSessionInputAudioBufferAppendEvent { Audio = Sounds.Silence(5) });

        driver.Take().Should().BeEmpty();
    }

    [Fact]
    public void Without_transcription_the_source_is_not_told()
    {
        using var driver = Driver();

        Speak(driver, 1);

        driver.TakeTypes().Should().NotContain("session.input_transcript.delta").And.Contain("session.output_transcript.delta");
    }

    [Fact]
    public void Closing_says_what_is_left_and_ends_the_session()
    {
        using var driver = Driver();
        Speak(driver, 0.5);

        driver.Send(new TranslationSessionCloseEvent());

        Deltas(driver, "session.output_transcript.delta").Should().Be("[en] How are you?");
        driver.TakeTypes().Should().EndWith("session.closed");
        driver.Closed.Should().Be((1000, ""));
        driver.Send(new TranslationSessionCloseEvent()).LastError()["code"]!.ToString().Should().Be("invalid_event");
        driver.Log.All.Should().ContainSingle();
    }

    [Fact]
    public void Events_of_a_conversation_are_unknown_here()
    {
        using var driver = Driver();

        driver.Send("""{"type":"response.create"}""").LastError()["param"]!.ToString().Should().Be("type");
    }

    private static ModelDriver Driver() => new(session: ModelDriver.Translation, model: model => model.Hears("How are you?", "Fine."));

    private static void Speak(ModelDriver driver, double seconds) =>
        driver.Send(new TranslationSessionInputAudioBufferAppendEvent { Audio = Sounds.Speech(seconds) });

    private static string Deltas(ModelDriver driver, string type) =>
        string.Concat(driver.Sent.Where(message => ModelDriver.Type(message) == type).Select(message => message["delta"]!.ToString()));
}
