using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class TextTurnTests
{
    private const string Text = """{"type":"realtime","output_modalities":["text"]}""";

    [Fact]
    public void A_session_begins_with_its_effective_configuration()
    {
        using var driver = new ModelDriver();

        driver.Take().Should().ContainSingle().Which["session"]!["audio"]!["output"]!["voice"]!.ToString().Should().Be("alloy");
    }

    [Fact]
    public void An_item_is_added_and_done()
    {
        using var driver = ModelDriver.With(Text);

        driver.Say("Hi");

        driver.TakeTypes().Should().Equal("conversation.item.added", "conversation.item.done");
        driver.Sent[^1]["item"]!.ToJsonString().Should().Match("""{"id":"item_*","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"Hi"}]}""");
        driver.Sent[^1].ToJsonString().Should().Contain("\"previous_item_id\":null");
    }

    [Fact]
    public void A_text_response_has_the_events_of_the_service_in_their_order()
    {
        using var driver = ModelDriver.With(Text);
        driver.Say("Hi there").Take();

        driver.Send(new ResponseCreateEvent());

        driver.TakeTypes().Should().Equal(
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
            "rate_limits.updated");
        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("You said: Hi there");
    }

    [Fact]
    public void A_response_is_described_as_the_service_describes_it()
    {
        using var driver = ModelDriver.With(Text);

        driver.Say("Hi").Send("""{"type":"response.create","response":{"metadata":{"turn":"1"},"max_output_tokens":200}}""");

        driver.Last("response.created")["response"]!.AsObject().Select(member => member.Key).Should().Equal(
            "object", "id", "status", "status_details", "output", "conversation_id", "output_modalities", "max_output_tokens", "audio", "usage", "metadata");
        var done = driver.Last("response.done")["response"]!;
        done["status"]!.ToString().Should().Be("completed");
        done["metadata"]!.ToJsonString().Should().Be("""{"turn":"1"}""");
        done["max_output_tokens"]!.GetValue<int>().Should().Be(200);
        done["output"]![0]!["content"]![0]!.ToJsonString().Should().Be("""{"type":"output_text","text":"You said: Hi"}""");
    }

    [Fact]
    public void Usage_counts_what_is_read_and_written_by_modality()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","output_modalities":["text"],"instructions":"12345678"}""");

        driver.Say("Hi there").Send(new ResponseCreateEvent());

        var usage = driver.Last("response.done")["response"]!["usage"]!;
        usage["input_token_details"]!["text_tokens"]!.GetValue<int>().Should().Be(2 + 3 + 2);
        usage["output_tokens"]!.GetValue<int>().Should().Be(("You said: Hi there".Length + 3) / 4);
        usage["total_tokens"]!.GetValue<int>().Should().Be(usage["input_tokens"]!.GetValue<int>() + usage["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public void A_long_context_is_read_from_the_cache_the_second_time()
    {
        using var driver = ModelDriver.With(Text);
        driver.Say(new string('a', 400)).Send(new ResponseCreateEvent());

        driver.Say("more").Send(new ResponseCreateEvent());

        driver.Last("response.done")["response"]!["usage"]!["input_token_details"]!["cached_tokens"]!.GetValue<int>().Should().Be(128);
    }

    [Fact]
    public void An_answer_over_its_limit_is_incomplete()
    {
        using var driver = ModelDriver.With(Text);

        driver.Say("one two three four five six seven eight").Send("""{"type":"response.create","response":{"max_output_tokens":4}}""");

        var done = driver.Last("response.done")["response"]!;
        done["status_details"]!.ToJsonString().Should().Be("""{"type":"incomplete","reason":"max_output_tokens"}""");
        done["output"]![0]!["status"]!.ToString().Should().Be("incomplete");
        done["usage"]!["output_tokens"]!.GetValue<int>().Should().BeLessThanOrEqualTo(4);
    }

    [Fact]
    public void A_response_out_of_band_leaves_the_conversation_alone()
    {
        using var driver = ModelDriver.With(Text);

        driver.Send("""
            {"type":"response.create","response":{"conversation":"none","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hm"}]}]}}
            """);

        driver.TakeTypes().Should().NotContain("conversation.item.added").And.Contain("response.done");
        driver.Last("response.done")["response"]!["conversation_id"].Should().BeNull();
        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("You said: Hm");
    }

    [Fact]
    public void An_empty_input_is_an_empty_context()
    {
        using var driver = ModelDriver.With(Text);

        driver.Say("Hi").Send("""{"type":"response.create","response":{"input":[]}}""");

        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("Hello! How can I help you?");
    }

    [Fact]
    public void An_input_may_refer_to_items()
    {
        using var driver = ModelDriver.With(Text);
        var id = driver.Say("first").Last("conversation.item.added")["item"]!["id"];

        driver.Say("second").Send($$"""{"type":"response.create","response":{"input":[{"type":"item_reference","id":"{{id}}"}]} }""");

        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("You said: first");
    }

    [Fact]
    public void A_user_of_the_emulator_may_write_the_answers()
    {
        using var driver = ModelDriver.With(Text, model: model => model.When("").Says(words => words.ToUpperInvariant()));

        driver.Say("hi").Send(new ResponseCreateEvent());

        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("HI");
    }

    [Fact]
    public void A_failing_answer_is_reported_and_nothing_more_is_sent()
    {
        using var driver = ModelDriver.With(Text, model: model => model.When("").Says(_ => throw new FormatException("mine")));

        driver.Say("hi").Send(new ResponseCreateEvent());

        driver.Failure.Should().BeOfType<FormatException>();
        driver.TakeTypes().Should().NotContain("response.done");
    }

    [Fact]
    public void Everything_sent_is_read_by_the_sdk_without_a_rest()
    {
        using var driver = ModelDriver.With(Text);

        driver.Say("Hi").Send(new ResponseCreateEvent()).Send(new ResponseCancelEvent());

        foreach (var message in driver.Sent)
        {
            var read = RealtimeJson.Deserialize<ServerEvent>(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()));
            read.Should().NotBeOfType<UnknownServerEvent>();
            read.AdditionalProperties.Should().BeEmpty();
        }
    }

    [Fact]
    public void The_same_session_twice_gives_the_same_bytes()
    {
        static IEnumerable<string> Run()
        {
            using var driver = ModelDriver.With(Text);
            return [.. driver.Say("Hi").Send(new ResponseCreateEvent()).Sent.Select(message => message.ToJsonString())];
        }

        Run().Should().Equal(Run());
    }
}
