namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reads members of any JSON. A value of another JSON type is treated as absent.</summary>
internal static class JsonMembers
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(3650);

    public static string? Text(this JsonNode? json, string member) => json.Member(member).AsText();

    /// <summary>Returns the text of a value; null if it is not a string.</summary>
    public static string? AsText(this JsonNode? json) => json is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static bool? Flag(this JsonNode? json, string member) =>
        json.Member(member) is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static double? Number(this JsonNode? json, string member) =>
        json.Member(member) is not JsonValue value ? null
        : value.TryGetValue(out double number) ? number
        : value.TryGetValue(out int whole) ? whole
        : value.TryGetValue(out long large) ? large
        : null;

    /// <summary>Returns a number of milliseconds as a duration of at most ten years; null if there is no number.</summary>
    public static TimeSpan? Milliseconds(this JsonNode? json, string member) =>
        json.Number(member) is { } number ? TimeSpan.FromMilliseconds(Math.Min(number, MaxDuration.TotalMilliseconds)) : null;

    public static JsonObject? Object(this JsonNode? json, string member) => json.Member(member) as JsonObject;

    /// <summary>Returns the elements of an array; empty if there is no array.</summary>
    public static IEnumerable<JsonNode?> Elements(this JsonNode? json, string member) => json.Member(member) as JsonArray ?? [];

    /// <summary>Returns the <c>audio.output</c> of a session or a response.</summary>
    public static JsonObject? AudioOutput(this JsonNode? json) => json.Object("audio").Object("output");

    private static JsonNode? Member(this JsonNode? json, string member) =>
        json is JsonObject members && members.TryGetPropertyValue(member, out var value) ? value : null;
}
