namespace Realtime.Sdk.Testing.Internal;

/// <summary>Compares messages by their members and JSON types, not by their texts, numbers and IDs.</summary>
internal static class MessageShape
{
    private const string EventId = "event_id";

    /// <summary>The entry of a response's metadata by which a conversation recognizes its replies.</summary>
    private const string ReplyTag = "realtime_sdk_reply";

    /// <summary>Returns a description of the first difference in shape between two messages; null if there is none.</summary>
    public static string? FindDifference(JsonObject expected, JsonObject actual) => FindDifference(expected, actual, "");

    /// <summary>Returns a description of the difference in type, or in the type of the item; null if there is none.</summary>
    public static string? FindTypeDifference(JsonObject expected, JsonObject actual) =>
        expected.Text("type") is var type && type != actual.Text("type") ? $"type is '{actual.Text("type")}' instead of '{type}'"
        : expected.Object("item").Text("type") is var item && item != actual.Object("item").Text("type") ? $"item.type is '{actual.Object("item").Text("type")}' instead of '{item}'"
        : null;

    /// <summary>Finds the IDs that the client uses in place of recorded IDs.</summary>
    public static void MapIds(JsonNode? recorded, JsonNode? actual, Dictionary<string, string> ids)
    {
        if (recorded is JsonArray left && actual is JsonArray right)
        {
            foreach (var (first, second) in left.Zip(right))
                MapIds(first, second, ids);
        }
        foreach (var (name, value) in recorded as JsonObject ?? [])
        {
            if ((name is "id" or ReplyTag || name.EndsWith("_id", StringComparison.Ordinal)) && recorded.Text(name) is { } old && actual.Text(name) is { } chosen)
                ids[old] = chosen;
            else
                MapIds(value, (actual as JsonObject)?[name], ids);
        }
    }

    /// <summary>Returns a copy with the client's IDs in place of the recorded ones.</summary>
    public static JsonNode ReplaceIds(JsonNode message, IReadOnlyDictionary<string, string> ids) => message switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value is { } value ? ReplaceIds(value, ids) : null))),
        JsonArray elements => new JsonArray([.. elements.Select(element => element is null ? null : ReplaceIds(element, ids))]),
        JsonValue value when value.TryGetValue(out string? text) && ids.TryGetValue(text, out var chosen) => chosen,
        _ => message.DeepClone(),
    };

    private static string? FindDifference(JsonNode? expected, JsonNode? actual, string path)
    {
        if (DescribeKind(expected) != DescribeKind(actual))
            return $"{path} is {DescribeKind(actual)} instead of {DescribeKind(expected)}";
        return (expected, actual) switch
        {
            (JsonObject left, JsonObject right) => FindDifference(left, right, path),
            (JsonArray left, JsonArray right) => left.Count != right.Count
                ? $"{path} has {right.Count} elements instead of {left.Count}"
                : left.Select((element, i) => FindDifference(element, right[i], $"{path}[{i}]")).FirstOrDefault(difference => difference is not null),
            _ => null,
        };
    }

    private static string? FindDifference(JsonObject expected, JsonObject actual, string path)
    {
        var dot = path.Length == 0 ? "" : ".";
        foreach (var name in new[] { "type", "role" })
        {
            if (expected.Text(name) != actual.Text(name))
                return $"{path}{dot}{name} is '{actual.Text(name)}' instead of '{expected.Text(name)}'";
        }
        var names = expected.Select(member => member.Key).Union(actual.Select(member => member.Key)).Where(name => name != EventId);
        foreach (var name in names)
        {
            if (!actual.ContainsKey(name))
                return $"{path}{dot}{name} is missing";
            if (!expected.ContainsKey(name))
                return $"{path}{dot}{name} is not in the recording";
            if (FindDifference(expected[name], actual[name], $"{path}{dot}{name}") is { } difference)
                return difference;
        }
        return null;
    }

    private static string DescribeKind(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a string",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };
}
