namespace Realtime.Sdk.Testing.Tests.Simulation;

/// <summary>Reports about clients that answer function calls but request no response.</summary>
public sealed class FunctionOutputTests
{
    private const string Tools = """{"type":"realtime","output_modalities":["text"],"tools":[{"type":"function","name":"find_book"},{"type":"function","name":"find_shelf"}]}""";

    [Fact]
    public void An_output_that_a_response_uses_is_not_reported()
    {
        var driver = Asked();

        Answer(driver).Send(new ResponseCreateEvent()).Say("Thank you.").Send(new ResponseCreateEvent()).Dispose();

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void The_same_output_twice_is_reported()
    {
        using var driver = Asked();

        Answer(Answer(driver), eventId: "again").Send(new ResponseCreateEvent());

        Only(driver).Should().Match<EmulatorViolation>(violation => violation.Rule == "duplicate_function_call_output" && violation.EventId == "again");
    }

    [Fact]
    public void A_session_that_ends_on_an_output_is_reported()
    {
        var driver = Asked();

        Answer(driver).Dispose();

        Only(driver).Should().Match<EmulatorViolation>(violation =>
            violation.Rule == "no_response_after_function_call_output" && violation.Message.StartsWith("The session ended") && violation.Message.Contains("find_book (call_"));
    }

    [Fact]
    public void A_next_message_of_the_user_before_a_response_is_reported()
    {
        using var driver = Asked();

        Answer(driver).Say("And now?").Send(new ResponseCreateEvent());

        Only(driver).Should().Match<EmulatorViolation>(violation =>
            violation.Rule == "no_response_after_function_call_output" && violation.EventType == "conversation.item.create");
    }

    [Fact]
    public void A_next_turn_in_speech_before_a_response_is_reported()
    {
        using var driver = Asked();

        Answer(driver).Append(Sounds.Turn(1));

        Only(driver).Rule.Should().Be("no_response_after_function_call_output");
    }

    [Fact]
    public void An_output_during_speech_needs_no_response_of_its_own()
    {
        using var driver = Asked();

        driver.Append(Sounds.Speech(0.5));
        Answer(driver).Append(Sounds.Silence(1));

        driver.Sent.Select(ModelDriver.Type).Should().Contain("input_audio_buffer.speech_stopped");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void An_output_during_push_to_talk_needs_no_response_of_its_own()
    {
        using var driver = Asked(more: ""","audio":{"input":{"turn_detection":null}}""");

        driver.Append(Sounds.Speech(0.5));
        Answer(driver).Send(new InputAudioBufferCommitEvent()).Send(new ResponseCreateEvent());

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_canceled_response_gets_its_outputs_and_needs_no_other()
    {
        using var driver = Asked(EmulatorPace.Service, "The book and the shelf");
        driver.Pass(0.3).Send(new ResponseCancelEvent());
        driver.Last("response.done")["response"]!["output"]!.AsArray().Select(item => item!["status"]!.ToString()).Should().Equal("completed", "incomplete");

        Answer(driver).Say("Something else.").Send(new ResponseCreateEvent()).Pass(60);

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void While_another_call_is_not_answered_no_response_is_expected()
    {
        using var driver = Asked(words: "The book and the shelf");

        Answer(driver).Append(Sounds.Turn(1));

        driver.Log.All.Select(violation => violation.Rule).Should().NotContain("no_response_after_function_call_output");
    }

    [Fact]
    public void A_history_that_the_client_writes_itself_needs_no_response()
    {
        using var driver = ModelDriver.With(Tools);

        driver.Send(new ConversationItemCreateEvent { Item = new FunctionCallItem { CallId = "call_1", Name = "find_book", Arguments = "{}" } });
        Answer(driver, callId: "call_1").Say("And now?").Send(new ResponseCreateEvent());

        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void During_an_active_response_no_other_is_expected()
    {
        using var driver = Asked(EmulatorPace.Service);
        driver.Pass(60).Say("Wait.").Send(new ResponseCreateEvent()).Pass(0.3);

        Answer(driver).Say("Hello?").Append(Sounds.Turn(1));

        driver.Log.All.Select(violation => violation.Rule).Should().NotContain("no_response_after_function_call_output");
    }

    /// <summary>A session whose model has just called find_book.</summary>
    private static ModelDriver Asked(EmulatorPace pace = default, string words = "The book, please", string more = "") =>
        ModelDriver.With(Tools[..^1] + more + ",\"parallel_tool_calls\":true}", new() { Pace = pace }).Say(words).Send(new ResponseCreateEvent());

    private static ModelDriver Answer(ModelDriver driver, string? eventId = null, string? callId = null)
    {
        callId ??= driver.Sent.First(message => ModelDriver.Type(message) == "response.output_item.added" && message["item"]!["call_id"] is not null)["item"]!["call_id"]!.ToString();
        return driver.Send(new ConversationItemCreateEvent { EventId = eventId, Item = new FunctionCallOutputItem { CallId = callId, Output = "done" } });
    }

    private static EmulatorViolation Only(ModelDriver driver) => driver.Log.All.Should().ContainSingle().Subject;
}
