using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

/// <summary>Whatever a client sends, the model answers with an event and lives on.</summary>
public sealed class HostileClientTests
{
    private static readonly string[] Messages =
    [
        """{"type":"session.update","event_id":"e","session":{"type":"realtime","output_modalities":["text"],"include":["item.input_audio_transcription.logprobs"],"audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"whisper-1"},"turn_detection":{"type":"server_vad","threshold":0.5,"idle_timeout_ms":6000}},"output":{"voice":{"id":"v"},"speed":1}},"tools":[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"a":{"type":"array","items":{"enum":[1]},"minItems":1}},"required":["a"]}},{"type":"mcp","server_label":"docs","server_url":"https://example.com","allowed_tools":["a"],"require_approval":{"never":{"tool_names":["a"]}}}],"tool_choice":"auto","max_output_tokens":50}}""",
        """{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"x","type":"message","role":"user","content":[{"type":"input_text","text":"the weather"},{"type":"input_audio","audio":"AAAA"},{"type":"input_image","image_url":"data:image/png;base64,AA"}]}}""",
        """{"type":"conversation.item.create","item":{"type":"function_call","name":"f","call_id":"c","arguments":"{}"}}""",
        """{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c","output":"1"}}""",
        """{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"r","approve":true}}""",
        """{"type":"response.create","response":{"conversation":"none","input":[{"type":"item_reference","id":"x"}],"metadata":{"a":"b"},"tool_choice":{"type":"function","name":"weather"},"tools":[{"type":"function","name":"weather","parameters":{}}],"max_output_tokens":"inf","audio":{"output":{"voice":"alloy","format":{"type":"audio/pcmu"}}}}}""",
        """{"type":"response.create"}""",
        """{"type":"response.cancel","response_id":"r"}""",
        """{"type":"conversation.item.truncate","item_id":"x","content_index":0,"audio_end_ms":100}""",
        """{"type":"conversation.item.retrieve","item_id":"x"}""",
        """{"type":"conversation.item.delete","item_id":"x"}""",
        """{"type":"input_audio_buffer.append","audio":"AAAA"}""",
        """{"type":"input_audio_buffer.commit"}""",
    ];

    private static readonly Func<JsonNode?>[] Surprises =
    [
        () => null, () => 0, () => -1.5, () => 1e300, () => true, () => "", () => "inf", () => new string('é', 300), () => new JsonArray(), () => new JsonArray(1, null, "x"),
        () => new JsonObject(), () => new JsonObject { ["type"] = 7 },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_message_breaks_the_model(int seed)
    {
        var random = new Random(seed);
        using var driver = new ModelDriver().AllowViolations();
        for (var i = 0; i < 3000; i++)
        {
            var json = JsonNode.Parse(Messages[random.Next(Messages.Length)])!;
            if (random.Next(4) > 0)
                Disturb(json, random);

            driver.Send(json.ToJsonString());

            driver.Failure.Should().BeNull($"because of {json.ToJsonString()}");
        }
        driver.Sent.Select(ModelDriver.Type).Distinct().Should().Contain(["error", "response.done", "session.updated", "conversation.item.added"]);
    }

    [Theory]
    [InlineData("""{"type":"response.create","event_id":"\ud800"}""")]
    [InlineData("""{"type":"response.create","\udc00":1}""")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"a\uD83D b"}]}}""")]
    [InlineData("""{"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"f","parameters":{"\ud800":"\ud800"}}]}}""")]
    public void Half_a_surrogate_pair_is_refused(string message)
    {
        using var driver = new ModelDriver();

        driver.Send(message);

        driver.Failure.Should().BeNull();
        driver.LastError()["code"]!.ToString().Should().Be("invalid_json");
    }

    [Fact]
    public void A_pair_of_surrogates_is_text()
    {
        using var driver = new ModelDriver();

        driver.Send("""{"type":"conversation.item.create","item":{"id":"\ud83d\ude00","type":"message","role":"user","content":[]}}""");

        driver.Last("conversation.item.done")["item"]!["id"]!.ToString().Should().Be("😀");
    }

    [Theory]
    [InlineData("prefix_padding_ms")]
    [InlineData("silence_duration_ms")]
    public void A_time_without_end_is_taken_as_a_very_long_one(string member)
    {
        using var driver = new ModelDriver();

        driver.Send($$"""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","{{member}}":{{long.MaxValue}} } } } } }""");
        driver.Append(Sounds.Turn(1), chunk: 4800);

        driver.Failure.Should().BeNull();
        driver.Sent.Select(ModelDriver.Type).Should().Contain("input_audio_buffer.speech_started");
    }

    [Fact]
    public void Truncation_behind_the_end_of_time_is_refused()
    {
        using var driver = new ModelDriver();
        driver.Say("Hello").Send(new ResponseCreateEvent());
        var item = driver.Last("response.output_item.done")["item"]!["id"];

        driver.Send($$"""{"type":"conversation.item.truncate","item_id":"{{item}}","content_index":0,"audio_end_ms":{{long.MaxValue}} }""");

        driver.Failure.Should().BeNull();
        driver.LastError()["message"]!.ToString().Should().EndWith($"is already shorter than {long.MaxValue}ms");
    }

    [Fact]
    public void The_length_of_a_text_is_the_number_of_its_characters()
    {
        using var driver = new ModelDriver();
        string Clear(int characters) => $$"""{"type":"input_audio_buffer.clear","event_id":"{{string.Concat(Enumerable.Repeat("😀", characters))}}"}""";

        driver.Send(Clear(512));
        driver.TakeTypes().Should().EndWith("input_audio_buffer.cleared");
        driver.Send(Clear(513));

        driver.LastError()["message"]!.ToString().Should().EndWith("with maximum length 512, but got a string with length 513 instead.");
    }

    /// <summary>Puts something unexpected somewhere into a message.</summary>
    private static void Disturb(JsonNode json, Random random)
    {
        var places = Places(json).ToList();
        var (parent, key) = places[random.Next(places.Count)];
        var surprise = Surprises[random.Next(Surprises.Length)]();
        if (parent is JsonArray array)
            array[(int)key] = surprise;
        else
            parent[(string)key] = surprise;
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode? json) => json switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value).Prepend((json, member.Key))),
        JsonArray elements => elements.SelectMany((element, i) => Places(element).Prepend((json, i))),
        _ => [],
    };
}
