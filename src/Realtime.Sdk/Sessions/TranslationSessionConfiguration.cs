namespace Realtime.Sdk;

/// <summary>
/// Speech translated while it is spoken. On the wire a request names no <c>type</c>: the endpoint says what it is.
/// </summary>
[WireType("translation")]
public sealed partial record TranslationSessionConfiguration : SessionConfiguration
{
    /// <inheritdoc cref="SessionConfiguration.Missing"/>
    internal static new TranslationSessionConfiguration Missing { get; } = new();

    /// <summary>Always <c>translation</c>; requests do not carry it, sessions do.</summary>
    [JsonIgnore]
    public override string Type => "translation";

    [JsonPropertyName("type")]
    internal string? SessionType { get; set; }

    /// <summary>The model, <c>gpt-realtime-translate</c>; required to create a session, not to be sent in an update.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>Audio in and out.</summary>
    [JsonPropertyName("audio")]
    public TranslationAudioConfiguration? Audio { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(Model, "model");
        constraints.ValidateMember("audio", Audio);
    }
}

/// <summary>Audio in and out of a translation session, 24 kHz PCM both ways. Wire: <c>audio</c>.</summary>
public sealed partial record TranslationAudioConfiguration : WireObject
{
    /// <summary>The speech to translate.</summary>
    [JsonPropertyName("input")]
    public TranslationAudioInputConfiguration? Input { get; init; }

    /// <summary>The translation.</summary>
    [JsonPropertyName("output")]
    public TranslationAudioOutputConfiguration? Output { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("input", Input);
        constraints.ValidateMember("output", Output);
    }
}

/// <summary>The speech to translate. Wire: <c>audio.input</c>.</summary>
public sealed partial record TranslationAudioInputConfiguration : WireObject
{
    /// <summary>Whether the speech is also transcribed in its own language; of a configuration only the model is taken.</summary>
    [JsonPropertyName("transcription")]
    public Transcription? Transcription { get; init; }

    /// <summary>How the speech is cleaned. The server's default is <see cref="NoiseReduction.Off"/>.</summary>
    [JsonPropertyName("noise_reduction")]
    public NoiseReduction? NoiseReduction { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("transcription", Transcription);
        if (Transcription is TranscriptionConfiguration { Model: null })
            constraints.Error("transcription.model", null, "is required in translation sessions");
        constraints.ValidateMember("noise_reduction", NoiseReduction);
        constraints.Forbid(this, "must not be sent: translation sessions do not take it", "format", "turn_detection");
    }
}

/// <summary>The translation. Wire: <c>audio.output</c>.</summary>
public sealed partial record TranslationAudioOutputConfiguration : WireObject
{
    /// <summary>The language to translate into, for example <c>es</c>.</summary>
    [JsonPropertyName("language")]
    public string? Language { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(Language, "language");
        constraints.Forbid(this, "must not be sent: translation sessions do not take it", "format", "voice", "speed");
    }
}
