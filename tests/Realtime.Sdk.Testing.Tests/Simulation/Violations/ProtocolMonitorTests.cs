namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ProtocolMonitorTests
{
    private const string Manual = """{"type":"realtime","audio":{"input":{"turn_detection":null}}}""";

    [Fact]
    public void A_push_to_talk_turn_is_no_violation()
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(Sounds.Speech(1)).Send(new InputAudioBufferCommitEvent()).Send(new ResponseCreateEvent());
        driver.Append(Sounds.Speech(1)).Send(new InputAudioBufferCommitEvent()).Send(new ResponseCreateEvent());

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void Audio_between_commit_and_response_is_a_race()
    {
        using var driver = ModelDriver.With(Manual);

        driver.Append(Sounds.Speech(1)).Send(new InputAudioBufferCommitEvent()).Append(Sounds.Speech(0.1)).Send(new ResponseCreateEvent { EventId = "r" });

        driver.Log.All.Should().ContainSingle().Which.Should().Match<EmulatorViolation>(violation => violation.Rule == "audio_after_commit" && violation.EventId == "r");
    }

    [Fact]
    public void A_commit_beside_turn_detection_is_needless()
    {
        using var driver = new ModelDriver();

        driver.Append(Sounds.Speech(1)).Send(new InputAudioBufferCommitEvent());

        driver.Log.All.Should().ContainSingle().Which.Rule.Should().Be("needless_commit");
    }

    [Fact]
    public void A_truncation_beyond_the_audio_is_listed()
    {
        using var driver = new ModelDriver();
        driver.Say("Hi").Send(new ResponseCreateEvent());
        var id = driver.Last("response.output_item.done")["item"]!["id"]!.ToString();

        driver.Send(new ConversationItemTruncateEvent { ItemId = id, AudioEnd = TimeSpan.FromMinutes(1) });

        driver.Log.All.Should().ContainSingle().Which.EventType.Should().Be("conversation.item.truncate");
    }

    [Fact]
    public void A_call_that_is_never_answered_is_listed_at_the_end()
    {
        var driver = ModelDriver.With("""{"type":"realtime","tools":[{"type":"function","name":"find_book"}]}""");
        driver.Say("The book, please").Send(new ResponseCreateEvent());
        driver.Log.All.Should().BeEmpty();

        driver.Dispose();

        driver.Log.All.Should().ContainSingle().Which.Message.Should().StartWith("The session ended before find_book");
    }

    [Fact]
    public void A_call_that_was_cut_off_needs_no_answer()
    {
        var driver = ModelDriver.With("""{"type":"realtime","tools":[{"type":"function","name":"find_book","parameters":{"type":"object","properties":{"title":{"type":"string"}}}}]}""", new() { Pace = EmulatorPace.Speech });
        driver.Say("The book, please").Send(new ResponseCreateEvent()).Pass(0.26).Send(new ResponseCancelEvent());

        driver.Dispose();

        driver.Sent.Select(ModelDriver.Type).Should().Contain("response.function_call_arguments.delta");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_request_that_crosses_the_answer_to_a_turn_is_no_violation()
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.Speech });
        driver.Append(Sounds.Turn());

        driver.Send(new ResponseCreateEvent());

        driver.LastError()["code"]!.ToString().Should().Be("conversation_already_has_active_response");
        driver.Log.All.Should().BeEmpty();
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1.1)]
    public void A_request_that_knows_of_the_answer_to_a_turn_is_listed(int requests, double secondsAfterTheBeginning)
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.Speech }, model: model => model.When("").Says(string.Join(' ', Enumerable.Repeat("word", 30))));
        driver.Append(Sounds.Turn());
        driver.Pass(secondsAfterTheBeginning);

        for (var i = 0; i < requests; i++)
            driver.Send(new ResponseCreateEvent { EventId = $"r{i}" });

        driver.Log.All.Should().ContainSingle().Which.Should().Match<EmulatorViolation>(
            violation => violation.Rule == "conversation_already_has_active_response" && violation.EventId == $"r{requests - 1}");
    }

    [Fact]
    public void A_request_beside_a_response_that_the_client_asked_for_is_listed()
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.Speech });
        driver.Say("Hi").Send(new ResponseCreateEvent());

        driver.Send(new ResponseCreateEvent());

        driver.Log.All.Should().ContainSingle().Which.Rule.Should().Be("conversation_already_has_active_response");
    }
}
