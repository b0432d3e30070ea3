namespace Realtime.Sdk;

/// <summary>What to ask of a new client secret. Wire: the body of <c>/realtime/client_secrets</c>; every member may be left out.</summary>
public sealed partial record ClientSecretRequest : WireObject
{
    /// <summary>The session the secret opens; null lets the device choose.</summary>
    [JsonPropertyName("session")]
    public SessionConfiguration? Session { get; init; }

    /// <summary>How long the secret opens sessions, in whole seconds, 10 seconds to 2 hours. The server's default is 10 minutes.</summary>
    [JsonPropertyName("expires_after"), WireFormat(typeof(AnchoredDuration))]
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>
    /// Header <c>OpenAI-Safety-Identifier</c>, not part of the body: a stable, hashed id of the user the secret is for. Null takes the
    /// client's.
    /// </summary>
    [JsonIgnore]
    public string? SafetyIdentifier { get; init; }

    /// <summary>Reports every rule this request breaks. Errors keep it from being sent, warnings do not.</summary>
    /// <returns>The violations, each with its wire path from the request; empty when there are none.</returns>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("session", Session);
        constraints.Seconds(ExpiresAfter, Limits.MinSecretLifetime, Limits.MaxSecretLifetime, "expires_after.seconds");
    }
}
