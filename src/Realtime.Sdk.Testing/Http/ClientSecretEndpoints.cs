namespace Realtime.Sdk.Testing.Internal;

/// <summary><c>POST /realtime/client_secrets</c> and <c>POST /realtime/translations/client_secrets</c>.</summary>
internal static class ClientSecretEndpoints
{
    private const long DefaultSeconds = 600, MinSeconds = 10, MaxSeconds = 7200;

    public static IReadOnlyList<Route> Routes { get; } =
    [
        new("/realtime/client_secrets", Create),
        new("/realtime/translations/client_secrets", CreateTranslation),
    ];

    private static ValueTask<EmulatorAnswer> Create(EmulatorRequest request)
    {
        var body = request.ReadObject();
        KnownMembers.Check(body, KnownMembers.ClientSecret, "");
        var expiresAt = request.State.Now + Lifetime(body["expires_after"], "expires_after", DefaultSeconds);
        var session = SessionRules.Effective(body["session"], "session");
        EffectiveSession.Identify(session, request.State.Ids.Next("sess_"), expiresAt: null);
        return new(Answer(request.State.Secrets.Issue(expiresAt, session)));
    }

    private static ValueTask<EmulatorAnswer> CreateTranslation(EmulatorRequest request)
    {
        var body = request.ReadObject();
        KnownMembers.Check(body, KnownMembers.ClientSecret, "");
        var expiresAt = request.State.Now + Lifetime(body["expires_after"], "expires_after", DefaultSeconds);
        var session = SessionRules.EffectiveTranslation(body["session"], "session");
        EffectiveSession.Identify(session, request.State.Ids.Next("sess_"), expiresAt);
        return new(Answer(request.State.Secrets.Issue(expiresAt, session)));
    }

    /// <summary>How long a secret lives, by the object that names anchor and seconds.</summary>
    public static TimeSpan Lifetime(JsonNode? expiresAfter, string path, long defaultSeconds)
    {
        if (expiresAfter is null)
            return TimeSpan.FromSeconds(defaultSeconds);
        if (expiresAfter is not JsonObject given)
            throw EmulatorHttpException.WrongType(path, "an object was expected");
        if (given["anchor"] is { } anchor && !(anchor is JsonValue text && text.TryGetValue(out string? word) && word == "created_at"))
            throw EmulatorHttpException.InvalidValue($"{path}.anchor", "the only anchor is 'created_at'");
        if (given["seconds"] is not { } seconds)
            return TimeSpan.FromSeconds(defaultSeconds);
        if (seconds is not JsonValue number || !number.TryGetValue(out long value))
            throw EmulatorHttpException.WrongType($"{path}.seconds", "an integer was expected");
        return value is >= MinSeconds and <= MaxSeconds
            ? TimeSpan.FromSeconds(value)
            : throw EmulatorHttpException.InvalidValue($"{path}.seconds", $"from {MinSeconds} to {MaxSeconds}");
    }

    private static EmulatorAnswer Answer(IssuedSecret secret) => EmulatorRequest.Ok(new JsonObject
    {
        ["value"] = secret.Value,
        ["expires_at"] = secret.ExpiresAt.ToUnixTimeSeconds(),
        ["session"] = secret.Session.DeepClone(),
    });
}
