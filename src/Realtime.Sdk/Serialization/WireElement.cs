namespace Realtime.Sdk.Internal;

/// <summary>What is read from JSON that no record of ours stands for.</summary>
internal static class WireElement
{
    /// <summary>The <c>event_id</c> of a whole message; null when it has none.</summary>
    public static string? EventId(this JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("event_id"u8, out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;
}
