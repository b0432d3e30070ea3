namespace Realtime.Sdk.Testing.Internal;

/// <summary>Applies the changes that a client requests: given members replace those of the session, and all others remain unchanged.</summary>
internal static class EffectiveSession
{
    /// <summary>Members that are applied but not echoed.</summary>
    private static readonly string[] NotEchoed = ["parallel_tool_calls"];

    private static readonly string[] NotMerged = ["prompt", "tracing", "voice", "tool_choice", "truncation"];

    /// <summary>Members that null clears. Other members are left unchanged if they are null.</summary>
    private static readonly string[] Clearable = ["turn_detection", "transcription", "input_audio_transcription", "noise_reduction", "input_audio_noise_reduction", "idle_timeout_ms", "tracing", "prompt", "include"];

    /// <summary>Returns a new session object: <paramref name="current"/> with the members of <paramref name="requested"/>.</summary>
    public static JsonObject Apply(JsonObject current, JsonObject requested)
    {
        var hasOutput = current.Text("type") != "transcription";
        return Merge(current, requested, hasOutput);
    }

    /// <summary>Sets the ID and the expiration time of <paramref name="session"/>, and returns it.</summary>
    public static JsonObject Identify(JsonObject session, string id, DateTimeOffset? expiresAt)
    {
        session["id"] = id;
        session["expires_at"] = expiresAt?.ToUnixTimeSeconds() ?? 0;
        return session;
    }

    private static JsonObject Merge(JsonObject current, JsonObject requested, bool hasOutput)
    {
        var result = current.DeepClone().AsObject();
        foreach (var (name, value) in requested.Where(member => !NotEchoed.Contains(member.Key) && (member.Value is not null || Clearable.Contains(member.Key))))
            result[name] = Value(name, result[name], value, hasOutput);
        return result;
    }

    private static JsonNode? Value(string name, JsonNode? current, JsonNode? requested, bool hasOutput)
    {
        if (name == "tools" && requested is JsonArray tools)
            return new JsonArray([.. tools.Select(RemoveSecrets)]);

        // Observed from the service: empty instructions are echoed as the default text.
        if (name == "instructions" && requested.AsText() is "")
            return SessionDefaults.Instructions;
        if (requested is not JsonObject given || NotMerged.Contains(name))
            return requested?.DeepClone();
        var type = given.Text("type");
        return current is JsonObject old && (type is null || type == old.Text("type"))
            ? Merge(old, given, hasOutput)
            : Merge(SessionDefaults.GetVariantDefaults(name, type, hasOutput), given, hasOutput);
    }

    private static JsonNode? RemoveSecrets(JsonNode? tool)
    {
        var echo = tool?.DeepClone();
        if (echo is JsonObject members && members.Text("type") == "mcp")
        {
            members.Remove("authorization");
            members.Remove("headers");
        }
        return echo;
    }
}
