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
            "realtime" => Checked<RealtimeSessionConfiguration>(given, KnownMembers.Realtime, SessionDefaults.Realtime, path),
            "transcription" => Checked<TranscriptionSessionConfiguration>(given, KnownMembers.Transcription, SessionDefaults.Transcription, path),
            var type => throw EmulatorHttpException.InvalidValue($"{path}.type", $"'{type}' is neither 'realtime' nor 'transcription'"),
        };
    }

    /// <summary>The session of a call, which is a realtime session; nothing asked gives the defaults.</summary>
    public static JsonObject EffectiveCall(JsonNode? asked, string path)
    {
        if (asked is not null && Type(Object(asked, path), path) is var type and not "realtime")
            throw EmulatorHttpException.InvalidValue(At(path, "type"), $"'{type}' is not 'realtime'");
        return Effective(asked, path);
    }

    /// <summary>A translation session, which needs a model.</summary>
    public static JsonObject EffectiveTranslation(JsonNode? asked, string path)
    {
        if (asked is null)
            throw EmulatorHttpException.MissingParameter(path);
        var given = Object(asked, path);
        if (given["model"] is null)
            throw EmulatorHttpException.MissingParameter($"{path}.model");
        return Checked<TranslationSessionConfiguration>(given, KnownMembers.Translation, SessionDefaults.Translation, path);
    }

    /// <summary>The session after an update, of which a realtime or transcription session may change neither kind nor model.</summary>
    public static JsonObject Updated(JsonObject current, JsonNode? asked)
    {
        const string path = "session";
        var given = Object(asked ?? throw EmulatorHttpException.MissingParameter(path), path);
        if ((string?)current["type"] == "translation")
        {
            foreach (var name in new[] { "type", "model" })
            {
                if (given.ContainsKey(name))
                    throw EmulatorHttpException.UnknownParameter($"{path}.{name}");
            }
            return Checked<TranslationSessionConfiguration>(given, KnownMembers.Translation, current, path);
        }
        if (Type(given, path) is var type && type != (string?)current["type"])
            throw EmulatorHttpException.InvalidValue($"{path}.type", $"this is a {(string?)current["type"]} session");
        if (given["model"] is { } model && !JsonNode.DeepEquals(model, current["model"]))
            throw EmulatorHttpException.InvalidValue($"{path}.model", "the model of a session cannot be changed");
        return type == "realtime"
            ? Checked<RealtimeSessionConfiguration>(given, KnownMembers.Realtime, current, path)
            : Checked<TranscriptionSessionConfiguration>(given, KnownMembers.Transcription, current, path);
    }

    /// <summary>The flat session of the retired endpoint.</summary>
    public static JsonObject EffectiveLegacy(JsonObject asked) =>
        Checked<LegacySessionConfiguration>(asked, KnownMembers.LegacyRealtime, SessionDefaults.LegacyRealtime, "");

    /// <summary>The flat transcription session of the retired endpoint.</summary>
    public static JsonObject EffectiveLegacyTranscription(JsonObject asked) =>
        Checked<LegacyTranscriptionSessionConfiguration>(asked, KnownMembers.LegacyTranscription, SessionDefaults.LegacyTranscription, "");

    private static JsonObject Checked<T>(JsonObject given, JsonNode known, JsonObject current, string path) where T : SessionConfiguration, IWireObject<T>
    {
        KnownMembers.Check(given, known, path);
        foreach (var violation in Read<T>(given, path).Validate())
        {
            if (violation.Severity == ConstraintSeverity.Error)
                throw EmulatorHttpException.InvalidValue(At(path, violation.Path), violation.Rule);
        }
        return EffectiveSession.Apply(current, given);
    }

    private static T Read<T>(JsonObject given, string path) where T : SessionConfiguration, IWireObject<T>
    {
        try
        {
            return RealtimeJson.Deserialize<T>(WireJson.Bytes(given).Span);
        }
        catch (RealtimeProtocolException e)
        {
            throw EmulatorHttpException.WrongType(At(path, e.Path?.TrimStart('$', '.') ?? ""), "it is not the JSON it should be");
        }
    }

    private static string At(string path, string member) => (path, member) switch
    {
        ("", _) => member,
        (_, "") => path,
        _ => $"{path}.{member}",
    };

    private static JsonObject Object(JsonNode json, string path) => json as JsonObject ?? throw EmulatorHttpException.WrongType(path, "an object was expected");

    private static string Type(JsonObject session, string path) => session["type"] switch
    {
        null => throw EmulatorHttpException.MissingParameter(At(path, "type")),
        JsonValue value when value.TryGetValue(out string? type) => type!,
        _ => throw EmulatorHttpException.WrongType(At(path, "type"), "a string was expected"),
    };
}
