namespace Realtime.Sdk.Testing.Internal;

/// <summary>What a session becomes when a client asks for changes: members given are taken, all others stay.</summary>
internal static class EffectiveSession
{
    /// <summary>Taken, but never shown again.</summary>
    private static readonly string[] NotEchoed = ["parallel_tool_calls"];

    private static readonly string[] ReplacedWhole = ["prompt", "tracing", "voice", "tool_choice", "truncation"];

    /// <summary>What a null clears; any other null stands for a member that is left out.</summary>
    private static readonly string[] Clearable = ["turn_detection", "transcription", "input_audio_transcription", "noise_reduction", "input_audio_noise_reduction", "idle_timeout_ms", "tracing", "prompt", "include"];

    /// <summary>A new session object: <paramref name="current"/> with the members of <paramref name="asked"/>.</summary>
    public static JsonObject Apply(JsonObject current, JsonObject asked)
    {
        var speaks = current["type"]?.GetValueKind() != JsonValueKind.String || (string?)current["type"] != "transcription";
        return Merge(current, asked, speaks);
    }

    /// <summary>The members of <paramref name="session"/> that identify it and say how long it lives.</summary>
    public static JsonObject Identify(JsonObject session, string id, DateTimeOffset? expiresAt)
    {
        session["id"] = id;
        session["expires_at"] = expiresAt?.ToUnixTimeSeconds() ?? 0;
        return session;
    }

    private static JsonObject Merge(JsonObject current, JsonObject asked, bool speaks)
    {
        var result = current.DeepClone().AsObject();
        foreach (var (name, value) in asked.Where(member => !NotEchoed.Contains(member.Key) && (member.Value is not null || Clearable.Contains(member.Key))))
            result[name] = Value(name, result[name], value, speaks);
        return result;
    }

    private static JsonNode? Value(string name, JsonNode? current, JsonNode? asked, bool speaks)
    {
        if (name == "tools" && asked is JsonArray tools)
            return new JsonArray([.. tools.Select(WithoutSecrets)]);

        // Seen of the service: empty instructions do not clear, but show the default text.
        if (name == "instructions" && asked.AsText() is "")
            return SessionDefaults.Instructions;
        if (asked is not JsonObject given || ReplacedWhole.Contains(name))
            return asked?.DeepClone();
        var type = TypeOf(given);
        return current is JsonObject old && (type is null || type == TypeOf(old))
            ? Merge(old, given, speaks)
            : Merge(SessionDefaults.OfVariant(name, type, speaks), given, speaks);
    }

    private static JsonNode? WithoutSecrets(JsonNode? tool)
    {
        var echo = tool?.DeepClone();
        if (echo is JsonObject members && TypeOf(members) == "mcp")
        {
            members.Remove("authorization");
            members.Remove("headers");
        }
        return echo;
    }

    private static string? TypeOf(JsonObject json) => json["type"] is JsonValue value && value.TryGetValue(out string? type) ? type : null;
}
