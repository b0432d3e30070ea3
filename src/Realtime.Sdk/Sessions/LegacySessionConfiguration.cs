namespace Realtime.Sdk;

/// <summary>
/// The flat session of the beta. OpenAI retired its endpoints in 2026; Azure's preview versions and compatible servers still speak
/// it. Endpoints that take the nested shape refuse it: use <see cref="RealtimeSessionConfiguration"/> there.
/// </summary>
public sealed partial record LegacySessionConfiguration : SessionConfiguration
{
    /// <summary>Always empty: the flat shape has no type.</summary>
    [JsonIgnore]
    public override string Type => "";

    /// <inheritdoc cref="RealtimeSessionConfiguration.Model"/>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>What the model answers in: text, or text and audio. Text alone turns audio off.</summary>
    [JsonPropertyName("modalities")]
    public IReadOnlyList<OutputModality>? Modalities { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Instructions"/>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <inheritdoc cref="AudioOutputConfiguration.Voice"/>
    [JsonPropertyName("voice")]
    public Voice? Voice { get; init; }

    /// <summary>How the audio you send is encoded; sent as the beta's word, for example <c>pcm16</c>, which is the server's default.</summary>
    [JsonPropertyName("input_audio_format"), WireFormat(typeof(LegacyAudioFormat))]
    public AudioFormat? InputAudioFormat { get; init; }

    /// <summary>How the audio you receive is encoded; sent as the beta's word, for example <c>pcm16</c>, which is the server's default.</summary>
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

    /// <summary>How freely the model chooses its words, 0.6 to 1.2. The server's default is 0.8.</summary>
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
    /// How long the client secret of the answer is valid, in whole seconds, 10 seconds to 2 hours. The server's default is one minute.
    /// Wire: <c>client_secret.expires_after</c>. The secret itself is <see cref="RealtimeSession.ClientSecret"/>.
    /// </summary>
    [JsonPropertyName("client_secret"), WireFormat(typeof(LegacyExpiresAfter))]
    public TimeSpan? ClientSecretExpiresAfter { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Forbid(this, "must not be sent: the flat shape has no type", "type");
        constraints.NotBlank(Model, "model");
        ModelRules.WarnOfLive(constraints, Model, "model");
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
