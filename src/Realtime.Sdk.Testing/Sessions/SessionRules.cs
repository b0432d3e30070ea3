namespace Realtime.Sdk.Testing.Internal;

/// <summary>Takes what a client asks for, refuses what the service would refuse, and gives the effective session.</summary>
internal static class SessionRules
{
    /// <summary>A realtime or transcription session; nothing asked gives the realtime defaults.</summary>
    public static JsonObject Effective(JsonNode? asked, string path)
    {
        if (asked is null)
            return SessionDefaults.Realtime;
        var given = Object(asked, path);
        return Type(given, path) switch
        {
            "realtime" => Checked(given, KnownMembers.Realtime, SessionDefaults.Realtime, path),
            "transcription" => Checked(given, KnownMembers.Transcription, SessionDefaults.Transcription, path),
            var type => throw Refusal.InvalidValue($"{path}.type", $"'{type}' is neither 'realtime' nor 'transcription'"),
        };
    }

    /// <summary>A translation session, which needs a model.</summary>
    public static JsonObject EffectiveTranslation(JsonNode? asked, string path)
    {
        if (asked is null)
            throw Refusal.MissingParameter(path);
        var given = Object(asked, path);
        if (given["model"] is null)
            throw Refusal.MissingParameter($"{path}.model");
        return Checked(given, KnownMembers.Translation, SessionDefaults.Translation, path);
    }

    /// <summary>The session after an update, of which a realtime or transcription session may change neither kind nor model.</summary>
    public static JsonObject Updated(JsonObject current, JsonNode? asked)
    {
        const string path = "session";
        var given = Object(asked ?? throw Refusal.MissingParameter(path), path);
        if ((string?)current["type"] == "translation")
        {
            foreach (var name in new[] { "type", "model" })
            {
                if (given.ContainsKey(name))
                    throw Refusal.UnknownParameter($"{path}.{name}");
            }
            return Checked(given, KnownMembers.Translation, current, path);
        }
        if (Type(given, path) is var type && type != (string?)current["type"])
            throw Refusal.InvalidValue($"{path}.type", $"this is a {(string?)current["type"]} session");
        if (given["model"] is { } model && !JsonNode.DeepEquals(model, current["model"]))
            throw Refusal.InvalidValue($"{path}.model", "the model of a session cannot be changed");
        return Checked(given, type == "realtime" ? KnownMembers.Realtime : KnownMembers.Transcription, current, path);
    }

    /// <summary>The flat session of the retired endpoint.</summary>
    public static JsonObject EffectiveLegacy(JsonObject asked) => Checked(asked, KnownMembers.LegacyRealtime, SessionDefaults.LegacyRealtime, "");

    /// <summary>The flat transcription session of the retired endpoint.</summary>
    public static JsonObject EffectiveLegacyTranscription(JsonObject asked) =>
        Checked(asked, KnownMembers.LegacyTranscription, SessionDefaults.LegacyTranscription, "");

    private static JsonObject Checked(JsonObject given, JsonNode known, JsonObject defaults, string path)
    {
        KnownMembers.Check(given, known, path);
        return EffectiveSession.Apply(defaults, given);
    }

    private static JsonObject Object(JsonNode json, string path) => json as JsonObject ?? throw Refusal.WrongType(path, "an object was expected");

    private static string Type(JsonObject session, string path) => session["type"] switch
    {
        null => throw Refusal.MissingParameter($"{path}.type"),
        JsonValue value when value.TryGetValue(out string? type) => type!,
        _ => throw Refusal.WrongType($"{path}.type", "a string was expected"),
    };
}
