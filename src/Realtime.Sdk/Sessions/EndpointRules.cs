namespace Realtime.Sdk.Internal;

/// <summary>The kinds of session that each endpoint accepts. Unrecognized kinds are not checked, because the service may add kinds before this SDK.</summary>
internal static class EndpointRules
{
    private const string FlatRule = "must have the nested shape, since only servers of the beta accept the flat one: use RealtimeSessionConfiguration";

    private static readonly string Translation = Constraints.Quote("translation");

    private static readonly string[] CallSchemes = ["tel:", "sip:", "sips:"];

    private const string FlatTranscriptionRule =
        "must have the nested shape, since only servers of the beta accept the flat one: use TranscriptionSessionConfiguration";

    /// <summary>The rule for a session ID of the Live API in place of a call ID.</summary>
    public const string LiveSessionRule = "must be the ID of a Realtime call (rtc_…): this is a session of the Live API, which has its own endpoints";

    /// <summary>Returns whether an ID belongs to a session of the Live API. All other IDs are opaque.</summary>
    public static bool IsLiveSession(string id) => id.StartsWith("live_", StringComparison.Ordinal);

    /// <summary>Checks a request to <c>/realtime/client_secrets</c>, which accepts realtime and transcription sessions.</summary>
    public static IReadOnlyList<ConstraintViolation> CheckClientSecret(ClientSecretRequest request) => Constraints.Validate(request, constraints =>
    {
        if (request.Session is TranslationSessionConfiguration)
            constraints.Error("session.type", Translation, "must be realtime or transcription: translation sessions have their own endpoint");
        CheckNotLegacy(constraints, request.Session);
    });

    /// <summary>Checks a request to <c>/realtime/translations/client_secrets</c>, which requires a translation session with a model.</summary>
    public static IReadOnlyList<ConstraintViolation> CheckTranslationClientSecret(ClientSecretRequest request) => Constraints.Validate(request, constraints =>
    {
        switch (request.Session)
        {
            case null:
                constraints.Error("session", null, "is required");
                break;
            case TranslationSessionConfiguration translation:
                constraints.Required(translation.Model, "session.model");
                break;
            case RealtimeSessionConfiguration or TranscriptionSessionConfiguration:
                constraints.Error("session.type", Constraints.Quote(request.Session.Type), "must not be sent: this endpoint accepts only translation sessions");
                break;
        }
        CheckNotLegacy(constraints, request.Session);
    });

    /// <summary>Checks a session for <c>/realtime/calls</c> and <c>/realtime/calls/{call_id}/accept</c>, which accept only realtime sessions.</summary>
    public static void Call(Constraints constraints, SessionConfiguration session, string name)
    {
        if (session is TranscriptionSessionConfiguration or TranslationSessionConfiguration)
            constraints.Error(Member(name, "type"), Constraints.Quote(session.Type), "must be realtime for a call");
        CheckNotLegacy(constraints, session, name);
    }

    /// <summary>Warns of members that telephone calls do not support.</summary>
    public static void CheckTelephoneSession(Constraints constraints, SessionConfiguration session)
    {
        var vad = (session as RealtimeSessionConfiguration)?.Audio?.Input?.TurnDetection as ServerVad;
        if (vad?.Threshold is not null || vad?.PrefixPadding is not null || vad?.SilenceDuration is not null)
            constraints.Warning("audio.input.turn_detection", null, "should not set threshold, prefix_padding_ms or silence_duration_ms, which telephone calls reject");
    }

    /// <summary>Checks the URI to which a call is transferred. The violation does not contain it, because it may be a telephone number.</summary>
    public static void ReferTarget(Constraints constraints, string target)
    {
        constraints.Required(target, "target_uri");
        if (!string.IsNullOrWhiteSpace(target) && !IsCallUri(target))
            constraints.Error("target_uri", null, "must be a tel:, sip: or sips: URI, for example tel:+14155550123");
    }

    /// <summary>Checks that the URI contains no control characters: a line break would begin another header of the SIP message.</summary>
    public static void CheckControlCharacters(Constraints constraints, string target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            if (!char.IsControl(target[i]))
                continue;
            constraints.Error("target_uri", null, $"must not contain control characters: there is one at index {Constraints.Text(i)}");
            return;
        }
    }

    private static bool IsCallUri(string target)
    {
        foreach (var scheme in CallSchemes)
        {
            if (target.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return !string.IsNullOrWhiteSpace(target[scheme.Length..]);
        }
        return false;
    }

    /// <summary>Checks a session for <c>session.update</c>, which accepts realtime and transcription sessions, and on beta servers flat sessions.</summary>
    public static void Update(Constraints constraints, SessionConfiguration? session)
    {
        if (session is TranslationSessionConfiguration)
            constraints.Error("session.type", Translation, "must be realtime or transcription: translation connections have their own event");
        else if (session is LegacySessionConfiguration)
            constraints.Warning("session", null, "should have the nested shape, since only servers of the beta accept the flat one");
        else if (session is LegacyTranscriptionSessionConfiguration)
            constraints.Error("session", null, "must not be a flat transcription session of the beta: use TranscriptionSessionUpdateEvent");
    }

    /// <summary>
    /// Compares the shape of a requested session with that of the effective one. A server that reported a nested session does not accept a flat one. A server
    /// that reported a flat session may still accept a nested one, because compatible servers mix both shapes.
    /// </summary>
    public static IReadOnlyList<ConstraintViolation> CompareShapes(SessionConfiguration requested, SessionConfiguration? effective)
    {
        var constraints = new Constraints();
        if (effective is RealtimeSessionConfiguration or TranscriptionSessionConfiguration)
        {
            CheckNotLegacy(constraints, requested);
        }
        else if (requested is RealtimeSessionConfiguration or TranscriptionSessionConfiguration
            && effective is LegacySessionConfiguration or LegacyTranscriptionSessionConfiguration)
        {
            constraints.Warning("session", null, $"should have the flat shape that the server reported, since it may ignore the nested one: use {effective.GetType().Name}", ViolationKind.SessionTypeMismatch);
        }
        return constraints.Violations;
    }

    private static void CheckNotLegacy(Constraints constraints, SessionConfiguration? session, string name = "session")
    {
        if (session is LegacySessionConfiguration)
            constraints.Error(name, null, FlatRule);
        else if (session is LegacyTranscriptionSessionConfiguration)
            constraints.Error(name, null, FlatTranscriptionRule);
    }

    /// <summary>Returns the path of a member of the object at the given path.</summary>
    public static string Member(string name, string member) => name.Length == 0 ? member : $"{name}.{member}";
}
