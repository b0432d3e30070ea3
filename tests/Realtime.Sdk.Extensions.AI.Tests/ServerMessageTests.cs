namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Each event of the server is the message that Microsoft.Extensions.AI has for it. The payloads are those of the API reference, shortened.</summary>
public sealed class ServerMessageTests
{
    public static TheoryData<string, string> Events => [.. ServerEvents.All];

    [Theory, MemberData(nameof(Events))]
    public async Task Every_event_has_its_message_its_ID_and_its_raw_representation(string serverEvent, string type)
    {
        var message = await Talk.HearOneAsync($$"""{"event_id":"e1",{{serverEvent[1..]}}""");

        message.Type.Value.Should().Be(type);
        message.MessageId.Should().Be("e1");
        message.RawRepresentation.Should().BeAssignableTo<ServerEvent>().Which.Type.Should().Be(JsonElement.Parse(serverEvent).GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_first_message_is_that_of_the_session()
    {
        await using var talk = await Talk.HearAsync();

        var first = (await talk.ReadToEndAsync())[0];

        first.Type.Value.Should().Be("session.created");
        first.RawRepresentation.Should().BeOfType<SessionCreatedEvent>();
    }

    [Theory]
    [InlineData("output_text.delta", "OutputTextDelta", "\"delta\":\"a\"")]
    [InlineData("output_text.done", "OutputTextDone", "\"text\":\"a\"")]
    [InlineData("output_audio_transcript.delta", "OutputAudioTranscriptionDelta", "\"delta\":\"a\"")]
    [InlineData("output_audio_transcript.done", "OutputAudioTranscriptionDone", "\"transcript\":\"a\"")]
    public async Task Text_of_the_model_comes_with_its_place(string wire, string type, string text)
    {
        var message = await Talk.HearOneAsync($$"""{"type":"response.{{wire}}","event_id":"e","response_id":"r","item_id":"i","output_index":2,"content_index":3,{{text}}}""");

        message.Should().BeOfType<OutputTextAudioRealtimeServerMessage>().Which.Should().BeEquivalentTo(
            new { Type = new RealtimeServerMessageType(type), Text = "a", Audio = (string?)null, ResponseId = "r", ItemId = "i", OutputIndex = 2, ContentIndex = 3 });
    }

    [Fact]
    public async Task Audio_of_the_model_is_base64_again()
    {
        var message = await Talk.HearOneAsync("""{"type":"response.output_audio.delta","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"AQIDBA=="}""");

        message.Should().BeOfType<OutputTextAudioRealtimeServerMessage>().Which.Audio.Should().Be("AQIDBA==");
    }

    [Fact]
    public async Task A_response_comes_with_all_that_the_message_has_a_place_for()
    {
        var message = await Talk.HearOneAsync("""
            {"type":"response.done","response":{"id":"r1","status":"completed","conversation_id":"c","max_output_tokens":200,"output_modalities":["audio"],"metadata":{"topic":"soup"},
            "audio":{"output":{"format":{"type":"audio/pcmu"},"voice":"marin"}},
            "output":[{"id":"i1","type":"message","role":"assistant","content":[{"type":"output_audio","transcript":"Hello."}]}]}}
            """);

        var response = message.Should().BeOfType<ResponseCreatedRealtimeServerMessage>().Subject;
        response.Type.Should().Be(RealtimeServerMessageType.ResponseDone);
        (response.ResponseId, response.Status, response.MaxOutputTokens, response.OutputVoice).Should().Be(("r1", RealtimeResponseStatus.Completed, 200, "marin"));
        response.OutputModalities.Should().Equal("audio");
        response.AdditionalProperties!["topic"].Should().Be("soup");
        response.OutputAudioOptions.Should().BeEquivalentTo(new RealtimeAudioFormat("audio/pcmu", 8_000));
        response.Items.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Id = "i1", Role = ChatRole.Assistant });
        response.Items![0].Contents.Should().ContainSingle().Which.Should().BeOfType<TextContent>().Which.Text.Should().Be("Hello.");
        response.Error.Should().BeNull();
    }

