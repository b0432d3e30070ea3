namespace Realtime.Sdk.Tests.Validation;

/// <summary>A blank value is missing, and not newer than this SDK: an error, where an unknown word is a warning. The payloads are made up.</summary>
public sealed class BlankValueTests
{
    public static TheoryData<string, string> Blank => new()
    {
        { """{"type":"realtime","model":"?"}""", "model" },
        { """{"type":"realtime","output_modalities":["?"]}""", "output_modalities[0]" },
        { """{"type":"realtime","tool_choice":"?"}""", "tool_choice" },
        { """{"type":"realtime","truncation":"?"}""", "truncation" },
        { """{"type":"realtime","tracing":"?"}""", "tracing" },
        { """{"type":"realtime","include":["?"]}""", "include[0]" },
        { """{"type":"realtime","max_output_tokens":"?"}""", "max_output_tokens" },
        { """{"type":"realtime","reasoning":{"effort":"?"}}""", "reasoning.effort" },
        { """{"type":"realtime","prompt":{"id":"?"}}""", "prompt.id" },
        { """{"type":"realtime","audio":{"output":{"voice":"?"}}}""", "audio.output.voice" },
        { """{"type":"realtime","audio":{"output":{"format":{"type":"?"}}}}""", "audio.output.format.type" },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"?"}}}}""", "audio.input.turn_detection.type" },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"?"}}}}""", "audio.input.turn_detection.eagerness" },
        { """{"type":"realtime","audio":{"input":{"noise_reduction":{"type":"?"}}}}""", "audio.input.noise_reduction.type" },
        { """{"type":"realtime","audio":{"input":{"transcription":{"model":"?"}}}}""", "audio.input.transcription.model" },
        { """{"type":"realtime","audio":{"input":{"transcription":{"language":"?"}}}}""", "audio.input.transcription.language" },
        { """{"type":"realtime","audio":{"input":{"transcription":{"model":"gpt-transcribe","languages":["?"]}}}}""", "audio.input.transcription.languages[0]" },
        { """{"type":"realtime","audio":{"input":{"transcription":{"delay":"?","model":"gpt-realtime-whisper"}}}}""", "audio.input.transcription.delay" },
        { """{"type":"realtime","tools":[{"type":"?"}]}""", "tools[0].type" },
        { """{"type":"realtime","tools":[{"type":"mcp","server_label":"a","connector_id":"?"}]}""", "tools[0].connector_id" },
        { """{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://a.example","require_approval":"?"}]}""", "tools[0].require_approval" },
        { """{"modalities":["?","text"]}""", "modalities[0]" },
        { """{"input_audio_format":"?"}""", "input_audio_format" },
        { """{"voice":"?"}""", "voice" },
    };

    [Theory, MemberData(nameof(Blank))]
    public void A_blank_value_is_an_error(string json, string path)
    {
        foreach (var blank in new[] { "", " ", "\\t" })
        {
            var session = RealtimeJson.Deserialize<SessionConfiguration>(json.Replace("?", blank, StringComparison.Ordinal));

            session.Validate().Should().ContainSingle(violation => violation.Severity == ConstraintSeverity.Error, json).Which.Path.Should().Be(path);
        }
    }

    [Fact]
    public void A_value_that_was_never_set_is_an_error()
    {
        var session = new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = new SemanticVad { Eagerness = default(VadEagerness) } } } };

        session.Validate().Errors().Should().Equal("audio.input.turn_detection.eagerness is \"\", must not be blank");
    }

    [Theory]
    [InlineData("INF", "max_output_tokens is \"INF\", must be \"inf\" in lowercase (TokenLimit.Unlimited)")]
    [InlineData(" inf", "max_output_tokens is \" inf\", must be \"inf\" in lowercase (TokenLimit.Unlimited)")]
    [InlineData("400", "max_output_tokens is \"400\", must be a number from 1 to 4096 without quotes, or \"inf\"")]
    public void A_token_limit_that_is_misspelled_is_an_error(string word, string error) =>
        RealtimeJson.Deserialize<SessionConfiguration>($$"""{"type":"realtime","max_output_tokens":"{{word}}"}""").Validate().Errors().Should().Equal(error);

    [Fact]
    public void A_token_limit_that_may_be_newer_is_a_warning() =>
        RealtimeJson.Deserialize<SessionConfiguration>("""{"type":"realtime","max_output_tokens":"auto"}""").Validate().Warnings()
            .Should().Equal("max_output_tokens is \"auto\", should be one of 1 to 4096, inf");

    [Fact]
    public void A_member_that_no_record_has_is_a_warning_at_any_depth()
    {
        var session = RealtimeJson.Deserialize<SessionConfiguration>(
            """{"type":"realtime","temperatur":1,"audio":{"output":{"pitch":2}},"tools":[{"type":"function","name":"f","meta":{}}]}""");

        session.Validate().Errors().Should().BeEmpty();
        session.Validate().Warnings().Should().Equal(
            "audio.output.pitch is not a known member", "tools[0].meta is not a known member", "temperatur is not a known member");
    }
}
