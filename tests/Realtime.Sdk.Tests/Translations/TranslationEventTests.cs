using System.Text;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Translations;

public sealed class TranslationEventTests
{
    public static TheoryData<TranslationClientEvent, string> Refused => new()
    {
        { new TranslationSessionUpdateEvent { Session = new() { Model = "gpt-realtime-translate" } }, "session.model is \"gpt-realtime-translate\", must not change in a running session" },
        { new TranslationSessionUpdateEvent { Session = null! }, "session is required" },
        { new TranslationSessionInputAudioBufferAppendEvent(), "audio is required" },
        { new TranslationSessionInputAudioBufferAppendEvent { Audio = new byte[3] }, "audio must consist of whole 16-bit samples" },
        { new TranslationSessionCloseEvent { EventId = new string('e', 513) }, $"event_id is \"{new string('e', 40)}…\", must be at most 512 characters" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_the_service_refuses_is_an_error_with_its_path(TranslationClientEvent send, string error)
    {
        send.Validate().Should().ContainSingle().Which.ToString().Should().Be(error);
    }

    [Fact]
    public void The_same_wire_name_is_another_event_than_in_other_sessions()
    {
        var message = """{"type":"session.update","session":{"audio":{"output":{"language":"nb"}}}}"""u8;

        RealtimeJson.Deserialize<TranslationClientEvent>(message).Should().BeOfType<TranslationSessionUpdateEvent>()
            .Which.Session.Audio!.Output!.Language.Should().Be("nb");
    }

    [Theory]
    [InlineData("[]", "The message is not a JSON object.")]
    [InlineData("{\"type\":\"session.output_audio.delta\",\"delta\":1}", "Base64 text was expected, not a number.")]
    [InlineData("{\"type\":\"session.closed\"", "The message is not valid JSON.")]
    public void A_message_that_cannot_be_read_says_what_is_wrong(string message, string reason)
    {
        var read = new TranslationEventReader().Read(Encoding.UTF8.GetBytes(message));

        read.Should().BeOfType<MalformedTranslationEvent>().Which.Reason.Should().Be(reason);
    }

    [Fact]
    public void A_malformed_event_has_no_JSON_to_write()
    {
        var read = new TranslationEventReader().Read("[]"u8);

        read.Invoking(malformed => System.Text.Json.JsonSerializer.Serialize(malformed)).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public void An_unknown_event_is_kept_whole()
    {
        var read = new TranslationEventReader().Read("""{"type":"session.input_audio_buffer.committed","event_id":"event_1","n":1}"""u8);

        read.Should().BeOfType<UnknownTranslationServerEvent>().Which.Json.GetProperty("n").GetInt32().Should().Be(1);
        read.EventId.Should().Be("event_1");
    }
}
