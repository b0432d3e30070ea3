using System.Collections.Specialized;
using System.Web;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The target of a connection: a model, a call, transcription, or the session of a client secret. The service was observed to refuse an unknown call with
/// 404 <c>call_id_not_found</c>. The codes for several targets and for a wrong intent are assumptions.
/// </summary>
/// <param name="Session">The effective session at the start.</param>
/// <param name="IsTranslation">Whether the session uses the events of translation sessions.</param>
/// <param name="CallId">The ID of the call that the connection joins; null if it has its own session.</param>
/// <param name="Policy">The values that the session accepts.</param>
internal sealed record SessionTarget(JsonObject Session, bool IsTranslation, string? CallId, ServicePolicy Policy)
{
    /// <summary>Returns the target of a WebSocket upgrade, or refuses it.</summary>
    public static SessionTarget Read(RecordedRequest request, EmulatorState state)
    {
        var translates = Route.RemovePrefix(request.Path) switch
        {
            "/realtime" => false,
            "/realtime/translations" => true,
            _ => throw EmulatorHttpException.UnknownPath(request.Method, request.Path),
        };
        if (!request.IsUpgrade)
            throw new EmulatorHttpException(400, "This endpoint requires a WebSocket handshake.", "websocket_required");
        var secret = Credential.Read(request, state).Secret;
        var query = HttpUtility.ParseQueryString(request.Query);
        var policy = state.GetPolicy(request);

        // Azure's path /openai/v1 does not accept api-version: it was observed to answer 401.
        if (policy.ModelsAreDeployments && GetValue(query, "api-version") is not null)
            throw new EmulatorHttpException(401, "The path /openai/v1 does not accept the query parameter api-version.", "invalid_api_version", "api-version");
        var (session, callId) = translates ? (Translation(GetValue(query, "model"), secret, policy), null) : Realtime(query, secret, state, policy);
        if (callId is null)
            EffectiveSession.Identify(session, state.Ids.Next("sess_"), state.Now + state.Options.Model.SessionDuration);
        return new(session, translates, callId, policy);
    }

    /// <summary>Returns the target of a connection that is refused. Its session is never sent.</summary>
    public static SessionTarget CreateRefused(RecordedRequest request, EmulatorState state) =>
        new(EffectiveSession.Identify(SessionDefaults.Realtime, state.Ids.Next("sess_"), expiresAt: null), IsTranslation: false, CallId: null, state.GetPolicy(request));

    private static JsonObject Translation(string? model, IssuedSecret? secret, ServicePolicy policy)
    {
        if (secret is not null && secret.Session.Text("type") == "translation")
            return Copy(secret);
        ServiceModels.CheckTranslation(model ?? throw ServiceErrors.MissingModel(), policy);
        return WithModel(SessionDefaults.Translation, model);
    }

    private static (JsonObject Session, string? CallId) Realtime(NameValueCollection query, IssuedSecret? secret, EmulatorState state, ServicePolicy policy)
    {
        var (model, callId, intent) = (GetValue(query, "model"), GetValue(query, "call_id"), GetValue(query, "intent"));
        if (intent == "transcription" && model is not null)
            throw ServiceErrors.UnexpectedModel();
        var targets = new[] { model, callId, intent }.Count(target => target is not null);
        if (targets > 1)
            throw new EmulatorHttpException(400, "Exactly one of 'model', 'call_id' and 'intent' must be given.", "invalid_value", "model");
        if (callId is not null)
            return secret is null && state.Calls.GetSession(callId) is { } session ? (session, callId) : throw EmulatorHttpException.UnknownCall();
        if (intent is not null)
            return (Transcription(intent, secret), null);

        // A client secret can be created for a model that no session accepts.
        var named = secret?.Session.Text("model") ?? model;
        if (named is not null)
            ServiceModels.CheckRealtime(named, policy);
        if (secret is not null)
            return (Copy(secret), null);
        return (WithModel(SessionDefaults.Realtime, named ?? throw ServiceErrors.MissingModel()), null);
    }

    /// <summary>Returns the session of the client secret if it is a transcription session; otherwise, the default session.</summary>
    private static JsonObject Transcription(string intent, IssuedSecret? secret)
    {
        if (intent != "transcription")
            throw EmulatorHttpException.InvalidValue("intent", "the only intent is 'transcription'");
        return secret is not null && secret.Session.Text("type") == intent ? Copy(secret) : SessionDefaults.Transcription;
    }

    private static string? GetValue(NameValueCollection query, string name) => query[name] is { Length: > 0 } value ? value : null;

    private static JsonObject Copy(IssuedSecret secret) => secret.Session.DeepClone().AsObject();

    private static JsonObject WithModel(JsonObject session, string model)
    {
        session["model"] = model;
        return session;
    }
}
