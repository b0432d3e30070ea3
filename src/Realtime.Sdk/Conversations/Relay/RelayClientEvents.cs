namespace Realtime.Sdk.Internal;

/// <summary>The events of a client that a relay can forward, and their members besides <c>type</c> and <c>event_id</c>.</summary>
internal static class RelayClientEvents
{
    public const string Append = "input_audio_buffer.append", SessionUpdate = "session.update", ResponseCreate = "response.create", ItemCreate = "conversation.item.create";

    private static readonly string[] Message = ["id", "object", "type", "status", "role", "content"], Output = ["id", "object", "type", "status", "call_id", "output"];

    private static readonly string[] ContentTypes = ["input_text", "input_audio", "input_image"], Content = ["type", "text", "audio", "transcript", "image_url", "detail"];

    /// <summary>Returns the members of an event; null if a relay does not forward events of this type.</summary>
    public static IReadOnlyList<string>? Find(string? type) => type switch
    {
        Append => ["audio"],
        "input_audio_buffer.commit" or "input_audio_buffer.clear" => [],
        "conversation.item.truncate" => ["item_id", "content_index", "audio_end_ms"],
        "conversation.item.delete" or "conversation.item.retrieve" => ["item_id"],
        "response.cancel" => ["response_id"],
        ItemCreate => ["previous_item_id", "item"],
        ResponseCreate => ["response"],
        SessionUpdate => ["session"],
        _ => null,
    };

    /// <summary>Returns why an item must not be created by a client; null if it may be.</summary>
    public static string? FindItemFault(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return "The item must have a type.";
        if (type.ValueEquals("function_call_output"))
            return HasOnly(item, Output) ? null : "The item has a member that is not allowed, or has the wrong shape.";
        if (!type.ValueEquals("message") || !item.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String || !role.ValueEquals("user"))
            return "Only messages of the user and outputs of functions are allowed.";
        if (!HasOnly(item, Message))
            return "The item has a member that is not allowed, or has the wrong shape.";
        return item.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array && content.EnumerateArray().All(IsAllowedContent)
            ? null
            : "The content of the message is not allowed.";
    }

    private static bool IsAllowedContent(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && Array.Exists(ContentTypes, allowed => type.ValueEquals(allowed)) && HasOnly(part, Content);

    /// <summary>
    /// Whether all members are known, and text. The records keep a member of another shape as it is, so that it would be forwarded without having been checked.
    /// </summary>
    private static bool HasOnly(JsonElement value, string[] names) => value.EnumerateObject().All(member =>
        Array.Exists(names, member.NameEquals) && (member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null || member.NameEquals("content")));
}
