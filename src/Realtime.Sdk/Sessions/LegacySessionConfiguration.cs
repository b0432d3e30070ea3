namespace Realtime.Sdk;

/// <summary>
/// The flat session of the beta. OpenAI retired its endpoints in 2026; Azure's preview versions and compatible servers still speak
/// it. Endpoints that take the nested shape refuse it: use <see cref="RealtimeSessionConfiguration"/> there.
/// </summary>
public sealed partial record LegacySessionConfiguration : SessionConfiguration
{
    /// <summary>Always empty: the flat shape names no type.</summary>
    [JsonIgnore]
    public override string Type => "";

    /// <inheritdoc cref="RealtimeSessionConfiguration.Model"/>
    [JsonPropertyName("model"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>What the model answers in: text, or text and audio. Text alone turns audio off.</summary>
    [JsonPropertyName("modalities"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyList<OutputModality>? Modalities { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Instructions"/>
    [JsonPropertyName("instructions"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Instructions { get; init; }

    /// <inheritdoc cref="AudioOutputConfiguration.Voice"/>
    [JsonPropertyName("voice"), JsonIgnore(Condition = WhenWritingNull)]
    public Voice? Voice { get; init; }

    /// <summary>How the audio you send is encoded; sent as the beta's word, for example <c>pcm16</c>, which is the server's default.</summary>
    [JsonPropertyName("input_audio_format"), WireFormat(typeof(LegacyAudioFormat)), JsonIgnore(Condition = WhenWritingNull)]
    public AudioFormat? InputAudioFormat { get; init; }

    /// <summary>How the audio you receive is encoded; sent as the beta's word, for example <c>pcm16</c>, which is the server's default.</summary>
    [JsonPropertyName("output_audio_format"), WireFormat(typeof(LegacyAudioFormat)), JsonIgnore(Condition = WhenWritingNull)]
    public AudioFormat? OutputAudioFormat { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.Transcription"/>
    [JsonPropertyName("input_audio_transcription"), JsonIgnore(Condition = WhenWritingNull)]
    public Transcription? InputAudioTranscription { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.NoiseReduction"/>
    [JsonPropertyName("input_audio_noise_reduction"), JsonIgnore(Condition = WhenWritingNull)]
    public NoiseReduction? InputAudioNoiseReduction { get; init; }

    /// <inheritdoc cref="AudioInputConfiguration.TurnDetection"/>
    [JsonPropertyName("turn_detection"), JsonIgnore(Condition = WhenWritingNull)]
    public TurnDetection? TurnDetection { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Tools"/>
    [JsonPropertyName("tools"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyList<RealtimeTool>? Tools { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.ToolChoice"/>
    [JsonPropertyName("tool_choice"), JsonIgnore(Condition = WhenWritingNull)]
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>How freely the model chooses its words, 0.6 to 1.2. The server's default is 0.8.</summary>
    [JsonPropertyName("temperature"), JsonIgnore(Condition = WhenWritingNull)]
    public double? Temperature { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.MaxOutputTokens"/>
    [JsonPropertyName("max_response_output_tokens"), JsonIgnore(Condition = WhenWritingNull)]
    public TokenLimit? MaxResponseOutputTokens { get; init; }

    /// <inheritdoc cref="AudioOutputConfiguration.Speed"/>
    [JsonPropertyName("speed"), JsonIgnore(Condition = WhenWritingNull)]
    public double? Speed { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Tracing"/>
    [JsonPropertyName("tracing"), JsonIgnore(Condition = WhenWritingNull)]
    public Tracing? Tracing { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Truncation"/>
    [JsonPropertyName("truncation"), JsonIgnore(Condition = WhenWritingNull)]
    public Truncation? Truncation { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Prompt"/>
    [JsonPropertyName("prompt"), JsonIgnore(Condition = WhenWritingNull)]
    public PromptReference? Prompt { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Include"/>
    [JsonPropertyName("include"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyList<SessionInclude>? Include { get; init; }

    /// <summary>
    /// How long the client secret of the answer is valid, in whole seconds, 10 seconds to 2 hours. The server's default is one minute.
    /// Wire: <c>client_secret.expires_after</c>. The secret itself is <see cref="RealtimeSession.ClientSecret"/>.
    /// </summary>
    [JsonPropertyName("client_secret"), WireFormat(typeof(LegacyExpiresAfter)), JsonIgnore(Condition = WhenWritingNull)]
    public TimeSpan? ClientSecretExpiresAfter { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Forbid(this, "must not be sent: the flat shape names no type", "type");
        constraints.NotBlank(Model, "model");
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
