namespace Realtime.Sdk.Testing.Internal;

/// <summary>Makes an item of what a client sends, or refuses it.</summary>
internal static class ItemRules
{
    private static readonly string[] Types =
        ["message", "function_call", "function_call_output", "mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response"];

    /// <summary>An item of a conversation.</summary>
    public static SimulatedItem Item(JsonObject given, string path, SimulationContext context)
    {
        var type = Required(given, "type", path);
        if (!Types.Contains(type))
            throw EmulatorHttpException.InvalidValue($"{path}.type", $"'{type}' is none of {string.Join(", ", Types)}");
        var json = new JsonObject { ["id"] = given.Text("id") ?? context.Ids.Next("item_"), ["type"] = type, ["status"] = "completed" };
        var item = new SimulatedItem(json);
        foreach (var (name, value) in given)
        {
            if (!json.ContainsKey(name) && name is not "object")
                json[name] = value?.DeepClone();
        }
        switch (type)
        {
            case "message":
                Message(item, Required(given, "role", path), path, context);
                break;
            case "function_call":
                Required(given, "name", path);
                Required(given, "arguments", path);
                json["call_id"] ??= context.Ids.Next("call_");
                break;
            case "function_call_output":
                Required(given, "call_id", path);
                Required(given, "output", path);
                break;
            case "mcp_approval_response":
                Required(given, "approval_request_id", path);
                if (given.Flag("approve") is null)
                    throw EmulatorHttpException.MissingParameter($"{path}.approve");
                break;
            default:
                break;
        }
        return item;
    }

    private static void Message(SimulatedItem item, string role, string path, SimulationContext context)
    {
        if (item.Json["content"] is not JsonArray content)
            throw EmulatorHttpException.MissingParameter($"{path}.content");
        string[] allowed = role switch
        {
            "user" => ["input_text", "input_audio", "input_image"],
            "assistant" => ["output_text"],
            "system" => ["input_text"],
            _ => throw EmulatorHttpException.InvalidValue($"{path}.role", $"'{role}' is none of user, assistant, system"),
        };
        for (var i = 0; i < content.Count; i++)
        {
            var at = $"{path}.content[{i}]";
            var part = content[i] as JsonObject ?? throw EmulatorHttpException.WrongType(at, "an object was expected");
            var type = Required(part, "type", at);
            if (!allowed.Contains(type))
                throw EmulatorHttpException.InvalidValue($"{at}.type", $"'{type}' is not for a message of the {role}; {string.Join(" or ", allowed)} would be");
            Part(item, i, part, type, at, context);
        }
    }

    private static void Part(SimulatedItem item, int index, JsonObject part, string type, string path, SimulationContext context)
    {
        switch (type)
        {
            case "input_text" or "output_text":
                Required(part, "text", path);
                break;
            case "input_image":
                Picture(Required(part, "image_url", path), path);
                break;
            default:
                var audio = Audio(Required(part, "audio", path), $"{path}.audio");
                part.Remove("audio");
                part["transcript"] ??= null;
                item.Audio[index] = audio;
                item.AudioLength += context.InputFormat.DurationOf(audio.Length - (audio.Length % context.InputFormat.BytesPerSample));
                break;
        }
    }

    private static void Picture(string url, string path)
    {
        if (!url.StartsWith("data:image/png", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("data:image/jpeg", StringComparison.OrdinalIgnoreCase))
            throw EmulatorHttpException.InvalidValue($"{path}.image_url", "a data URI with a PNG or JPEG was expected");
    }

    private static byte[] Audio(string base64, string path)
    {
        var audio = new byte[((base64.Length * 3) + 3) / 4];
        return Convert.TryFromBase64String(base64, audio, out var length) ? audio[..length] : throw EmulatorHttpException.InvalidValue(path, "base64 audio was expected");
    }

    private static string Required(JsonObject json, string member, string path) =>
        json.Text(member) ?? throw (json[member] is null ? EmulatorHttpException.MissingParameter($"{path}.{member}") : EmulatorHttpException.WrongType($"{path}.{member}", "a string was expected"));
}
