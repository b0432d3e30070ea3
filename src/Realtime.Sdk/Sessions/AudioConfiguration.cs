namespace Realtime.Sdk;

/// <summary>The audio settings of a realtime session. Wire: <c>audio</c>.</summary>
public sealed partial record AudioConfiguration : WireObject
{
    /// <summary>The settings of the user's audio; null does not change the server's settings.</summary>
    [JsonPropertyName("input")]
    public AudioInputConfiguration? Input { get; init; }

    /// <summary>The settings of the model's audio; null does not change the server's settings.</summary>
    [JsonPropertyName("output")]
    public AudioOutputConfiguration? Output { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("input", Input);
        constraints.ValidateMember("output", Output);
    }
}

/// <summary>The settings of the user's audio. Wire: <c>audio.input</c>.</summary>
public sealed partial record AudioInputConfiguration : WireObject
{
    /// <summary>The format of the audio that the client sends. The server's default is <see cref="AudioFormat.Pcm"/>.</summary>
    [JsonPropertyName("format")]
    public AudioFormat? Format { get; init; }

    /// <summary>Whether and how the server transcribes the audio. The server's default is <see cref="Transcription.Off"/>.</summary>
    [JsonPropertyName("transcription")]
    public Transcription? Transcription { get; init; }

    /// <summary>Noise reduction for the audio. The server's default is <see cref="NoiseReduction.Off"/>.</summary>
    [JsonPropertyName("noise_reduction")]
    public NoiseReduction? NoiseReduction { get; init; }

    /// <summary>The method that detects the end of a turn. The server's default is <see cref="ServerVad"/>.</summary>
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

/// <summary>The settings of the model's audio. Wire: <c>audio.output</c>.</summary>
public sealed partial record AudioOutputConfiguration : WireObject
{
    /// <summary>The format of the audio that the client receives. The server's default is <see cref="AudioFormat.Pcm"/>.</summary>
    [JsonPropertyName("format")]
    public AudioFormat? Format { get; init; }

    /// <summary>The voice, which cannot change once the session has produced audio. The server's default is <see cref="Voice.Alloy"/>.</summary>
    [JsonPropertyName("voice")]
    public Voice? Voice { get; init; }

    /// <summary>The speed of speech, 0.25 to 1.5. It can change only between responses. The server's default is 1.</summary>
    [JsonPropertyName("speed")]
    public double? Speed { get; init; }

    internal override void Check(Constraints constraints)
    {
        AudioFormat.CheckNested(constraints, Format);
        constraints.ValidateMember("voice", Voice);
        constraints.InRange(Speed, Limits.MinSpeed, Limits.MaxSpeed, "speed");
    }
}

/// <summary>The audio settings of a transcription session, which has no output. Wire: <c>audio</c>.</summary>
public sealed partial record TranscriptionAudioConfiguration : WireObject
{
    /// <summary>The settings of the audio to transcribe.</summary>
    [JsonPropertyName("input")]
    public AudioInputConfiguration? Input { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Forbid(this, "must not be sent: transcription sessions have no output", "output");
        constraints.ValidateMember("input", Input);
    }
}
