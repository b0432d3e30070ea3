using System.Text.Json;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>
/// Finds what the page must not have sent in what the service has received, under the default policy. It knows nothing of the relay: it reads with the platform's parser, and
/// has its own list of what is allowed.
/// </summary>
internal static class PolicyOracle
{
    private const int MaxDepth = 32;

    private static readonly Dictionary<string, string[]> Members = new()
    {
        ["input_audio_buffer.append"] = ["audio"],
        ["input_audio_buffer.commit"] = [],
        ["input_audio_buffer.clear"] = [],
        ["conversation.item.create"] = ["previous_item_id", "item"],
        ["conversation.item.truncate"] = ["item_id", "content_index", "audio_end_ms"],
        ["response.cancel"] = ["response_id"],
        ["response.create"] = [],
    };

    /// <summary>Returns what is forbidden in a message; null if nothing is.</summary>
    public static string? FindFault(ReadOnlyMemory<byte> message)
    {
        using var json = JsonDocument.Parse(message, new() { MaxDepth = MaxDepth });
        var root = json.RootElement;
        if (FindRepeated(root) is { } repeated)
            return $"\"{repeated}\" is repeated";
        if (FindCanary(root))
            return "a value of a forbidden event";
        var type = root.GetProperty("type").GetString()!;
        if (!Members.TryGetValue(type, out var members))
            return $"the type {type}";
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name != "type" && member.Name != "event_id" && !members.Contains(member.Name))
                return $"the member {member.Name}";
            if (member.Name == "event_id" && type != "response.create" && !member.Value.GetString()!.StartsWith("relay_", StringComparison.Ordinal))
                return "an event ID that could be the conversation's";
            if (member.Value.ValueKind != (member.Name switch { "item" => JsonValueKind.Object, "content_index" or "audio_end_ms" => JsonValueKind.Number, _ => JsonValueKind.String }))
                return $"the kind of {member.Name}";
            if (member.Name == "audio")
                _ = member.Value.GetBytesFromBase64();
        }
        return root.TryGetProperty("item", out var item) ? FindFaultOfItem(item) : null;
    }

    /// <summary>A call of the page is in none of these tests, so it may only send messages of the user.</summary>
    private static string? FindFaultOfItem(JsonElement item)
    {
        if (item.GetProperty("type").GetString() != "message" || item.GetProperty("role").GetString() != "user")
            return "the kind of item";
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name is not ("id" or "object" or "type" or "status" or "role" or "content"))
                return $"the member item.{member.Name}";
            if (member.Value.ValueKind != (member.Name == "content" ? JsonValueKind.Array : JsonValueKind.String))
                return $"the kind of item.{member.Name}";
        }
        foreach (var part in item.GetProperty("content").EnumerateArray())
        {
            if (part.GetProperty("type").GetString() is not ("input_text" or "input_audio" or "input_image"))
                return "the kind of content";
            foreach (var member in part.EnumerateObject())
            {
                if (member.Name is not ("type" or "text" or "audio" or "transcript" or "image_url" or "detail") || member.Value.ValueKind != JsonValueKind.String)
                    return $"the member item.content.{member.Name}";
            }
        }
        return null;
    }

    private static string? FindRepeated(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(FindRepeated).FirstOrDefault(found => found is not null),
        JsonValueKind.Object => value.EnumerateObject().GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key
            ?? value.EnumerateObject().Select(member => FindRepeated(member.Value)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static bool FindCanary(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains(ForgedEvents.Canary, StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(FindCanary),
        JsonValueKind.Object => value.EnumerateObject().Any(member => member.Name.Contains(ForgedEvents.Canary, StringComparison.Ordinal) || FindCanary(member.Value)),
        _ => false,
    };
}
