using System.Collections.Specialized;
using System.Web;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// What a client connects to: a model, a call, transcription, or the session its secret was made for. That an unknown call is 404
/// <c>call_id_not_found</c> was seen of the service; the codes for a missing or double target are the emulator's own.
/// </summary>
/// <param name="Session">The effective session it starts with.</param>
/// <param name="IsTranslation">Whether the events of translation are spoken.</param>
/// <param name="CallId">The call it joins; null in a session of its own.</param>
internal sealed record SessionTarget(JsonObject Session, bool IsTranslation, string? CallId)
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
        var (session, callId) = translates ? (Translation(Given(query, "model"), secret), null) : Realtime(query, secret, state);
        if (callId is null)
            EffectiveSession.Identify(session, state.Ids.Next("sess_"), state.Now + state.Options.Model.SessionDuration);
        return new(session, translates, callId);
    }

    private static JsonObject Translation(string? model, IssuedSecret? secret)
    {
        if (secret is not null && (string?)secret.Session["type"] == "translation")
            return Copy(secret);
        return WithModel(SessionDefaults.Translation, model ?? throw EmulatorHttpException.MissingParameter("model"));
    }

    private static (JsonObject Session, string? CallId) Realtime(NameValueCollection query, IssuedSecret? secret, EmulatorState state)
    {
        var (model, callId, intent) = (Given(query, "model"), Given(query, "call_id"), Given(query, "intent"));
        var targets = new[] { model, callId, intent }.Count(target => target is not null);
        if (targets > 1)
            throw new EmulatorHttpException(400, "Exactly one of 'model', 'call_id' and 'intent' must be given.", "invalid_value", "model");
        if (callId is not null)
            return secret is null && state.Calls.SessionOf(callId) is { } session ? (session, callId) : throw EmulatorHttpException.UnknownCall();
        if (intent is not null)
            return (Transcription(intent, secret), null);
        if (secret is not null)
            return (Copy(secret), null);
        return (WithModel(SessionDefaults.Realtime, model ?? throw EmulatorHttpException.MissingParameter("model")), null);
    }

    /// <summary>The session a secret was minted for, when that is one of transcription; the default one otherwise.</summary>
    private static JsonObject Transcription(string intent, IssuedSecret? secret)
    {
        if (intent != "transcription")
            throw EmulatorHttpException.InvalidValue("intent", "the only intent is 'transcription'");
        return secret is not null && (string?)secret.Session["type"] == intent ? Copy(secret) : SessionDefaults.Transcription;
    }

    private static string? Given(NameValueCollection query, string name) => query[name] is { Length: > 0 } value ? value : null;

    private static JsonObject Copy(IssuedSecret secret) => secret.Session.DeepClone().AsObject();

    private static JsonObject WithModel(JsonObject session, string model)
    {
        session["model"] = model;
        return session;
    }
}
