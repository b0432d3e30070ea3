using System.Text;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Events;

/// <summary>A value of the wrong kind does not cost the whole event where the rest is sound. Every message here is hostile.</summary>
public sealed class UnreadableMemberTests
{
    [Theory]
    [InlineData("""{"type":"response.done","response":{"id":"resp_1","status":"completed","usage":[1],"output":[]}}""", "usage")]
    [InlineData("""{"type":"response.done","response":{"id":"resp_1","usage":7,"status":"completed","metadata":{"a":{}}}}""", "usage", "metadata")]
    [InlineData("""{"type":"response.done","response":{"usage":7,"id":"resp_1","status":{"a":[1,{"b":2}]},"conversation_id":[]}}""", "usage", "status", "conversation_id")]
    public void A_member_that_cannot_be_read_is_kept_and_the_rest_is_read(string json, params string[] kept)
    {
        var response = Read(json).Should().BeOfType<ResponseDoneEvent>().Subject.Response;

        response.Id.Should().Be("resp_1");
        response.Usage.Should().BeNull();
        response.AdditionalProperties.Keys.Should().BeEquivalentTo(kept);
    }

    [Fact]
    public void What_holds_a_record_that_cannot_be_read_is_kept_in_its_place()
    {
        // A message always has content, so the list it stands in is what the response can do without.
        var response = ((ResponseDoneEvent)Read("""{"type":"response.done","response":{"id":"resp_1","output":[{"type":"message","content":5}],"status":"completed"}}""")).Response;

        response.Status.Should().Be(ResponseStatus.Completed);
        response.Output.Should().BeNull();
        response.AdditionalProperties["output"].GetRawText().Should().Be("""[{"type":"message","content":5}]""");
    }

    [Fact]
    public void Only_the_innermost_member_is_kept()
    {
        const string Json = """
            {"type":"session.updated","session":{"type":"realtime","instructions":"Be short.","audio":{"input":{"turn_detection":
            {"type":"server_vad","threshold":"high","silence_duration_ms":500},"format":{"type":"audio/pcmu"}},"output":{"speed":"fast","voice":"ash"}}}}
            """;

        var session = (RealtimeSessionConfiguration)Read(Json).Should().BeOfType<SessionUpdatedEvent>().Subject.Session.Configuration;

        session.Instructions.Should().Be("Be short.");
        var detection = session.Audio!.Input!.TurnDetection.Should().BeOfType<ServerVad>().Subject;
        detection.SilenceDuration.Should().Be(TimeSpan.FromMilliseconds(500));
        detection.AdditionalProperties["threshold"].GetString().Should().Be("high");
        session.Audio.Output!.Voice.Should().Be(Voice.Ash);
        session.Audio.Output.AdditionalProperties["speed"].GetString().Should().Be("fast");
    }

    [Theory]
    [InlineData("""{"type":"response.done","response":{"id":"resp_1","usage":{"total_tokens":"12","input_tokens":3}}}""")]
    [InlineData("""{"type":"session.updated","session":{"type":"realtime","tools":5,"include":"x","audio":[]}}""")]
    [InlineData("""{"type":"session.updated","session":{"type":"realtime","audio":{"output":{"speed":"fast","voice":"ash"}}}}""")]
    [InlineData("""{"type":"error","error":404}""")]
    [InlineData("""{"type":"error","error":["Busy."],"event_id":{}}""")]
    [InlineData("""{"type":"conversation.item.input_audio_transcription.delta","item_id":"item_1","delta":"Hi","logprobs":"none"}""")]
    public void An_event_is_written_back_as_it_came(string json)
    {
        var read = Read(json);

        read.Should().NotBeOfType<MalformedEvent>();
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), json);
    }

    [Theory]
    [InlineData("""{"type":"error","error":404}""", "404", "")]
    [InlineData("""{"type":"error","error":["Busy."]}""", null, "Busy.")]
    [InlineData("""{"type":"error","error":{"message":"Busy.","param":["a"],"type":5}}""", null, "Busy.")]
    [InlineData("""{"type":"error","error":false,"message":"Busy.","code":[1]}""", null, "Busy.")]
    public void The_words_of_an_error_are_found_beside_what_cannot_be_read(string json, string? code, string message)
    {
        var error = Read(json).Should().BeOfType<ErrorEvent>().Subject.Error;

        (error.Code, error.Message).Should().Be((code, message));
    }

    [Fact]
    public void A_member_that_is_set_takes_the_place_of_the_one_that_could_not_be_read()
    {
        var read = (ResponseDoneEvent)Read("""{"type":"response.done","response":{"id":"resp_1","object":"realtime.response","metadata":5}}""");

        var changed = read.Response with { Metadata = new Dictionary<string, string> { ["a"] = "b" } };

        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(changed), """{"id":"resp_1","object":"realtime.response","metadata":{"a":"b"}}""");
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","item_id":"item_1","delta":5}""")]
    [InlineData("""{"type":"input_audio_buffer.committed","item_id":5}""")]
    [InlineData("""{"type":"conversation.item.truncated","item_id":"item_1","content_index":"one"}""")]
    [InlineData("""{"type":"response.done","response":5}""")]
    [InlineData("""{"type":"response.done","response":{"usage":7,"tools":[{"type":"a","type":"b"}],"output":[{"type":"message","type":"function_call"}]}}""")]
    [InlineData("""{"type":"response.done","response":{"usage":7,"id":"resp_1"}""")]
    [InlineData("""{"type":"session.updated","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","type":"semantic_vad"}}}}}""")]
    public void What_an_event_cannot_do_without_makes_it_malformed(string json) => Read(json).Should().BeOfType<MalformedEvent>();

    [Fact]
    public void A_message_with_many_members_that_cannot_be_read_is_malformed()
    {
        Read(WithUnreadable(8)).Should().BeOfType<SessionUpdatedEvent>();
        Read(WithUnreadable(9)).Should().BeOfType<MalformedEvent>().Which.Reason.Should().Be("A string was expected, not a number.");
    }

    [Fact]
    public void Events_of_translation_are_read_alike()
    {
        const string Json = """{"type":"session.output_transcript.delta","delta":"Hola","elapsed_ms":"soon"}""";

        var read = new TranslationEventReader().Read(Encoding.UTF8.GetBytes(Json)).Should().BeOfType<TranslationSessionOutputTranscriptDeltaEvent>().Subject;

        read.Delta.Should().Be("Hola");
        read.Elapsed.Should().BeNull();
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), Json);
    }

    private static ServerEvent Read(string json) => new ServerEventReader().Read(Encoding.UTF8.GetBytes(json));

    private static string WithUnreadable(int count) =>
        $$$"""{"type":"session.updated","session":{"type":"realtime"{{{string.Concat(Enumerable.Repeat(",\"instructions\":5", count))}}}}}""";
}
