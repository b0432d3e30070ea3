namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class InputAudioTests
{
    private const string Manual = """{"type":"realtime","audio":{"input":{"turn_detection":null}}}""";

    [Fact]
    public void Appended_audio_is_not_answered()
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(Sounds.Speech(1), chunk: 960);

        driver.Take().Should().BeEmpty();
    }

    [Fact]
    public void A_commit_makes_a_message_of_the_user()
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(Sounds.Speech(1)).Send(new InputAudioBufferCommitEvent());

        driver.TakeTypes().Should().Equal("input_audio_buffer.committed", "conversation.item.added", "conversation.item.done");
        driver.Last("conversation.item.added")["item"]!["id"]!.ToString().Should().Be(driver.Last("input_audio_buffer.committed")["item_id"]!.ToString());
        driver.Last("conversation.item.added")["item"]!["content"]!.ToJsonString().Should().Be("""[{"type":"input_audio","transcript":null}]""");
    }

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(4798, "99.96")]
    public void A_commit_of_less_than_100_ms_is_refused(int bytes, string milliseconds)
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(new byte[bytes]).Send(new InputAudioBufferCommitEvent());

        driver.LastError()["code"]!.ToString().Should().Be("input_audio_buffer_commit_empty");
        driver.LastError()["message"]!.ToString().Should().Contain($"only has {milliseconds}ms");
    }

    [Fact]
    public void Exactly_100_ms_can_be_committed_in_any_format()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":null,"format":{"type":"audio/pcmu"}}}}""");

        driver.Append(new byte[800]).Send(new InputAudioBufferCommitEvent());

        driver.TakeTypes().Should().Contain("input_audio_buffer.committed");
    }

    [Fact]
    public void A_cleared_buffer_is_empty()
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(Sounds.Speech(1)).Send(new InputAudioBufferClearEvent()).Send(new InputAudioBufferCommitEvent());

        driver.TakeTypes().Should().Equal("input_audio_buffer.cleared", "error");
    }

    [Fact]
    public void A_full_buffer_takes_no_more()
    {
        using var driver = new ModelDriver(new() { MaxInputAudioBytes = 1000 });

        driver.Append(new byte[800]).Append(new byte[800]);

        driver.LastError()["param"]!.ToString().Should().Be("audio");
    }

    [Theory]
    [InlineData("""{"type":"input_audio_buffer.append"}""", "missing_required_parameter")]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"no base64!"}""", "invalid_value")]
    public void Audio_that_is_none_is_refused(string message, string code)
    {
        using var driver = new ModelDriver();

        driver.Send(message);

        (driver.LastError()["code"]!.ToString(), driver.LastError()["param"]!.ToString()).Should().Be((code, "audio"));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(960)]
    [InlineData(1234)]
    public void A_spoken_turn_is_found_committed_and_answered_however_it_is_cut(int chunk)
    {
        using var driver = new ModelDriver();
        driver.Take();

        driver.Append(Sounds.Turn(1), chunk);

        driver.TakeTypes().Distinct().Should().Equal(
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "response.created",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_audio_transcript.delta",
            "response.output_audio.delta",
            "response.output_audio.done",
            "response.output_audio_transcript.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.done",
            "rate_limits.updated");
        driver.Last("input_audio_buffer.speech_started")["audio_start_ms"]!.GetValue<int>().Should().Be(500 - 300);
        driver.Last("input_audio_buffer.speech_stopped")["audio_end_ms"]!.GetValue<int>().Should().BeInRange(1500, 1500 + 220);
    }

    [Fact]
    public void A_committed_turn_begins_with_its_padding()
    {
        using var driver = new ModelDriver();
        driver.Append(Sounds.Turn(1));
        var (start, stop) = (driver.Last("input_audio_buffer.speech_started"), driver.Last("input_audio_buffer.speech_stopped"));

        driver.Send(new ConversationItemRetrieveEvent { ItemId = start["item_id"]!.ToString() });

        var audio = Convert.FromBase64String(driver.Last("conversation.item.retrieved")["item"]!["content"]![0]!["audio"]!.ToString());
        var length = stop["audio_end_ms"]!.GetValue<int>() - start["audio_start_ms"]!.GetValue<int>();
        audio.Length.Should().Be(length * 48);
    }

    [Theory]
    [InlineData("server_vad", ",\"silence_duration_ms\":2000")]
    [InlineData("semantic_vad", ",\"eagerness\":\"low\"")]
    public void A_pause_shorter_than_asked_ends_no_turn(string type, string more)
    {
        using var driver = ModelDriver.With($$"""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"{{type}}"{{more}}} } } }""");

        driver.Append([.. Sounds.Speech(0.5), .. Sounds.Silence(1.2), .. Sounds.Speech(0.5)]);

        driver.TakeTypes().Should().Equal("input_audio_buffer.speech_started");
    }

    [Fact]
    public void Semantic_detection_waits_longer_after_few_words()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"high"}}}}""");

        driver.Append([.. Sounds.Speech(0.4), .. Sounds.Silence(1.9)]).TakeTypes().Should().NotContain("input_audio_buffer.speech_stopped");
        driver.Append(Sounds.Silence(0.3)).TakeTypes().Should().Contain("input_audio_buffer.speech_stopped");
        driver.Append([.. Sounds.Speech(1.5), .. Sounds.Silence(0.6)]).TakeTypes().Should().Contain("input_audio_buffer.speech_stopped");
    }

    [Fact]
    public void A_high_threshold_hears_no_quiet_voice()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.9}}}}""");
        var quiet = Sounds.Turn(1);
        for (var i = 0; i < quiet.Length; i += 2)
            BitConverter.TryWriteBytes(quiet.AsSpan(i), (short)(BitConverter.ToInt16(quiet, i) / 8));

        driver.Append(quiet).Take().Should().BeEmpty();
    }

    [Fact]
    public void Without_create_response_a_turn_is_only_committed()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","create_response":false}}}}""");

        driver.Append(Sounds.Turn(1));

        driver.TakeTypes().Should().Contain("conversation.item.done").And.NotContain("response.created");
    }

    [Fact]
    public void Speech_interrupts_the_model()
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.Speech });
        driver.Append(Sounds.Turn(1)).Pass(1).Take();

        driver.Append(Sounds.Speech(0.2));

        var events = driver.Take();
        events.Select(ModelDriver.Type).Should().StartWith(["input_audio_buffer.speech_started", "response.output_audio.done"]);
        events.Single(message => ModelDriver.Type(message) == "response.done")["response"]!["status_details"]!["reason"]!.ToString().Should().Be("turn_detected");
    }

    [Fact]
    public void Speech_that_may_not_interrupt_is_answered_after()
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.Speech });
        driver.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","interrupt_response":false}}}}}""");
        driver.Append(Sounds.Turn(1)).Pass(1).Append(Sounds.Turn(1)).Pass(60);

        driver.Sent.Where(message => ModelDriver.Type(message) is "response.created" or "response.done").Select(ModelDriver.Type)
            .Should().Equal("response.created", "response.done", "response.created", "response.done");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_user_who_stays_silent_is_asked_again()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":5000}}}}""");
        driver.Append(Sounds.Turn(1));
        var spoken = driver.Sent.Where(message => ModelDriver.Type(message) == "response.output_audio.delta")
            .Sum(message => Convert.FromBase64String(message["delta"]!.ToString()).Length) / 48_000.0;

        driver.Append(Sounds.Silence(3)).Take();
        driver.Pass(spoken + 4.9).Take().Should().BeEmpty();
        driver.Pass(0.2);

        driver.TakeTypes().Should().StartWith(["input_audio_buffer.timeout_triggered", "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done", "response.created"]);
        var timeout = driver.Last("input_audio_buffer.timeout_triggered");
        (timeout["audio_end_ms"]!.GetValue<int>() - timeout["audio_start_ms"]!.GetValue<int>()).Should().Be(3000);
    }
}
