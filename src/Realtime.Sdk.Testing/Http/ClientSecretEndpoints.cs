namespace Realtime.Sdk.Testing.Internal;

/// <summary><c>POST /realtime/client_secrets</c> and <c>POST /realtime/translations/client_secrets</c>.</summary>
internal static class ClientSecretEndpoints
{
    private const long DefaultSeconds = 600;

    public static IReadOnlyList<Route> Routes { get; } =
    [
        new("/realtime/client_secrets", Create),
        new("/realtime/translations/client_secrets", CreateTranslation),
    ];

    private static ValueTask<EmulatorHttpResponse> Create(EmulatorRequest request)
    {
        var policy = request.Policy with { AcceptsOtherModels = true };
        var (body, expiresAt) = Read(request);
        var session = SessionRules.ComputeEffective(body["session"], "session", policy);
        EffectiveSession.Identify(session, request.State.Ids.Next("sess_"), expiresAt: null);
        return new(Answer(request.State.Secrets.Issue(expiresAt, session)));
    }

    private static ValueTask<EmulatorHttpResponse> CreateTranslation(EmulatorRequest request)
    {
        var (body, expiresAt) = Read(request);
        var session = SessionRules.ComputeEffectiveTranslation(body["session"], "session", request.Policy);
        EffectiveSession.Identify(session, request.State.Ids.Next("sess_"), expiresAt);
        return new(Answer(request.State.Secrets.Issue(expiresAt, session)));
    }

    /// <summary>Returns the lifetime of a secret, from an object with anchor and seconds that was checked before.</summary>
    public static TimeSpan GetLifetime(JsonNode? expiresAfter, long defaultSeconds) => TimeSpan.FromSeconds(expiresAfter.Number("seconds") ?? defaultSeconds);

    private static (JsonObject Body, DateTimeOffset ExpiresAt) Read(EmulatorRequest request)
    {
        var body = request.ReadObject();
        SecretShapes.ClientSecret.Check(body, new(request.Policy));
        return (body, request.State.Now + GetLifetime(body["expires_after"], DefaultSeconds));
    }

    private static EmulatorHttpResponse Answer(IssuedSecret secret) => EmulatorRequest.Ok(new JsonObject
    {
        ["value"] = secret.Value,
        ["expires_at"] = secret.ExpiresAt.ToUnixTimeSeconds(),
        ["session"] = secret.Session.DeepClone(),
    });
}
