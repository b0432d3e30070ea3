using System.Globalization;
using System.Text;

namespace Realtime.Sdk.Tests.Events;

public sealed class WireNameTests
{
    private static readonly string[] ServerTypes =
    [
        "conversation.created", "conversation.item.added", "conversation.item.created", "conversation.item.deleted", "conversation.item.done",
        "conversation.item.input_audio_transcription.completed", "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.failed", "conversation.item.input_audio_transcription.segment",
        "conversation.item.retrieved", "conversation.item.truncated", "error", "input_audio_buffer.cleared", "input_audio_buffer.committed",
        "input_audio_buffer.dtmf_event_received", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
        "input_audio_buffer.timeout_triggered", "mcp_list_tools.completed", "mcp_list_tools.failed", "mcp_list_tools.in_progress",
        "output_audio_buffer.cleared", "output_audio_buffer.started", "output_audio_buffer.stopped", "rate_limits.updated",
        "response.content_part.added", "response.content_part.done", "response.created", "response.done",
        "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.mcp_call.completed",
        "response.mcp_call.failed", "response.mcp_call.in_progress", "response.mcp_call_arguments.delta", "response.mcp_call_arguments.done",
        "response.output_audio.delta", "response.output_audio.done", "response.output_audio_transcript.delta",
        "response.output_audio_transcript.done", "response.output_item.added", "response.output_item.done", "response.output_text.delta",
        "response.output_text.done", "session.created", "session.updated", "transcription_session.created", "transcription_session.updated",
    ];

    private static readonly string[] ClientTypes =
    [
        "conversation.item.create", "conversation.item.delete", "conversation.item.retrieve", "conversation.item.truncate",
        "input_audio_buffer.append", "input_audio_buffer.clear", "input_audio_buffer.commit", "output_audio_buffer.clear",
        "response.cancel", "response.create", "session.update", "transcription_session.update",
    ];

    private static readonly Dictionary<string, string> BetaSpellings = new()
    {
        ["response.audio.delta"] = "response.output_audio.delta",
        ["response.audio.done"] = "response.output_audio.done",
        ["response.text.delta"] = "response.output_text.delta",
        ["response.text.done"] = "response.output_text.done",
        ["response.audio_transcript.delta"] = "response.output_audio_transcript.delta",
        ["response.audio_transcript.done"] = "response.output_audio_transcript.done",
    };

    public static TheoryData<string> Server => [.. ServerTypes];

    public static TheoryData<string> Client => [.. ClientTypes];

    public static TheoryData<string> Beta => [.. BetaSpellings.Keys];

    [Theory, MemberData(nameof(Server))]
    public void A_server_event_is_called_what_the_wire_calls_it(string type)
    {
        var read = RealtimeJson.Deserialize<ServerEvent>(Message(type));

        read.GetType().Name.Should().Be(ClassName(type));
        read.Type.Should().Be(type);
    }

    [Theory, MemberData(nameof(Client))]
    public void A_client_event_is_called_what_the_wire_calls_it(string type)
    {
        var read = RealtimeJson.Deserialize<ClientEvent>(Message(type));

        read.GetType().Name.Should().Be(ClassName(type));
        read.Type.Should().Be(type);
    }

    [Theory, MemberData(nameof(Beta))]
    public void A_beta_spelling_reads_as_the_current_event_and_keeps_its_spelling(string type)
    {
        var read = RealtimeJson.Deserialize<ServerEvent>(Message(type));

        read.GetType().Name.Should().Be(ClassName(BetaSpellings[type]));
        read.Type.Should().Be(type);
    }

    [Fact]
    public void No_event_record_is_missing_from_the_wire_names()
    {
        var records = typeof(ServerEvent).Assembly.GetExportedTypes()
            .Where(type => type.IsSealed && (type.IsSubclassOf(typeof(ServerEvent)) || type.IsSubclassOf(typeof(ClientEvent))))
            .Select(type => type.Name)
            .Except([nameof(UnknownServerEvent), nameof(UnknownClientEvent), nameof(MalformedEvent)]);

        records.Should().BeEquivalentTo(ServerTypes.Concat(ClientTypes).Select(ClassName));
    }

    [Theory]
    [InlineData("session.update", "session.input_audio_buffer.append", "session.close")]
    public void A_translation_client_event_is_called_what_the_wire_calls_it(params string[] types)
    {
        var read = types.Select(type => RealtimeJson.Deserialize<TranslationClientEvent>(Message(type)).GetType().Name);

        read.Should().Equal(types.Select(type => "Translation" + ClassName(type)));
    }

    [Theory]
    [InlineData("session.created", "session.updated", "session.closed", "session.input_transcript.delta", "session.output_transcript.delta", "session.output_audio.delta", "error")]
    public void A_translation_server_event_is_called_what_the_wire_calls_it(params string[] types)
    {
        var read = types.Select(type => RealtimeJson.Deserialize<TranslationServerEvent>(Message(type)).GetType().Name);

        read.Should().Equal(types.Select(type => "Translation" + ClassName(type)));
    }

    private static byte[] Message(string type) => Encoding.UTF8.GetBytes($$"""{"event_id":"event_1","type":"{{type}}"}""");

    private static string ClassName(string type) =>
        string.Concat(type.Split('.', '_').Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..])) + "Event";
}
