namespace Realtime.Sdk;

/// <summary>
/// The flat transcription session of the beta. OpenAI retired its endpoints in 2026; preview versions of Azure and compatible servers still use it. Endpoints
/// for the nested shape reject it; use <see cref="TranscriptionSessionConfiguration"/> there.
/// </summary>
/// <remarks>Schemas: <c>RealtimeTranscriptionSessionCreateRequest</c>, <c>RealtimeTranscriptionSessionCreateResponse</c>.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record LegacyTranscriptionSessionConfiguration : SessionConfiguration
{
    /// <inheritdoc cref="SessionConfiguration.Missing"/>
    internal static new LegacyTranscriptionSessionConfiguration Missing { get; } = new();

    /// <summary>Always empty, because the flat shape has no type.</summary>
    [JsonIgnore]
    public override string Type => "";

    /// <summary>The output modalities of the session. Servers report them; requests can omit them.</summary>
    [JsonPropertyName("modalities")]
    public IReadOnlyList<OutputModality>? Modalities { get; init; }

    /// <inheritdoc cref="LegacySessionConfiguration.InputAudioFormat"/>
    [JsonPropertyName("input_audio_format"), WireFormat(typeof(LegacyAudioFormat))]
    public AudioFormat? InputAudioFormat { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.Transcription"/>
    [JsonPropertyName("input_audio_transcription")]
    public Transcription? InputAudioTranscription { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.NoiseReduction"/>
    [JsonPropertyName("input_audio_noise_reduction")]
    public NoiseReduction? InputAudioNoiseReduction { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.TurnDetection"/>
    [JsonPropertyName("turn_detection")]
    public TurnDetection? TurnDetection { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Include"/>
    [JsonPropertyName("include")]
    public IReadOnlyList<SessionInclude>? Include { get; init; }

    /// <summary>
    /// The lifetime of the client secret in the reply, in whole seconds, from 10 seconds to 2 hours. The server's default is one minute. The secret is in
    /// <see cref="RealtimeSession.ClientSecret"/>. Wire: <c>client_secret.expires_at</c>, which contains a duration here.
    /// </summary>
    [JsonPropertyName("client_secret"), WireFormat(typeof(LegacyExpiresAt))]
    public TimeSpan? ClientSecretExpiresAfter { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Forbid(this, "must not be sent: the flat shape has no type", "type");
        OutputModality.CheckLegacy(constraints, Modalities, "modalities");
        constraints.ValidateMember("input_audio_format", InputAudioFormat);
        constraints.ValidateMember("input_audio_transcription", InputAudioTranscription);
        constraints.ValidateMember("input_audio_noise_reduction", InputAudioNoiseReduction);
        constraints.ValidateMember("turn_detection", TurnDetection);
        TranscriptionRules.WarnOfSemanticVad(constraints, TurnDetection);
        SessionInclude.Check(constraints, Include);
        constraints.Seconds(
            ClientSecretExpiresAfter, Limits.MinSecretLifetime, Limits.MaxSecretLifetime, "client_secret.expires_at.seconds");
    }
}
