namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ResponseControlTests
{
    private const string Text = """{"type":"realtime","output_modalities":["text"]}""";

    private static readonly EmulatorModelOptions Paced = new() { Pace = EmulatorPace.Speech };

    [Fact]
    public void A_second_response_at_a_time_is_refused()
    {
        using var driver = ModelDriver.With(Text, Paced);
        driver.Say("Hi").Send(new ResponseCreateEvent());

        driver.Send("""{"type":"response.create","event_id":"mine"}""");

        driver.LastError()["code"]!.ToString().Should().Be("conversation_already_has_active_response");
        driver.LastError()["event_id"]!.ToString().Should().Be("mine");
        driver.Log.All.Should().ContainSingle().Which.Rule.Should().Be("conversation_already_has_active_response");
    }

    [Fact]
    public void Responses_out_of_band_run_beside_the_conversations()
    {
        using var driver = ModelDriver.With(Text, Paced);
        driver.Say("Hi").Send(new ResponseCreateEvent());

        driver.Send("""{"type":"response.create","response":{"conversation":"none","metadata":{"which":"other"}}}""").Pass(30);

        driver.Sent.Count(message => ModelDriver.Type(message) == "response.done").Should().Be(2);
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_cancelled_response_ends_where_it_is()
    {
        using var driver = ModelDriver.With(Text, Paced);
        driver.Say("one two three four five six").Send(new ResponseCreateEvent()).Pass(0.25).Pass(0.03).Take();

        driver.Send(new ResponseCancelEvent());

        driver.TakeTypes().Should().Equal(
            "response.output_text.done", "response.content_part.done", "conversation.item.done", "response.output_item.done", "response.done", "rate_limits.updated");
        var done = driver.Last("response.done")["response"]!;
        done["status"]!.ToString().Should().Be("cancelled");
        done["status_details"]!.ToJsonString().Should().Be("""{"type":"cancelled","reason":"client_cancelled"}""");
        done["output"]![0]!["status"]!.ToString().Should().Be("incomplete");
        driver.Pass(60).Take().Should().BeEmpty();
    }

    [Fact]
    public void A_cancel_without_a_response_is_a_harmless_error()
    {
        using var driver = ModelDriver.With(Text);

        driver.Send("""{"type":"response.cancel","event_id":"c1"}""");

        driver.LastError()["code"]!.ToString().Should().Be("response_cancel_not_active");
        driver.LastError()["event_id"]!.ToString().Should().Be("c1");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_session_is_closed_when_its_time_is_over()
    {
        using var driver = new ModelDriver();

        driver.Pass(3599).Closed.Should().BeNull();
        driver.Pass(1);

        driver.Closed.Should().Be((1001, "Your session hit the maximum duration of 60 minutes."));
    }

    [Fact]
    public void Rate_limits_count_down_and_come_back_after_a_minute()
    {
        using var driver = ModelDriver.With(Text);
        static int Requests(ModelDriver driver) => driver.Last("rate_limits.updated")["rate_limits"]![0]!["remaining"]!.GetValue<int>();

        driver.Send(new ResponseCreateEvent()).Send(new ResponseCreateEvent());
        Requests(driver).Should().Be(998);

        driver.Pass(61).Send(new ResponseCreateEvent());
        Requests(driver).Should().Be(999);
    }
}
