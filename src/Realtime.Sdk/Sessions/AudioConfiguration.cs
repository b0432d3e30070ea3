namespace Realtime.Sdk;

/// <summary>Audio in and out of a realtime session. Wire: <c>audio</c>.</summary>
public sealed partial record AudioConfiguration : WireObject
{
    /// <summary>The user's audio; null leaves the server's settings alone.</summary>
    [JsonPropertyName("input")]
    public AudioInputConfiguration? Input { get; init; }

    /// <summary>The model's audio; null leaves the server's settings alone.</summary>
    [JsonPropertyName("output")]
    public AudioOutputConfiguration? Output { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("input", Input);
        constraints.ValidateMember("output", Output);
    }
}

/// <summary>The user's audio. Wire: <c>audio.input</c>.</summary>
public sealed partial record AudioInputConfiguration : WireObject
{
    /// <summary>How the audio you send is encoded. The server's default is <see cref="AudioFormat.Pcm"/>.</summary>
    [JsonPropertyName("format")]
    public AudioFormat? Format { get; init; }

    /// <summary>Whether the server also transcribes the audio. The server's default is <see cref="Transcription.Off"/>.</summary>
    [JsonPropertyName("transcription")]
    public Transcription? Transcription { get; init; }

    /// <summary>How the audio is cleaned. The server's default is <see cref="NoiseReduction.Off"/>.</summary>
    [JsonPropertyName("noise_reduction")]
    public NoiseReduction? NoiseReduction { get; init; }

    /// <summary>How the end of a turn is found. The server's default is <see cref="ServerVad"/>.</summary>
    [JsonPropertyName("turn_detection")]
    public TurnDetection? TurnDetection { get; init; }

    internal override void Check(Constraints constraints)
    {
        AudioFormat.CheckNested(constraints, Format);
        constraints.ValidateMember("transcription", Transcription);
        constraints.ValidateMember("noise_reduction", NoiseReduction);
        constraints.ValidateMember("turn_detection", TurnDetection);
    }
}

/// <summary>The model's audio. Wire: <c>audio.output</c>.</summary>
public sealed partial record AudioOutputConfiguration : WireObject
{
    /// <summary>How the audio you receive is encoded. The server's default is <see cref="AudioFormat.Pcm"/>.</summary>
    [JsonPropertyName("format")]
    public AudioFormat? Format { get; init; }

    /// <summary>The voice; it cannot change once the session has produced audio. The server's default is <see cref="Voice.Alloy"/>.</summary>
    [JsonPropertyName("voice")]
    public Voice? Voice { get; init; }

    /// <summary>How fast the model speaks, 0.25 to 1.5; it changes between responses only. The server's default is 1.</summary>
    [JsonPropertyName("speed")]
    public double? Speed { get; init; }

    internal override void Check(Constraints constraints)
    {
        AudioFormat.CheckNested(constraints, Format);
        constraints.ValidateMember("voice", Voice);
        constraints.InRange(Speed, Limits.MinSpeed, Limits.MaxSpeed, "speed");
    }
}

/// <summary>Audio of a transcription session, which has no output. Wire: <c>audio</c>.</summary>
public sealed partial record TranscriptionAudioConfiguration : WireObject
{
    /// <summary>The audio to transcribe.</summary>
    [JsonPropertyName("input")]
    public AudioInputConfiguration? Input { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Forbid(this, "must not be sent: transcription sessions have no output", "output");
        constraints.ValidateMember("input", Input);
    }
}
