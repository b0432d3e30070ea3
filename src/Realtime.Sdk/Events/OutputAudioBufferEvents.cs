namespace Realtime.Sdk;

/// <summary>
/// Stops the audio that the service is playing in a WebRTC or telephone call. Send <see cref="ResponseCancelEvent"/> first. The server replies with
/// <see cref="OutputAudioBufferClearedEvent"/>. Wire: <c>output_audio_buffer.clear</c>.
/// </summary>
[WireType("output_audio_buffer.clear")]
public sealed partial record OutputAudioBufferClearEvent : ClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>The service has started to play a response in a call. Wire: <c>output_audio_buffer.started</c>.</summary>
[WireType("output_audio_buffer.started")]
public sealed partial record OutputAudioBufferStartedEvent : ServerEvent
{
    /// <summary>The ID of the response.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";
}

/// <summary>The service has played a response in a call to its end. Wire: <c>output_audio_buffer.stopped</c>.</summary>
[WireType("output_audio_buffer.stopped")]
public sealed partial record OutputAudioBufferStoppedEvent : ServerEvent
{
    /// <inheritdoc cref="OutputAudioBufferStartedEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// The service has stopped playing a response in a call early, because the user spoke or because of an <see cref="OutputAudioBufferClearEvent"/>.
/// Wire: <c>output_audio_buffer.cleared</c>.
/// </summary>
[WireType("output_audio_buffer.cleared")]
public sealed partial record OutputAudioBufferClearedEvent : ServerEvent
{
    /// <inheritdoc cref="OutputAudioBufferStartedEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";
}
