using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ToolTests
{
    private const string Weather = """
        {"type":"function","name":"get_weather","description":"The weather of a place.","parameters":{"type":"object",
         "properties":{"place":{"type":"string"},"days":{"type":"integer","minimum":1},"unit":{"enum":["celsius","fahrenheit"]} },"required":["place","days","unit"]} }
        """;

    private const string Session = $$"""{"type":"realtime","output_modalities":["text"],"tools":[{{Weather}}]}""";

    [Fact]
    public void A_tool_that_shares_a_word_with_the_user_is_called()
    {
        using var driver = ModelDriver.With(Session);
        driver.Say("How is the weather in Paris now?").Take();

        driver.Send(new ResponseCreateEvent());

        driver.TakeTypes().Distinct().Should().Equal(
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
            "rate_limits.updated");
        var done = driver.Last("response.function_call_arguments.done");
        done["name"]!.ToString().Should().Be("get_weather");
        done["arguments"]!.ToString().Should().Be("""{"place":"Paris","days":1,"unit":"celsius"}""");
        driver.Last("response.done")["response"]!["output"]![0]!.AsObject().Select(member => member.Key).Should().Equal("id", "type", "status", "name", "call_id", "arguments");
    }

    [Fact]
    public void The_output_is_used_in_the_next_answer()
    {
        using var driver = ModelDriver.With(Session);
        driver.Say("How is the weather?").Send(new ResponseCreateEvent());
        var call = driver.Last("response.function_call_arguments.done")["call_id"]!.ToString();

        driver.Send(new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = call, Output = "sunny" } }).Send(new ResponseCreateEvent());

        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("get_weather says: sunny");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void What_has_nothing_to_do_with_a_tool_is_answered_in_words()
    {
        using var driver = ModelDriver.With(Session);

        driver.Say("Good morning").Send(new ResponseCreateEvent());

        driver.Last("response.output_text.done").Should().NotBeNull();
    }

    [Theory]
    [InlineData("\"required\"", true)]
    [InlineData("{\"type\":\"function\",\"name\":\"get_weather\"}", true)]
    [InlineData("\"auto\"", false)]
    [InlineData("\"none\"", false)]
    public void Tool_choice_decides(string choice, bool calls)
    {
        using var driver = ModelDriver.With(Session);

        driver.Say("Good morning").Send($$"""{"type":"response.create","response":{"tool_choice":{{choice}} } }""");

        driver.TakeTypes().Contains("response.function_call_arguments.done").Should().Be(calls);
    }

    [Fact]
    public void No_tools_for_a_response_means_no_calls()
    {
        using var driver = ModelDriver.With(Session);

        driver.Say("The weather?").Send("""{"type":"response.create","response":{"tools":[]}}""");

        driver.TakeTypes().Should().NotContain("response.function_call_arguments.done");
    }

    [Fact]
    public void Several_tools_are_called_at_once_when_the_session_allows()
    {
        using var driver = ModelDriver.With($$"""
            {"type":"realtime","parallel_tool_calls":true,"tools":[{{Weather}},{"type":"function","name":"weatherAlerts","parameters":{"type":"object"} }]}
            """);

        driver.Say("The weather?").Send(new ResponseCreateEvent());

        driver.Last("response.done")["response"]!["output"]!.AsArray().Select(item => item!["name"]!.ToString()).Should().Equal("get_weather", "weatherAlerts");
    }

    [Fact]
    public void A_call_that_is_never_answered_is_a_violation()
    {
        var driver = ModelDriver.With(Session).AllowViolations();
        driver.Say("The weather?").Send(new ResponseCreateEvent());

        driver.Say("Never mind").Send(new ResponseCreateEvent()).Send(new ResponseCreateEvent()).Dispose();

        driver.Log.All.Should().ContainSingle().Which.Rule.Should().Be("unanswered_function_call");
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"when":{"type":"string","format":"date"},"other":{"type":"string"}},"required":["when"]}""", """{"when":"2026-01-01"}""")]
    [InlineData("""{"type":"object","properties":{"list":{"type":"array","items":{"type":"boolean"},"minItems":2}}}""", """{"list":[true,true]}""")]
    [InlineData("""{"type":"object","properties":{"x":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"number","maximum":0.5}}}""", """{"x":0.5}""")]
    [InlineData("""{"type":"object","properties":{"x":{"anyOf":[{"const":3},{"type":"null"}]},"y":{"type":["integer","null"]}}}""", """{"x":3,"y":1}""")]
    [InlineData("""{"type":"object","properties":{"self":{"$ref":"#"}},"required":["self"]}""", null)]
    [InlineData("""{"type":"object","properties":{"word":{"type":"string","maxLength":3}}}""", """{"word":"sho"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"},"d":{"$ref":"#"}}}""", null)]
    [InlineData("""{"type":"object","properties":{"word":{"type":"string","minLength":2000000000,"maxLength":-1}}}""", null)]
    [InlineData("""{"type":"object","properties":{"when":{"type":"string","format":"date-time"},"at":{"type":"string","format":"time"}}}""", """{"when":"2026-01-01T12:00:00Z","at":"12:00:00"}""")]
    [InlineData("""{"type":"object","properties":{"mail":{"type":"string","format":"email"},"link":{"type":"string","format":"uri"}}}""", """{"mail":"someone@example.com","link":"https://example.com/"}""")]
    [InlineData("""{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"other":{"type":"string","format":"later"}}}""", """{"id":"00000000-0000-4000-8000-000000000000","other":"show"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"minimum":2.5,"type":"integer"},"b":{"exclusiveMinimum":2,"type":"number"},"c":{"type":"number"}}}""", """{"a":3,"b":3,"c":1}""")]
    [InlineData("""{"type":"object","properties":{"a":{"enum":["x","y"]},"b":{"examples":[7]},"c":{"default":false},"d":{"type":"string","enum":[]}}}""", """{"a":"x","b":7,"c":false,"d":"show"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"oneOf":[{"type":"boolean"}]},"b":{"allOf":[{"type":"integer"}]},"c":{"anyOf":[]}}}""", """{"a":true,"b":1,"c":null}""")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"type":"boolean"}}},"c":{"type":"array","minItems":0},"d":true,"e":{"type":[]}}}""", """{"a":{"b":true},"c":[],"d":null,"e":null}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/x~1y/z~0"},"b":{"$ref":"#/$defs/missing/x"}},"$defs":{"x/y":{"z~":{"type":"integer"}}}}""", """{"a":1,"b":null}""")]
    [InlineData("17", "{}")]
    public void Arguments_follow_the_schema(string schema, string? arguments)
    {
        using var driver = ModelDriver.With($$"""{"type":"realtime","tools":[{"type":"function","name":"show","parameters":{{(schema == "17" ? "{}" : schema)}} }]}""");

        driver.Say("show").Send(new ResponseCreateEvent());

        var made = driver.Last("response.function_call_arguments.done")["arguments"]!.ToString();
        JsonNode.Parse(made).Should().BeOfType<JsonObject>();
        (arguments ?? made).Should().Be(made);
    }
}
