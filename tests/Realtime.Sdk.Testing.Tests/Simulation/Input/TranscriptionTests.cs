namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class TranscriptionTests
{
    [Fact]
    public void The_users_audio_is_transcribed_when_the_session_asks()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}""", model: model => model.Hears("What time is it?"));

        driver.Append(Sounds.Turn(1));

        var deltas = driver.Sent.Where(message => ModelDriver.Type(message) == "conversation.item.input_audio_transcription.delta").Select(message => message["delta"]!.ToString());
        deltas.Should().Equal("What", " time", " is", " it?");
        var completed = driver.Last("conversation.item.input_audio_transcription.completed");
        completed["transcript"]!.ToString().Should().Be("What time is it?");
        completed["item_id"]!.ToString().Should().Be(driver.Last("input_audio_buffer.committed")["item_id"]!.ToString());
        driver.Last("response.output_audio_transcript.done")["transcript"]!.ToString().Should().Be("You said: What time is it?");
    }

    [Theory]
    [InlineData("whisper-1", "duration")]
    [InlineData("gpt-transcribe", "duration")]
    [InlineData("gpt-realtime-whisper", "duration")]
    [InlineData("gpt-4o-transcribe", "tokens")]
    [InlineData("gpt-4o-mini-transcribe", "tokens")]
    public void Usage_is_tokens_or_duration_by_model(string model, string type)
    {
        using var driver = new ModelDriver(session: ModelDriver.Transcription);
        driver.Send($$"""{"type":"session.update","session":{"type":"transcription","audio":{"input":{"turn_detection":null,"transcription":{"model":"{{model}}"} } } } }""");

        driver.Append(Sounds.Speech(1.5)).Send(new InputAudioBufferCommitEvent());

        var usage = driver.Last("conversation.item.input_audio_transcription.completed")["usage"]!;
        usage["type"]!.ToString().Should().Be(type);
        (usage["seconds"]?.GetValue<double>() ?? usage["input_tokens"]!.GetValue<int>()).Should().Be(type == "duration" ? 2 : 15);
    }

    [Fact]
    public void Log_probabilities_come_when_included()
    {
        using var driver = ModelDriver.With(
            """{"type":"realtime","include":["item.input_audio_transcription.logprobs"],"audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}""");

        driver.Append(Sounds.Turn(1));

        driver.Last("conversation.item.input_audio_transcription.completed")["logprobs"]!.AsArray().Should().HaveCount(8);
    }

    [Fact]
    public void A_transcription_session_finds_turns_and_answers_none()
    {
        using var driver = new ModelDriver(session: ModelDriver.Transcription);
        driver.Send("""{"type":"session.update","session":{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1"}}}}}""");

        driver.Append(Sounds.Turn(1)).Append(Sounds.Turn(1));

        driver.Sent.Count(message => ModelDriver.Type(message) == "conversation.item.input_audio_transcription.completed").Should().Be(2);
        driver.TakeTypes().Should().NotContain("response.created");
        driver.Send(new ResponseCreateEvent()).LastError()["code"]!.ToString().Should().Be("invalid_value");
    }

    [Fact]
    public void What_cannot_be_understood_fails_and_the_turn_goes_on()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"transcription":{"model":"whisper-1"}}}}""", model: model => model.Hears(""));

        driver.Append(Sounds.Turn(1));

        driver.Last("conversation.item.input_audio_transcription.failed")["error"]!["code"]!.ToString().Should().Be("audio_unintelligible");
        driver.Last("response.output_audio_transcript.done")["transcript"]!.ToString().Should().Be("You said: nothing.");
    }

    [Fact]
    public void Speakers_are_told_apart_by_segment()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe-diarize"}}}}""");

        driver.Append(Sounds.Turn(1));

        driver.Last("conversation.item.input_audio_transcription.segment")["speaker"]!.ToString().Should().Be("A");
    }
}
