namespace Realtime.Sdk;

/// <summary>More audio of the model; not sent on calls. Wire: <c>response.output_audio.delta</c>, beta <c>response.audio.delta</c>.</summary>
public sealed record ResponseOutputAudioDeltaEvent() : ResponseContentEvent("response.output_audio.delta")
{
    /// <summary>The audio in the session's output format: yours to keep. Empty when <see cref="AudioError"/> is set.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Delta { get => DeltaOnWire.Bytes; init => DeltaOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => DeltaOnWire.Error;

    [JsonPropertyName("delta"), JsonInclude]
    internal WireAudio DeltaOnWire { get; init; }
}

/// <summary>The audio of a part has ended, also when the response was cancelled. Wire: <c>response.output_audio.done</c>, beta <c>response.audio.done</c>.</summary>
public sealed record ResponseOutputAudioDoneEvent() : ResponseContentEvent("response.output_audio.done");
