namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// <c>POST /realtime/sessions</c> and <c>POST /realtime/transcription_sessions</c>: retired by OpenAI, but still offered by compatible servers.
/// </summary>
internal static class LegacySessionEndpoints
{
    private const long DefaultSeconds = 60;

    public static IReadOnlyList<Route> Routes { get; } =
    [
        new("/realtime/sessions", request => Create(request, SessionRules.ComputeEffectiveLegacy, "expires_after")),
        new("/realtime/transcription_sessions", request => Create(request, SessionRules.ComputeEffectiveLegacyTranscription, "expires_at")),
    ];

    private static ValueTask<EmulatorHttpResponse> Create(EmulatorRequest request, Func<JsonObject, ServicePolicy, JsonObject> effective, string lifetime)
    {
        var body = request.ReadObject();
        var session = effective(body, request.Policy);
        var requested = body["client_secret"] as JsonObject;
        var expiresAt = request.State.Now + ClientSecretEndpoints.GetLifetime(requested?[lifetime], DefaultSeconds);
        session.Remove("client_secret");
        EffectiveSession.Identify(session, request.State.Ids.Next("sess_"), expiresAt: null);
        var secret = request.State.Secrets.Issue(expiresAt, session.DeepClone().AsObject());
        session["client_secret"] = new JsonObject { ["value"] = secret.Value, ["expires_at"] = expiresAt.ToUnixTimeSeconds() };
        return new(EmulatorRequest.Ok(session));
    }
}
