using System.Collections.Specialized;
using System.Web;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// What a client connects to: a model, a call, transcription, or the session of its client secret. The refusal of an unknown call with 404
/// <c>call_id_not_found</c> was seen from the service; the codes for several targets and for a wrong intent are the emulator's own.
/// </summary>
/// <param name="Session">The effective session it starts with.</param>
/// <param name="IsTranslation">Whether the events of translation are spoken.</param>
/// <param name="CallId">The call it joins; null in a session of its own.</param>
/// <param name="Policy">What the session accepts.</param>
internal sealed record SessionTarget(JsonObject Session, bool IsTranslation, string? CallId, ServicePolicy Policy)
{
    /// <summary>Finds the target of an upgrade, or refuses it.</summary>
    public static SessionTarget Of(RecordedRequest request, EmulatorState state)
    {
        var translates = Route.BelowPrefix(request.Path) switch
        {
            "/realtime" => false,
            "/realtime/translations" => true,
            _ => throw EmulatorHttpException.UnknownPath(request.Method, request.Path),
        };
        if (!request.IsUpgrade)
            throw new EmulatorHttpException(400, "This endpoint speaks WebSocket only.", "websocket_required");
        var secret = Credential.Of(request, state).Secret;
        var query = HttpUtility.ParseQueryString(request.Query);
        var policy = state.PolicyOf(request);

        // Azure's path /openai/v1 takes no api-version: it was seen to answer 401.
        if (policy.NamesDeployments && Given(query, "api-version") is not null)
            throw new EmulatorHttpException(401, "The path /openai/v1 takes no api-version.", "invalid_api_version", "api-version");
        var (session, callId) = translates ? (Translation(Given(query, "model"), secret, policy), null) : Realtime(query, secret, state, policy);
        if (callId is null)
            EffectiveSession.Identify(session, state.Ids.Next("sess_"), state.Now + state.Options.Model.SessionDuration);
        return new(session, translates, callId, policy);
    }

    /// <summary>The target of a connection that is refused; its session is never shown.</summary>
    public static SessionTarget Refused(RecordedRequest request, EmulatorState state) =>
        new(EffectiveSession.Identify(SessionDefaults.Realtime, state.Ids.Next("sess_"), expiresAt: null), IsTranslation: false, CallId: null, state.PolicyOf(request));

    private static JsonObject Translation(string? model, IssuedSecret? secret, ServicePolicy policy)
    {
        if (secret is not null && secret.Session.Text("type") == "translation")
            return Copy(secret);
        ServiceModels.CheckTranslation(model ?? throw Refusals.MissingModel(), policy);
        return WithModel(SessionDefaults.Translation, model);
    }

    private static (JsonObject Session, string? CallId) Realtime(NameValueCollection query, IssuedSecret? secret, EmulatorState state, ServicePolicy policy)
    {
        var (model, callId, intent) = (Given(query, "model"), Given(query, "call_id"), Given(query, "intent"));
        if (intent == "transcription" && model is not null)
            throw Refusals.UnexpectedModel();
        var targets = new[] { model, callId, intent }.Count(target => target is not null);
        if (targets > 1)
            throw new EmulatorHttpException(400, "Exactly one of 'model', 'call_id' and 'intent' must be given.", "invalid_value", "model");
        if (callId is not null)
            return secret is null && state.Calls.SessionOf(callId) is { } session ? (session, callId) : throw EmulatorHttpException.UnknownCall();
        if (intent is not null)
            return (Transcription(intent, secret), null);

        // A client secret can be created for a model that no session accepts.
        var named = secret?.Session.Text("model") ?? model;
        if (named is not null)
            ServiceModels.CheckRealtime(named, policy);
        if (secret is not null)
            return (Copy(secret), null);
        return (WithModel(SessionDefaults.Realtime, named ?? throw Refusals.MissingModel()), null);
    }

    /// <summary>The session a secret was minted for, when that is one of transcription; the default one otherwise.</summary>
    private static JsonObject Transcription(string intent, IssuedSecret? secret)
    {
        if (intent != "transcription")
            throw EmulatorHttpException.InvalidValue("intent", "the only intent is 'transcription'");
        return secret is not null && secret.Session.Text("type") == intent ? Copy(secret) : SessionDefaults.Transcription;
    }

    private static string? Given(NameValueCollection query, string name) => query[name] is { Length: > 0 } value ? value : null;

    private static JsonObject Copy(IssuedSecret secret) => secret.Session.DeepClone().AsObject();

    private static JsonObject WithModel(JsonObject session, string model)
    {
        session["model"] = model;
        return session;
    }
}
