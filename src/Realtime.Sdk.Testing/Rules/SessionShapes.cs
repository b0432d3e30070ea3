namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members of sessions and their parts. Bounds and members without a note are those of the API reference.</summary>
internal static class SessionShapes
{
    private const int MaxTokens = 4096, MinIdleTimeout = 5_000, MaxIdleTimeout = 30_000, PcmRate = 24_000;
    private const double MinSpeed = 0.25, MaxSpeed = 1.5, MinTemperature = 0.6, MaxTemperature = 1.2;

    private static readonly MemberRule Type = new("type", TextRule.Any);

    /// <summary>
    /// Observed: the service refuses PCM without a rate, which the reference does not require (https://github.com/openai/openai-openapi/issues/513), a rate
    /// other than 24,000, and a rate of G.711, which is an unknown parameter.
    /// </summary>
    public static WireRule Format { get; } = new VariantRule("type", ServiceValues.AudioFormats, new Dictionary<string, WireRule>
    {
        ["audio/pcm"] = new ObjectRule(Type, new("rate", new IntegerRule(PcmRate, PcmRate), IsRequired: true)),
        ["audio/pcmu"] = new ObjectRule(Type),
        ["audio/pcma"] = new ObjectRule(Type),
    });

    public static WireRule Voice { get; } = new UnionRule(
        "one of a string or an object", text: new KnownValueRule(ServiceValues.Voices), members: new ObjectRule(new MemberRule("id", TextRule.NotEmpty, IsRequired: true)));

    public static WireRule Modalities { get; } = new ModalitiesRule(["text"], ["audio"]);

    public static WireRule TokenLimit { get; } = new UnionRule(
        "one of an integer or a string", text: new KnownValueRule(ServiceValues.TokenLimits), number: new IntegerRule(1, MaxTokens));

    public static WireRule Reasoning { get; } = new ObjectRule(new MemberRule("effort", new KnownValueRule(ServiceValues.Efforts)));

    public static WireRule Prompt { get; } = new StoredPromptRule();

    private static WireRule TurnDetection { get; } = new VariantRule("type", ServiceValues.TurnDetections, new Dictionary<string, WireRule>
    {
        ["server_vad"] = new ObjectRule(
            Type,
            new("threshold", new DecimalRule(0, 1)),
            new("prefix_padding_ms", new IntegerRule(0)),
            new("silence_duration_ms", new IntegerRule(0)),
            new("idle_timeout_ms", new IntegerRule(MinIdleTimeout, MaxIdleTimeout)),
            new("create_response", FlagRule.Instance),
            new("interrupt_response", FlagRule.Instance)),
        ["semantic_vad"] = new ObjectRule(
            Type,
            new("eagerness", new KnownValueRule(ServiceValues.Eagerness)),
            new("create_response", FlagRule.Instance),
            new("interrupt_response", FlagRule.Instance)),
    });

    /// <summary>Observed: the model is required, "Missing required parameter: 'session.audio.input.transcription.model'."</summary>
    private static WireRule Transcription { get; } = new ObjectRule(
        new("model", new TranscriptionModelRule(), IsRequired: true),
        new("language", TextRule.Any),
        new("languages", new ListRule(TextRule.Any, minCount: 1)),
        new("keywords", new ListRule(TextRule.Any)),
        new("prompt", TextRule.Any),
        new("delay", new KnownValueRule(ServiceValues.Delays)));

    private static WireRule NoiseReduction { get; } = CreateNoiseReduction(isTypeRequired: false);

    private static WireRule Include { get; } = new ListRule(new KnownValueRule(ServiceValues.Includes));

    private static WireRule Tracing { get; } = new UnionRule(
        "one of a string or an object",
        text: new KnownValueRule(ServiceValues.Tracings),
        members: new ObjectRule(new("workflow_name", TextRule.Any), new("group_id", TextRule.Any), new("metadata", AnyObjectRule.Instance)));

    private static WireRule Truncation { get; } = new UnionRule(
        "one of a string or an object",
        text: new KnownValueRule(ServiceValues.Truncations),
        members: new VariantRule("type", ServiceValues.TruncationTypes, new Dictionary<string, WireRule>
        {
            ["retention_ratio"] = new ObjectRule(
                Type,
                new("retention_ratio", new DecimalRule(0, 1), IsRequired: true),
                new("token_limits", new ObjectRule(new MemberRule("post_instructions", new IntegerRule(0))))),
        }));

