namespace Realtime.Sdk.Testing.Internal;

/// <summary>Checks a session that a client requests, and creates the effective session.</summary>
internal static class SessionRules
{
    private const string Realtime = "realtime", Transcription = "transcription";

    private static readonly ValueSet CallTypes = new(Realtime);

    /// <summary>Returns the effective realtime or transcription session; null gives the realtime defaults.</summary>
    public static JsonObject ComputeEffective(JsonNode? requested, string path, ServicePolicy policy)
    {
        if (requested is null)
            return SessionDefaults.GetRealtime(policy);
        var given = Object(requested, path);
        return Type(given, path) switch
        {
            Realtime => CheckAndApply(given, SessionShapes.Realtime, SessionDefaults.GetRealtime(policy), path, policy),
            Transcription => CheckAndApply(given, SessionShapes.TranscriptionSession, SessionDefaults.Transcription, path, policy),
            var type => throw ServiceErrors.UnknownValue(At(path, "type"), type, ServiceValues.SessionTypes),
        };
    }

    /// <summary>Returns the effective session of a call, which must be a realtime session; null gives the defaults.</summary>
    public static JsonObject ComputeEffectiveCall(JsonNode? requested, string path, ServicePolicy policy)
    {
        if (requested is not null && Type(Object(requested, path), path) is var type and not Realtime)
            throw ServiceErrors.UnknownValue(At(path, "type"), type, CallTypes);
        return ComputeEffective(requested, path, policy);
    }

    /// <summary>Returns the effective translation session, which requires a model.</summary>
    public static JsonObject ComputeEffectiveTranslation(JsonNode? requested, string path, ServicePolicy policy)
    {
        var given = Object(requested ?? throw EmulatorHttpException.MissingParameter(path), path);
        return CheckAndApply(given, SessionShapes.Translation, SessionDefaults.Translation, path, policy);
    }

    /// <summary>Returns the session after an update, which may not change the type or the model.</summary>
    public static JsonObject ApplyUpdate(JsonObject current, JsonNode? requested, ServicePolicy policy)
    {
        const string path = "session";
        var given = Object(requested ?? throw EmulatorHttpException.MissingParameter(path), path);
        var kind = current.Text("type")!;
        if (kind == "translation")
            return CheckAndApply(given, SessionShapes.TranslationUpdate, current, path, policy);
        var type = Type(given, path);
        if (!ServiceValues.SessionTypes.Contains(type))
            throw ServiceErrors.UnknownValue(At(path, "type"), type, ServiceValues.SessionTypes);
        if (type != kind)
            throw ServiceErrors.SessionTypeMismatch(At(path, "type"), type, kind);
        var updated = CheckAndApply(given, type == Realtime ? SessionShapes.Realtime : SessionShapes.TranscriptionSession, current, path, policy);
        if (!JsonNode.DeepEquals(updated["model"], current["model"]))
            throw EmulatorHttpException.InvalidValue($"{path}.model", "the model of a session cannot be changed");
        return updated;
    }

    /// <summary>Returns the flat session of the retired endpoint.</summary>
    public static JsonObject ComputeEffectiveLegacy(JsonObject requested, ServicePolicy policy) =>
        CheckAndApply(requested, SessionShapes.FlatRealtime, SessionDefaults.LegacyRealtime, "", policy);

    /// <summary>Returns the flat transcription session of the retired endpoint.</summary>
    public static JsonObject ComputeEffectiveLegacyTranscription(JsonObject requested, ServicePolicy policy) =>
        CheckAndApply(requested, SessionShapes.FlatTranscription, SessionDefaults.LegacyTranscription, "", policy);

    private static JsonObject CheckAndApply(JsonObject given, WireRule rule, JsonObject current, string path, ServicePolicy policy)
    {
        rule.Check(given, new(policy, path));
        var session = EffectiveSession.Apply(current, given);
        ToolShapes.CheckChoice(given["tool_choice"], session["tools"], At(path, "tool_choice"), policy);
        if (session.Text("type") == Transcription)
            CheckTurnDetection(session.Object("audio").Object("input"), At(path, "audio.input.turn_detection"));
        return session;
    }

    /// <summary>Refuses turn detection with a model that does not support it, even if the client only left the default on.</summary>
    private static void CheckTurnDetection(JsonObject? input, string path)
    {
        if (input.Object("turn_detection") is not null
            && input.Object("transcription").Text("model") is { } model
            && ServiceModels.WithoutTurnDetection.Contains(model))
        {
            throw ServiceErrors.NoTurnDetection(path);
        }
    }

    private static string At(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";

    private static JsonObject Object(JsonNode json, string path) => json as JsonObject ?? throw ServiceErrors.WrongType(path, "an object", json);

    private static string Type(JsonObject session, string path) => session["type"] switch
    {
        null => throw EmulatorHttpException.MissingParameter(At(path, "type")),
        var type => type.AsText() ?? throw ServiceErrors.WrongType(At(path, "type"), "a string", type),
    };
}
