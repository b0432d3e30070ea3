using System.Text.Json;

namespace Realtime.Sdk.Tests.Responses;

public sealed class ResponseTests
{
    [Theory]
    [InlineData("""{"type":"cancelled","reason":"turn_detected"}""")]
    [InlineData("""{"type":"failed","error":{"type":"server_error","code":"storm","message":"The line is down."}}""")]
    [InlineData("""{"type":"failed","error":{"code":503,"message":"The line is down."}}""")]
    [InlineData("""{"type":"failed","error":"The line is down."}""")]
    [InlineData("\"max_output_tokens\"")]
    public void Status_details_are_read_and_written_as_they_came(string details)
    {
        var json = $$"""{"id":"resp_1","status_details":{{details}}}""";

        var response = RealtimeJson.Deserialize<ResponseDoneEvent>(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"response.done","response":{{json}}}""")).Response;

        response.StatusDetails.Should().NotBeNull();
        RealtimeJson.Serialize(response).Should().Be(json);
    }

    [Fact]
    public void A_bare_status_detail_is_the_reason()
    {
        var response = RealtimeJson.Deserialize<RealtimeResponse>("""{"status":"incomplete","status_details":"content_filter"}"""u8);

        response.Status.Should().Be(ResponseStatus.Incomplete);
        response.StatusDetails!.Reason.Should().Be(ResponseStatusReason.ContentFilter);
    }

    /// <summary>Made up, in the shapes in which compatible servers send error events.</summary>
    [Theory]
    [InlineData("\"The line is down.\"", null)]
    [InlineData("""{"code":503,"message":"The line is down."}""", "503")]
    [InlineData("""{"type":5,"code":"down","message":"The line is down."}""", "down")]
    public void The_words_of_a_failure_are_found_in_any_shape(string error, string? code)
    {
        var response = RealtimeJson.Deserialize<RealtimeResponse>($$$"""{"status":"failed","status_details":{"error":{{{error}}}}}""");

        response.StatusDetails!.Error!.Message.Should().Be("The line is down.");
        response.StatusDetails.Error.Code.Should().Be(code);
        RealtimeJson.Serialize(response.StatusDetails.Error with { Code = "storm" }).Should().Contain("\"code\":\"storm\"").And.Contain("The line is down.");
    }

    [Fact]
    public void What_is_not_set_is_not_sent_and_what_is_empty_is()
    {
        var response = new ResponseConfiguration { Tools = [], Input = [], Conversation = ResponseConversation.None };

        RealtimeJson.Serialize(response).Should().Be("""{"tools":[],"conversation":"none","input":[]}""");
    }

    [Theory]
    [InlineData("""{"type":"tokens","total_tokens":3,"input_tokens":2,"output_tokens":1}""", typeof(TranscriptionTokenUsage))]
    [InlineData("""{"type":"duration","seconds":2.35}""", typeof(TranscriptionDurationUsage))]
    [InlineData("""{"type":"minutes","minutes":1}""", typeof(UnknownTranscriptionUsage))]
    public void Transcription_is_billed_by_tokens_or_by_duration(string json, Type kind)
    {
        var usage = JsonSerializer.Deserialize<TranscriptionUsage>(json);

        usage.Should().BeOfType(kind);
        JsonSerializer.Serialize(usage).Should().Be(json);
    }

    [Fact]
    public void A_duration_is_a_time_to_the_tick()
    {
        var usage = JsonSerializer.Deserialize<TranscriptionUsage>("""{"type":"duration","seconds":2.35}""");

        usage.Should().BeOfType<TranscriptionDurationUsage>().Which.Duration.Should().Be(TimeSpan.FromMilliseconds(2350));
    }
}
