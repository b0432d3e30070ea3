namespace Realtime.Sdk.Internal;

/// <summary>What is read from JSON that no record of ours stands for.</summary>
internal static class WireElement
{
    /// <summary>The <c>event_id</c> of a whole message; null when it has none.</summary>
    public static string? EventId(this JsonElement message) => Text(message, "event_id"u8);

    /// <summary>A whole message of a kind we do not know: it says itself what it is, for only it is sent.</summary>
    public static void CheckMessage(this JsonElement message, Constraints constraints, string type, string? eventId)
    {
        if (message.ValueKind == JsonValueKind.Undefined)
            return;
        if (Text(message, "type"u8) is not { } written)
            constraints.Error("type", null, "is required");
        else if (written != type)
            constraints.Error("type", Constraints.Shown(written), $"must be {Constraints.Shown(type)} as the event's Type");
        if (message.EventId() != eventId)
            constraints.Error("event_id", Constraints.Shown(eventId), "must stand in the JSON: only that is sent");
    }

    private static string? Text(JsonElement message, ReadOnlySpan<byte> name) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
