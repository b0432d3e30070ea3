namespace Realtime.Sdk;

/// <summary>
/// More of what the model says, ahead of the audio. Wire: <c>response.output_audio_transcript.delta</c>, beta
/// <c>response.audio_transcript.delta</c>.
/// </summary>
public sealed record ResponseOutputAudioTranscriptDeltaEvent() : ResponseContentEvent("response.output_audio_transcript.delta")
{
    /// <summary>The text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// All the model says in a part, also when the response was cancelled. Wire: <c>response.output_audio_transcript.done</c>, beta
/// <c>response.audio_transcript.done</c>.
/// </summary>
public sealed record ResponseOutputAudioTranscriptDoneEvent() : ResponseContentEvent("response.output_audio_transcript.done")
{
    /// <summary>The whole transcript.</summary>
    [JsonPropertyName("transcript")]
    public string Transcript { get; init => field = value ?? ""; } = "";
}
