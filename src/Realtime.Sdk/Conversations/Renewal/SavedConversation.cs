using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// The text of a conversation, from which another one can continue, in another process or on another day: see <see cref="RealtimeConversation.Save"/> and
/// <see cref="RealtimeConversationOptions.History"/>. It contains what was said, so store it accordingly.
/// </summary>
public sealed record SavedConversation
{
    private const int Version = 1;

    private const string VersionName = "version", AgentName = "agent", SavedAtName = "saved_at", ItemsName = "items";

    /// <summary>The name of the agent that was in charge.</summary>
    public required string Agent { get; init => field = value ?? ""; }

    /// <summary>The time at which the conversation was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>The items, from the oldest to the newest: messages with the text that was heard, and function calls with their outputs.</summary>
    public required IReadOnlyList<ConversationItem> Items { get; init => field = value ?? []; }

    /// <summary>Returns the conversation as JSON, which <see cref="Parse"/> reads.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber(VersionName, Version);
            writer.WriteString(AgentName, Agent);
            writer.WriteString(SavedAtName, SavedAt);
            writer.WriteStartArray(ItemsName);
            foreach (var item in Items)
                writer.WriteRawValue(RealtimeJson.SerializeToUtf8Bytes(item));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Reads a conversation that <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The JSON. Members that are not known are ignored.</param>
    /// <exception cref="FormatException">The text is not a saved conversation, or a later version of the SDK has written it.</exception>
    public static SavedConversation Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty(VersionName).GetInt32() > Version)
                throw new FormatException($"The saved conversation was written by a later version of the SDK. This version reads format {Version} and earlier ones.");
            return new()
            {
                Agent = root.GetProperty(AgentName).GetString() ?? "",
                SavedAt = root.GetProperty(SavedAtName).GetDateTimeOffset(),
                Items = [.. root.GetProperty(ItemsName).EnumerateArray().Select(ReadItem)],
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or RealtimeProtocolException)
        {
            // The inner exception is omitted, because it may quote the conversation.
            throw new FormatException($"The text is not a saved conversation. Pass the JSON that {nameof(SavedConversation)}.{nameof(ToJson)} returned.");
        }
    }

    private static ConversationItem ReadItem(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object ? RealtimeJson.Deserialize<ConversationItem>(item.GetRawText()) : throw new JsonException();

    /// <summary>Returns the members as text, without the items.</summary>
    public override string ToString() => PeerText.Sanitize($"{nameof(SavedConversation)} {{ Agent = {Agent}, SavedAt = {SavedAt:O}, Items = {Items.Count} }}");
}
