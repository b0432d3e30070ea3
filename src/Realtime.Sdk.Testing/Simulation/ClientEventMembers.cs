namespace Realtime.Sdk.Testing.Internal;

/// <summary>The client events the service knows, and their members.</summary>
internal static class ClientEventMembers
{
    private const string Item = """
        {"id":0,"object":0,"type":0,"status":0,"role":0,"content":[{"type":0,"text":0,"audio":0,"image_url":0,"detail":0,"transcript":0}],
         "call_id":0,"name":0,"arguments":0,"output":0,"server_label":0,"tools":0,"error":0,"phase":0,
         "approval_request_id":0,"approve":0,"reason":0}
        """;

    private const string Response = $$"""
        {"output_modalities":0,"instructions":0,"audio":{"output":{"format":{"type":0,"rate":0},"voice":{"id":0} } },"tools":{{KnownMembers.Tools}},
         "tool_choice":{"type":0,"name":0,"server_label":0},"parallel_tool_calls":0,"reasoning":{"effort":0},"max_output_tokens":0,
         "conversation":0,"metadata":0,"prompt":{"id":0,"version":0,"variables":0},"input":[{{Item}}]}
        """;

    /// <summary>The events of realtime and transcription sessions, by type.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Conversation { get; } = Events(
        ("session.update", "\"session\":0"),
        ("input_audio_buffer.append", "\"audio\":0"),
        ("input_audio_buffer.commit", ""),
        ("input_audio_buffer.clear", ""),
        ("conversation.item.create", $"\"previous_item_id\":0,\"item\":{Item}"),
        ("conversation.item.retrieve", "\"item_id\":0"),
        ("conversation.item.truncate", "\"item_id\":0,\"content_index\":1,\"audio_end_ms\":1"),
        ("conversation.item.delete", "\"item_id\":0"),
        ("response.create", $"\"response\":{Response}"),
        ("response.cancel", "\"response_id\":0"),
        ("output_audio_buffer.clear", ""));

    /// <summary>The events of translation sessions, by type.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Translation { get; } = Events(
        ("session.update", "\"session\":0"),
        ("session.input_audio_buffer.append", "\"audio\":0"),
        ("session.close", ""));

    private static Dictionary<string, JsonNode> Events(params (string Type, string Members)[] events) =>
        events.ToDictionary(entry => entry.Type, entry => Parse(entry.Members));

    private static JsonNode Parse(string members) =>
        JsonNode.Parse($"{{\"type\":0,\"event_id\":0{(members.Length == 0 ? "" : ",")}{members}}}")!;
}
