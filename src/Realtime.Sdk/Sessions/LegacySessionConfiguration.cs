namespace Realtime.Sdk;

/// <summary>
/// The flat session of the beta. OpenAI retired its endpoints in 2026; preview versions of Azure and compatible servers still use it. Endpoints for the nested
/// shape reject it; use <see cref="RealtimeSessionConfiguration"/> there.
/// </summary>
/// <remarks>Schemas: <c>RealtimeSession</c>, <c>RealtimeSessionCreateRequest</c>.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record LegacySessionConfiguration : SessionConfiguration
{
    /// <summary>Always empty, because the flat shape has no type.</summary>
    [JsonIgnore]
    public override string Type => "";

    /// <inheritdoc cref="RealtimeSessionConfiguration.Model"/>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The output modalities of the model: text, or text and audio. Text alone turns audio off.</summary>
    [JsonPropertyName("modalities")]
    public IReadOnlyList<OutputModality>? Modalities { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Instructions"/>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <inheritdoc cref="AudioOutputConfiguration.Voice"/>
    [JsonPropertyName("voice")]
    public Voice? Voice { get; init; }

    /// <summary>
    /// The format of the audio that the client sends. It is written as a string of the beta, for example <c>pcm16</c>, which is the server's default.
    /// </summary>
    [JsonPropertyName("input_audio_format"), WireFormat(typeof(LegacyAudioFormat))]
    public AudioFormat? InputAudioFormat { get; init; }

    /// <summary>
    /// The format of the audio that the client receives. It is written as a string of the beta, for example <c>pcm16</c>, which is the server's default.
    /// </summary>
    [JsonPropertyName("output_audio_format"), WireFormat(typeof(LegacyAudioFormat))]
    public AudioFormat? OutputAudioFormat { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.Transcription"/>
    [JsonPropertyName("input_audio_transcription")]
    public Transcription? InputAudioTranscription { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.NoiseReduction"/>
    [JsonPropertyName("input_audio_noise_reduction")]
    public NoiseReduction? InputAudioNoiseReduction { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.TurnDetection"/>
    [JsonPropertyName("turn_detection")]
    public TurnDetection? TurnDetection { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Tools"/>
    [JsonPropertyName("tools")]
    public IReadOnlyList<RealtimeTool>? Tools { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.ToolChoice"/>
    [JsonPropertyName("tool_choice")]
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>The sampling temperature, 0.6 to 1.2. The server's default is 0.8.</summary>
    [JsonPropertyName("temperature")]
    public double? Temperature { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.MaxOutputTokens"/>
    [JsonPropertyName("max_response_output_tokens")]
    public TokenLimit? MaxResponseOutputTokens { get; init; }

    /// <inheritdoc cref="AudioOutputConfiguration.Speed"/>
    [JsonPropertyName("speed")]
    public double? Speed { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Tracing"/>
    [JsonPropertyName("tracing")]
    public Tracing? Tracing { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Truncation"/>
    [JsonPropertyName("truncation")]
    public Truncation? Truncation { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Prompt"/>
    [JsonPropertyName("prompt")]
    public PromptReference? Prompt { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Include"/>
    [JsonPropertyName("include")]
    public IReadOnlyList<SessionInclude>? Include { get; init; }

    /// <summary>
    /// The lifetime of the client secret in the reply, in whole seconds, from 10 seconds to 2 hours. The server's default is one minute. The secret is in
    /// <see cref="RealtimeSession.ClientSecret"/>. Wire: <c>client_secret.expires_after</c>.
    /// </summary>
    [JsonPropertyName("client_secret"), WireFormat(typeof(LegacyExpiresAfter))]
    public TimeSpan? ClientSecretExpiresAfter { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Forbid(this, "must not be sent: the flat shape has no type", "type");
        constraints.NotBlank(Model, "model");
        ModelRules.WarnOfLiveModel(constraints, Model, "model");
        OutputModality.CheckLegacy(constraints, Modalities, "modalities");
        constraints.ValidText(Instructions, "instructions");
        constraints.ValidateMember("voice", Voice);
        constraints.ValidateMember("input_audio_format", InputAudioFormat);
        constraints.ValidateMember("output_audio_format", OutputAudioFormat);
        constraints.ValidateMember("input_audio_transcription", InputAudioTranscription);
        constraints.ValidateMember("input_audio_noise_reduction", InputAudioNoiseReduction);
        constraints.ValidateMember("turn_detection", TurnDetection);
        ToolRules.Check(constraints, Tools, ToolChoice);
        constraints.InRange(Temperature, Limits.MinTemperature, Limits.MaxTemperature, "temperature");
        TokenLimit.Check(constraints, MaxResponseOutputTokens, "max_response_output_tokens");
        constraints.InRange(Speed, Limits.MinSpeed, Limits.MaxSpeed, "speed");
        constraints.ValidateMember("tracing", Tracing);
        constraints.ValidateMember("truncation", Truncation);
        constraints.ValidateMember("prompt", Prompt);
        SessionInclude.Check(constraints, Include);
        constraints.Seconds(
            ClientSecretExpiresAfter, Limits.MinSecretLifetime, Limits.MaxSecretLifetime, "client_secret.expires_after.seconds");
    }
}