    [Fact]
    public async Task An_unlimited_response_has_the_largest_limit()
    {
        var message = await Talk.HearOneAsync("""{"type":"response.created","response":{"id":"r","max_output_tokens":"inf"}}""");

        ((ResponseCreatedRealtimeServerMessage)message).MaxOutputTokens.Should().Be(int.MaxValue);
    }

    [Fact]
    public async Task The_error_of_a_failed_response_keeps_its_words()
    {
        var message = await Talk.HearOneAsync("""
            {"type":"response.done","response":{"id":"r","status":"failed","status_details":{"type":"failed","error":{"type":"server_error","code":"overloaded","message":"Try again later."}}}}
            """);

        var response = (ResponseCreatedRealtimeServerMessage)message;
        response.Status.Should().Be(RealtimeResponseStatus.Failed);
        response.Error.Should().BeEquivalentTo(new { Message = "Try again later.", ErrorCode = "overloaded" });
    }

    [Theory]
    [InlineData("""{"type":"server_error"}""", "server_error", "server_error")]
    [InlineData("""{"code":"overloaded"}""", "overloaded", "overloaded")]
    [InlineData("{}", "", null)]
    public async Task A_failure_without_a_message_has_what_there_is(string error, string message, string? code)
    {
        var failed = await Talk.HearOneAsync($$$$"""{"type":"response.done","response":{"id":"r","status":"failed","status_details":{"error":{{{{error}}}}}}}""");

        ((ResponseCreatedRealtimeServerMessage)failed).Error.Should().BeEquivalentTo(new { Message = message, ErrorCode = code });
    }

    [Fact]
    public async Task An_error_names_the_message_that_caused_it()
    {
        var message = await Talk.HearOneAsync("""
            {"type":"error","event_id":"e2","error":{"type":"invalid_request_error","code":"invalid_value","message":"No such voice.","param":"session.voice","event_id":"mine"}}
            """);

        var error = message.Should().BeOfType<ErrorRealtimeServerMessage>().Subject;
        (error.MessageId, error.OriginatingMessageId).Should().Be(("e2", "mine"));
        error.Error.Should().BeEquivalentTo(new { Message = "No such voice.", ErrorCode = "invalid_value", Details = "session.voice" });
    }

    [Fact]
    public async Task A_transcription_that_failed_has_its_error()
    {
        var message = await Talk.HearOneAsync("""
            {"type":"conversation.item.input_audio_transcription.failed","item_id":"i","content_index":1,"error":{"type":"transcription_error","code":"audio_unintelligible","message":"Noise only."}}
            """);

        var failed = message.Should().BeOfType<InputAudioTranscriptionRealtimeServerMessage>().Subject;
        (failed.ItemId, failed.ContentIndex, failed.Transcription).Should().Be(("i", 1, null));
        failed.Error.Should().BeEquivalentTo(new { Message = "Noise only.", ErrorCode = "audio_unintelligible" });
    }

    [Theory]
    [InlineData("ResponseOutputItemDone")]
    [InlineData("error ")]
    [InlineData("outputtextdelta")]
    [InlineData(" ")]
    public async Task An_unknown_event_is_never_taken_for_another_message(string type)
    {
        var message = await Talk.HearOneAsync($$"""{"type":"{{type}}"}""");

        message.GetType().Should().Be<RealtimeServerMessage>();
        message.Type.Value.Should().Be(type == "error " ? "error " : "RawContentOnly");
    }

    [Fact]
    public async Task What_cannot_be_read_does_not_end_the_session()
    {
        await using var talk = await Talk.HearAsync("{not json", """{"type":"error","error":7}""", """{"type":"response.output_audio.delta","delta":"***"}""", """{"type":"input_audio_buffer.cleared"}""");

        var messages = await talk.ReadToEndAsync();

        messages.Select(message => message.Type.Value).Should().Equal("session.created", "RawContentOnly", "Error", "OutputAudioDelta", "input_audio_buffer.cleared");
        messages[1].RawRepresentation.Should().BeOfType<MalformedEvent>();
    }
}
