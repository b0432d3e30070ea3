namespace Realtime.Sdk;

/// <summary>
/// Stops what the service is playing on a WebRTC or telephone call; send <see cref="ResponseCancelEvent"/> first. The server answers
/// <see cref="OutputAudioBufferClearedEvent"/>. Wire: <c>output_audio_buffer.clear</c>.
/// </summary>
[WireType("output_audio_buffer.clear")]
public sealed partial record OutputAudioBufferClearEvent : ClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>A call began to play a response. Wire: <c>output_audio_buffer.started</c>.</summary>
[WireType("output_audio_buffer.started")]
public sealed partial record OutputAudioBufferStartedEvent : ServerEvent
{
    /// <summary>The response that is played.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";
}

/// <summary>A call has played a response to its end. Wire: <c>output_audio_buffer.stopped</c>.</summary>
[WireType("output_audio_buffer.stopped")]
public sealed partial record OutputAudioBufferStoppedEvent : ServerEvent
{
    /// <inheritdoc cref="OutputAudioBufferStartedEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";
}

/// <summary>A call stopped playing a response early: the user spoke, or <see cref="OutputAudioBufferClearEvent"/>. Wire: <c>output_audio_buffer.cleared</c>.</summary>
[WireType("output_audio_buffer.cleared")]
public sealed partial record OutputAudioBufferClearedEvent : ServerEvent
{
    /// <inheritdoc cref="OutputAudioBufferStartedEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";
}
