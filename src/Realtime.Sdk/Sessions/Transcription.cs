namespace Realtime.Sdk;

/// <summary>
/// Whether and how input audio is also turned into text for the client. Wire: <c>audio.input.transcription</c>, legacy
/// <c>input_audio_transcription</c>.
/// </summary>
/// <remarks>
/// <see langword="null"/> in a configuration leaves the server's setting alone (its default is off); <see cref="Off"/> turns it off.
/// </remarks>
public abstract partial record Transcription : WireObject
{
    private protected Transcription() { }

    /// <summary>No transcription. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial Transcription Off { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Transcription of input audio. It runs beside the model, and may differ from what the model heard.</summary>
public sealed partial record TranscriptionConfiguration : Transcription
{
    /// <summary>
    /// The transcription model: <c>gpt-transcribe</c>, <c>gpt-live-transcribe</c>, <c>gpt-realtime-whisper</c>,
    /// <c>gpt-4o-transcribe</c> (also <c>-mini-</c>, <c>-diarize</c>), <c>whisper-1</c>, or a deployment's name on Azure.
    /// </summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The language spoken, as an ISO-639-1 code such as <c>en</c>; improves accuracy and latency.</summary>
    [JsonPropertyName("language")]
    public string? Language { get; init; }

    /// <summary>The languages that may be spoken, at least one; only <c>gpt-transcribe</c> and <c>gpt-live-transcribe</c>.</summary>
    [JsonPropertyName("languages")]
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Words to listen for; only <c>gpt-transcribe</c> and <c>gpt-live-transcribe</c>.</summary>
    [JsonPropertyName("keywords")]
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Text that guides the style: keywords for <c>whisper-1</c>, free text for most others; not <c>gpt-realtime-whisper</c>.</summary>
    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }

    /// <summary>How long the model may wait for context; only <c>gpt-realtime-whisper</c>.</summary>
    [JsonPropertyName("delay")]
    public TranscriptionDelay? Delay { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(Model, "model");
        constraints.NotBlank(Language, "language");
        if (Languages is { Count: 0 })
            constraints.Error("languages", null, "must name at least one language");
        constraints.EachText(Languages, "languages");
        constraints.EachText(Keywords, "keywords");
        constraints.ValidText(Prompt, "prompt");
        constraints.Known(
            Delay,
            [TranscriptionDelay.Minimal, TranscriptionDelay.Low, TranscriptionDelay.Medium, TranscriptionDelay.High, TranscriptionDelay.XHigh],
            "delay");
        TranscriptionRules.CheckMembers(constraints, this);
    }
}

/// <summary>A transcription setting in a shape this version does not know, kept as it came.</summary>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownTranscription(JsonElement Json) : Transcription, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be an object or null");
}

/// <summary>How long the transcription model may wait for context: longer is more accurate. Wire: <c>transcription.delay</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct TranscriptionDelay(string Value) : IWireString<TranscriptionDelay>
{
    /// <summary>The shortest.</summary>
    public static TranscriptionDelay Minimal { get; } = new("minimal");

    /// <summary>Short.</summary>
    public static TranscriptionDelay Low { get; } = new("low");

    /// <summary>Medium.</summary>
    public static TranscriptionDelay Medium { get; } = new("medium");

    /// <summary>Long.</summary>
    public static TranscriptionDelay High { get; } = new("high");

    /// <summary>The longest.</summary>
    public static TranscriptionDelay XHigh { get; } = new("xhigh");
}
