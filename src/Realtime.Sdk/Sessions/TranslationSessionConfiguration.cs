namespace Realtime.Sdk;

/// <summary>
/// The configuration of a translation session, which translates speech while it is spoken. Requests omit <c>type</c>, because the endpoint determines it.
/// Wire: <c>translation</c>.
/// </summary>
/// <remarks>
/// Schemas: <c>RealtimeTranslationSession</c>, <c>RealtimeTranslationSessionCreateRequest</c>, <c>RealtimeTranslationSessionUpdateRequest</c>.
/// </remarks>
[WireType("translation")]
public sealed partial record TranslationSessionConfiguration : SessionConfiguration
{
    /// <inheritdoc cref="SessionConfiguration.Missing"/>
    internal static new TranslationSessionConfiguration Missing { get; } = new();

    /// <summary>Always <c>translation</c>. Requests omit it; sessions from the server include it.</summary>
    [JsonIgnore]
    public override string Type => "translation";

    [JsonPropertyName("type")]
    internal string? SessionType { get; set; }

    /// <summary>The model, <c>gpt-realtime-translate</c>. Required when a session is created; must not be sent in an update.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The audio settings.</summary>
    [JsonPropertyName("audio")]
    public TranslationAudioConfiguration? Audio { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(Model, "model");
        constraints.ValidateMember("audio", Audio);
    }
}

/// <summary>The audio settings of a translation session. Input and output are PCM at 24 kHz. Wire: <c>audio</c>.</summary>
public sealed partial record TranslationAudioConfiguration : WireObject
{
    /// <summary>The settings of the speech to translate.</summary>
    [JsonPropertyName("input")]
    public TranslationAudioInputConfiguration? Input { get; init; }

    /// <summary>The settings of the translated speech.</summary>
    [JsonPropertyName("output")]
    public TranslationAudioOutputConfiguration? Output { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("input", Input);
        constraints.ValidateMember("output", Output);
    }
}

/// <summary>The settings of the speech to translate. Wire: <c>audio.input</c>.</summary>
public sealed partial record TranslationAudioInputConfiguration : WireObject
{
    /// <summary>Transcription of the speech in its source language. The server uses only the model of the configuration.</summary>
    [JsonPropertyName("transcription")]
    public Transcription? Transcription { get; init; }

    /// <summary>Noise reduction for the speech. The server's default is <see cref="NoiseReduction.Off"/>.</summary>
    [JsonPropertyName("noise_reduction")]
    public NoiseReduction? NoiseReduction { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("transcription", Transcription);
        if (Transcription is TranscriptionConfiguration { Model: null })
            constraints.Error("transcription.model", null, "is required in translation sessions");
        constraints.ValidateMember("noise_reduction", NoiseReduction);
        constraints.Forbid(this, "must not be sent: translation sessions do not accept it", "format", "turn_detection");
    }
}

/// <summary>The settings of the translated speech. Wire: <c>audio.output</c>.</summary>
public sealed partial record TranslationAudioOutputConfiguration : WireObject
{
    /// <summary>The target language, for example <c>es</c>.</summary>
    [JsonPropertyName("language")]
    public string? Language { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(Language, "language");
        constraints.Forbid(this, "must not be sent: translation sessions do not accept it", "format", "voice", "speed");
    }
}