    private static MemberRule Input { get; } = new("input", new ObjectRule(
        new("format", Format),
        new("transcription", Transcription),
        new("noise_reduction", NoiseReduction),
        new("turn_detection", TurnDetection)));

    private static MemberRule[] Flat { get; } =
    [
        new("input_audio_format", new KnownValueRule(ServiceValues.BetaAudioFormats)),
        new("input_audio_noise_reduction", NoiseReduction),
        new("input_audio_transcription", Transcription),
        new("turn_detection", TurnDetection),
        new("include", Include),

        // In the beta, speech is requested with both modalities, in any order.
        new("modalities", new ModalitiesRule(["text"], ["audio", "text"])),
    ];

    /// <summary>A realtime session.</summary>
    public static WireRule Realtime { get; } = new ObjectRule(
        Type,
        new("model", new RealtimeModelRule()),
        new("instructions", TextRule.Any),
        new("output_modalities", Modalities),
        new("audio", new ObjectRule(
            Input,
            new("output", new ObjectRule(new("format", Format), new("voice", Voice), new("speed", new DecimalRule(MinSpeed, MaxSpeed)))))),
        new("include", Include),
        new("tracing", Tracing),
        new("tools", ToolShapes.Tools),
        new("tool_choice", ToolShapes.Choice),
        new("parallel_tool_calls", FlagRule.Instance),
        new("reasoning", Reasoning),
        new("max_output_tokens", TokenLimit),
        new("truncation", Truncation),
        new("prompt", Prompt));

    /// <summary>A transcription session.</summary>
    public static WireRule TranscriptionSession { get; } =
        new ObjectRule(Type, new("audio", new ObjectRule(Input)), new("include", Include));

    /// <summary>A translation session in an update.</summary>
    public static WireRule TranslationUpdate { get; } = new ObjectRule(TranslationAudio());

    /// <summary>A translation session in a request for a client secret.</summary>
    public static WireRule Translation { get; } = new ObjectRule(new("model", new TranslationModelRule(), IsRequired: true), TranslationAudio());

    /// <summary>The flat session of the retired endpoint.</summary>
    public static WireRule FlatRealtime { get; } = new ObjectRule(
    [
        .. Flat,
        new("model", new RealtimeModelRule()),
        new("instructions", TextRule.Any),
        new("voice", Voice),
        new("output_audio_format", new KnownValueRule(ServiceValues.BetaAudioFormats)),
        new("speed", new DecimalRule(MinSpeed, MaxSpeed)),
        new("temperature", new DecimalRule(MinTemperature, MaxTemperature)),
        new("max_response_output_tokens", TokenLimit),
        new("tools", ToolShapes.Tools),
        new("tool_choice", ToolShapes.Choice),
        new("tracing", Tracing),
        new("truncation", Truncation),
        new("prompt", Prompt),
        new("client_secret", new ObjectRule(new("expires_after", SecretShapes.Lifetime), new("value", TextRule.Any), new("expires_at", new IntegerRule(0)))),
    ]);

    /// <summary>The flat transcription session of the retired endpoint.</summary>
    public static WireRule FlatTranscription { get; } = new ObjectRule(
    [
        .. Flat,
        new("client_secret", new ObjectRule(new("expires_after", SecretShapes.Lifetime), new("expires_at", SecretShapes.Lifetime))),
    ]);

    private static MemberRule TranslationAudio() => new("audio", new ObjectRule(
        new("input", new ObjectRule(
            new("transcription", new ObjectRule(new("model", new TranscriptionModelRule(), IsRequired: true), new("language", TextRule.Any))),
            new("noise_reduction", CreateNoiseReduction(isTypeRequired: true)))),
        new("output", new ObjectRule(new MemberRule("language", TextRule.Any)))));

    /// <summary><c>strength</c> is only in the npm package's types.</summary>
    private static ObjectRule CreateNoiseReduction(bool isTypeRequired) =>
        new(new("type", new KnownValueRule(ServiceValues.NoiseReductions), isTypeRequired), new("strength", new DecimalRule()));
}
