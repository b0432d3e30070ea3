namespace Realtime.Sdk;

/// <summary>Transcription of input audio for the client. Wire: <c>audio.input.transcription</c>, legacy <c>input_audio_transcription</c>.</summary>
/// <remarks>
/// <see langword="null"/> in a configuration does not change the server's setting, which is off by default; <see cref="Off"/> turns transcription off.
/// </remarks>
public abstract partial record Transcription : WireObject
{
    private protected Transcription() { }

    /// <summary>No transcription. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial Transcription Off { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>
/// The configuration of the transcription of input audio. Transcription runs independently of the model, so the transcript can differ from what the model
/// understood.
/// </summary>
/// <remarks>Schemas: <c>AudioTranscription</c>, <c>AudioTranscriptionResponse</c>.</remarks>
public sealed partial record TranscriptionConfiguration : Transcription
{
    /// <summary>
    /// The transcription model: <c>gpt-transcribe</c>, <c>gpt-live-transcribe</c>, <c>gpt-realtime-whisper</c>, <c>gpt-4o-transcribe</c> (also <c>-mini-</c>,
    /// <c>-diarize</c>), <c>whisper-1</c>, or the name of a deployment on Azure.
    /// </summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>
    /// The language of the speech, as an ISO 639-1 code such as <c>en</c>, which improves accuracy and latency; null lets the model detect it.
    /// </summary>
    [JsonPropertyName("language")]
    public string? Language { get; init; }

    /// <summary>The languages that may be spoken, at least one. Only for <c>gpt-transcribe</c> and <c>gpt-live-transcribe</c>.</summary>
    [JsonPropertyName("languages")]
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Words that are likely to occur. Only for <c>gpt-transcribe</c> and <c>gpt-live-transcribe</c>.</summary>
    [JsonPropertyName("keywords")]
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>
    /// Text that guides the transcription: keywords for <c>whisper-1</c>, free text for most other models. Not for <c>gpt-realtime-whisper</c>.
    /// </summary>
    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }

    /// <summary>The time that the model may wait for context. Only for <c>gpt-realtime-whisper</c>.</summary>
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

/// <summary>A transcription setting in an unrecognized shape, kept unchanged.</summary>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTranscription(JsonElement Json) : Transcription, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be an object or null");
}

/// <summary>The time that the transcription model may wait for context. A longer delay is more accurate. Wire: <c>transcription.delay</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct TranscriptionDelay(string Value) : IWireString<TranscriptionDelay>
{
    /// <summary>The shortest delay.</summary>
    public static TranscriptionDelay Minimal { get; } = new("minimal");

    /// <summary>A short delay.</summary>
    public static TranscriptionDelay Low { get; } = new("low");

    /// <summary>A medium delay.</summary>
    public static TranscriptionDelay Medium { get; } = new("medium");

    /// <summary>A long delay.</summary>
    public static TranscriptionDelay High { get; } = new("high");

    /// <summary>The longest delay.</summary>
    public static TranscriptionDelay XHigh { get; } = new("xhigh");
}
