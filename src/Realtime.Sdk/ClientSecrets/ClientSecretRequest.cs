namespace Realtime.Sdk;

/// <summary>A request for a client secret. All members are optional. Wire: the body of <c>/realtime/client_secrets</c>.</summary>
/// <remarks>Schemas: <c>RealtimeCreateClientSecretRequest</c>, <c>RealtimeTranslationClientSecretCreateRequest</c>.</remarks>
public sealed partial record ClientSecretRequest : WireObject
{
    /// <summary>The session that the secret authorizes; null lets the device choose one.</summary>
    [JsonPropertyName("session")]
    public SessionConfiguration? Session { get; init; }

    /// <summary>The time during which the secret can open sessions, in whole seconds, from 10 seconds to 2 hours. The server's default is 10 minutes.</summary>
    [JsonPropertyName("expires_after"), WireFormat(typeof(AnchoredDuration))]
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>
    /// The header <c>OpenAI-Safety-Identifier</c>, which is not part of the body: a stable, hashed ID of the user for whom the secret is created. Null, the
    /// default, uses that of the client.
    /// </summary>
    [JsonIgnore]
    public string? SafetyIdentifier { get; init; }

    /// <summary>Validates this request. Errors prevent it from being sent; warnings do not.</summary>
    /// <returns>The violations, each with its wire path relative to the request; empty if there are none.</returns>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Validate(this);

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("session", Session);
        constraints.Seconds(ExpiresAfter, Limits.MinSecretLifetime, Limits.MaxSecretLifetime, "expires_after.seconds");
    }
}
