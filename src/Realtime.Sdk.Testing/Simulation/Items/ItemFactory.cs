namespace Realtime.Sdk.Testing.Internal;

/// <summary>Creates items from the JSON of a client, after the rules have accepted it.</summary>
internal static class ItemFactory
{
    /// <summary>Creates an item of a conversation.</summary>
    public static SimulatedItem Create(JsonObject given, SimulationContext context)
    {
        var type = given.Text("type");
        var json = new JsonObject { ["id"] = given.Text("id") ?? context.Ids.Next("item_"), ["type"] = type, ["status"] = "completed" };
        var item = new SimulatedItem(json);
        foreach (var (name, value) in given)
        {
            if (!json.ContainsKey(name) && name is not "object")
                json[name] = value?.DeepClone();
        }
        if (type == "function_call")
            json["call_id"] ??= context.Ids.Next("call_");
        var content = item.Json["content"] as JsonArray ?? [];
        for (var i = 0; i < content.Count; i++)
        {
            if (content[i] is JsonObject part && part.Text("type") == "input_audio")
                MoveAudio(item, i, part, context);
        }
        return item;
    }

    /// <summary>Moves the audio of a part out of the JSON, because events contain items without audio.</summary>
    private static void MoveAudio(SimulatedItem item, int index, JsonObject part, SimulationContext context)
    {
        var audio = Convert.FromBase64String(part.Text("audio") ?? "");
        part.Remove("audio");
        part["transcript"] ??= null;
        item.Audio[index] = audio;
        item.AudioLength += context.InputFormat.DurationOf(audio.Length - (audio.Length % context.InputFormat.BytesPerSample));
    }
}
