using System.Text;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Errors;

public sealed class ServerErrorParserTests
{
    [Theory]
    [InlineData("invalid_request_error.model_not_found", "invalid_request_error", "model_not_found")]
    [InlineData("session_expired", "", "session_expired")]
    [InlineData("a.b.c", null, null)]
    [InlineData("", null, null)]
    [InlineData(null, null, null)]
    [InlineData("a.", null, null)]
    [InlineData(".b", null, null)]
    [InlineData("Going away", null, null)]
    public void A_close_reason_is_a_code_or_a_type_and_a_code(string? reason, string? type, string? code)
    {
        var error = ServerErrorParser.FromCloseReason(reason);

        (error?.Type, error?.Code).Should().Be((type, code));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"message":"No.","code":"c"},"code":"other"}""", "No.", "c", null)]
    [InlineData("""{"type":"error","message":"No.","code":"c","param":"p"}""", "No.", "c", "p")]
    [InlineData("""{"type":"error","error":{"param":"p"},"message":"No.","code":503}""", "No.", "503", "p")]
    [InlineData("""{"type":"error","error":{"code":503},"message":"No."}""", "No.", "503", null)]
    [InlineData("""{"type":"error","error":{"code":null}}""", "", null, null)]
    [InlineData("""{"type":"error","error":{},"message":{"text":"No."}}""", "", null, null)]
    public void An_error_is_read_in_whatever_shape_a_server_sends_it(string json, string message, string? code, string? param)
    {
        var error = RealtimeJson.Deserialize<ServerEvent>(json).Should().BeOfType<ErrorEvent>().Which.Error;

        (error.Message, error.Code, error.Param).Should().Be((message, code, param));
    }

    [Theory]
    [InlineData("""{"error":"No."}""", "No.", null)]
    [InlineData("""{"error":{"message":"No.","code":[1]}}""", "No.", null)]
    [InlineData("""{"object":"error","message":"No.","code":40001}""", "No.", "40001")]
    public void An_error_is_found_in_a_message_that_is_not_an_event(string json, string message, string? code)
    {
        var error = ServerErrorParser.FindOutsideEvent(Encoding.UTF8.GetBytes(json))!;

        (error.Message, error.Code).Should().Be((message, code));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"error":""}""")]
    [InlineData("""{"error":5}""")]
    [InlineData("""{"type":"later","error":"No."}""")]
    [InlineData("""{"object":5,"message":"No."}""")]
    public void Another_message_is_not_an_error(string json) => ServerErrorParser.FindOutsideEvent(Encoding.UTF8.GetBytes(json)).Should().BeNull();
}
