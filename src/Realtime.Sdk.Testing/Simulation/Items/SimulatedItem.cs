namespace Realtime.Sdk.Testing.Internal;

/// <summary>An item of a conversation.</summary>
/// <param name="json">The item as in events, without audio.</param>
internal sealed class SimulatedItem(JsonObject json)
{
    public JsonObject Json => json;

    public string Id => json.Text("id") ?? "";

    public string Type => json.Text("type") ?? "";

    /// <summary>The ID of the function call that the item is or answers; null for other items.</summary>
    public string? CallId => json.Text("call_id");

    public bool IsFromUser => json.Text("role") == "user";

    public bool IsFromAssistant => json.Text("role") == "assistant";

    /// <summary>The audio of the user by content index, in the format in which it was received.</summary>
    public Dictionary<int, byte[]> Audio { get; } = [];

    /// <summary>The words of the user's audio, whether or not the session requests transcription.</summary>
    public string? Heard { get; set; }

    /// <summary>The final status of the response that generated the item; null before, and for items of the client.</summary>
    public string? ResponseStatus { get; set; }

    /// <summary>Whether the client has deleted the item.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>Whether the model generated the item.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>The scripted answer that a call is part of; null for none.</summary>
    public ScriptedAnswer? Script { get; init; }

    /// <summary>Synthesizes the speech of the assistant again; null if the item has no speech.</summary>
    public Speech? Speech { get; set; }

    /// <summary>The duration of the item's audio.</summary>
    public TimeSpan AudioLength { get; set; }

    /// <summary>The words of the item, typed or spoken.</summary>
    public string Words => Heard ?? string.Join(' ', json.Elements("content").Select(part => part.Text("text") ?? part.Text("transcript")).Where(text => text is not null));

    public int Images => json.Elements("content").Count(part => part.Text("type") == "input_image");

    /// <summary>Returns a copy for an event.</summary>
    public JsonObject Copy() => json.DeepClone().AsObject();

    /// <summary>Returns a copy including the audio.</summary>
    public JsonObject CopyWithAudio()
    {
        var whole = new JsonObject();
        foreach (var (name, value) in json)
        {
            whole[name] = value?.DeepClone();
            if (name == "id")
                whole["object"] = "realtime.item";
        }
        var content = whole["content"] as JsonArray;
        for (var i = 0; i < (content?.Count ?? 0); i++)
        {
            if (Audio.TryGetValue(i, out var audio))
                content![i]!["audio"] = Convert.ToBase64String(audio);
            else if (Speech is not null && content![i].Text("type") == "output_audio")
                content[i]!["audio"] = Convert.ToBase64String(Speech.Render(AudioLength));
        }
        return whole;
    }
}
