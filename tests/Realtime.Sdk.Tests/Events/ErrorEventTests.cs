using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Events;

/// <summary>Errors in the shapes that compatible servers send: see vllm-project/vllm, whose error events carry a string.</summary>
public sealed class ErrorEventTests
{
    [Theory]
    [InlineData("""{"type":"error","error":"The model is not loaded","code":"model_error"}""", "", "model_error", "The model is not loaded")]
    [InlineData("""{"type":"error","event_id":"event_1","error":{"message":"Not found.","code":404}}""", "", "404", "Not found.")]
    [InlineData("""{"type":"error","message":"Busy.","code":"overloaded"}""", "", "overloaded", "Busy.")]
    [InlineData("""{"type":"error","message":"Busy.","code":503}""", "", "503", "Busy.")]
    [InlineData("""{"type":"error","error":null,"message":"Busy."}""", "", null, "Busy.")]
    [InlineData("""{"type":"error","error":{"type":"server_error"},"message":"Busy."}""", "server_error", null, "Busy.")]
    [InlineData("""{"type":"error","error":{"type":"server_error","code":null,"message":"Busy.","param":null}}""", "server_error", null, "Busy.")]
    [InlineData("""{"type":"error","error":{"type":5,"code":404,"message":"Not found.","param":["model"],"event_id":7}}""", "5", "404", "Not found.")]
    [InlineData("""{"type":"error","error":["Busy.","Gone."]}""", "", null, "Busy.")]
    [InlineData("""{"type":"error","error":[{"message":"Busy.","code":503}]}""", "", "503", "Busy.")]
    [InlineData("""{"type":"error","error":503,"message":"Busy."}""", "", "503", "Busy.")]
    [InlineData("""{"type":"error","error":true,"message":"Busy."}""", "", null, "Busy.")]
    [InlineData("""{"type":"error","error":{"code":"overloaded","message":{"text":"Busy."}}}""", "", "overloaded", "")]
    [InlineData("""{"type":"error"}""", "", null, "")]
    public void An_error_of_any_shape_is_an_error_event_with_its_words(string json, string type, string? code, string message)
    {
        var message8 = Encoding.UTF8.GetBytes(json);

        var realtime = new ServerEventReader().Read(message8).Should().BeOfType<ErrorEvent>().Subject;
        var translation = new TranslationEventReader().Read(message8).Should().BeOfType<TranslationErrorEvent>().Subject;

        foreach (var error in new[] { realtime.Error, translation.Error })
            (error.Type, error.Code, error.Message).Should().Be((type, code, message));
    }

    [Theory]
    [InlineData("""{"type":"error","error":"The model is not loaded","code":"model_error"}""")]
    [InlineData("""{"type":"error","event_id":"event_1","error":{"message":"Not found.","code":404}}""")]
    [InlineData("""{"type":"error","message":"Busy.","code":503}""")]
    [InlineData("""{"type":"error","error":{"type":"server_error"},"message":"Busy."}""")]
    [InlineData("""{"type":"error","error":{"type":5,"code":404.0,"message":{"text":"Busy."},"param":["model"],"retry_after":1}}""")]
    [InlineData("""{"type":"error","error":[{"message":"Busy."},"Gone."],"status":503}""")]
    [InlineData("""{"type":"error","error":503}""")]
    [InlineData("""{"type":"error","error":false}""")]
    [InlineData("""{"type":"error"}""")]
    public void An_error_of_any_shape_is_written_back_as_it_came(string json)
    {
        var written = RealtimeJson.Serialize(RealtimeJson.Deserialize<ServerEvent>(json));
        var translation = RealtimeJson.Serialize(RealtimeJson.Deserialize<TranslationServerEvent>(json));

        JsonElement.DeepEquals(JsonElement.Parse(written), JsonElement.Parse(json)).Should().BeTrue(written);
        translation.Should().Be(written);
    }

    [Fact]
    public void What_is_added_to_a_bare_message_is_written_in_an_object()
    {
        var error = RealtimeJson.Deserialize<RealtimeError>("\"Busy.\"");

        RealtimeJson.Serialize(error with { Code = "overloaded" }).Should().Be("""{"code":"overloaded","message":"Busy."}""");
        RealtimeJson.Serialize(error).Should().Be("\"Busy.\"");
    }

    [Fact]
    public void An_error_that_is_replaced_is_the_one_that_counts()
    {
        var read = (ErrorEvent)RealtimeJson.Deserialize<ServerEvent>("""{"type":"error","error":"Busy.","code":"overloaded"}""");

        var replaced = read with { Error = new() { Type = "server_error", Message = "Gone." } };

        replaced.Error.Message.Should().Be("Gone.");
        replaced.Error.Code.Should().BeNull();
    }
}
