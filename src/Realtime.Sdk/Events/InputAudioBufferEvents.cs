using System.Buffers;

namespace Realtime.Sdk;

/// <summary>Appends audio to the input audio buffer. The server never replies to this event. Wire: <c>input_audio_buffer.append</c>.</summary>
[WireType("input_audio_buffer.append")]
public sealed partial record InputAudioBufferAppendEvent : ClientEvent
{
    /// <summary>The audio, in the session's input format, at most 15 MiB.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    [JsonPropertyName("audio")]
    internal WireAudio AudioOnWire { get; init; }

    /// <summary>Writes an event with the audio and without an event ID, in the same form as the record, without allocating.</summary>
    internal static void Write(ReadOnlySpan<byte> audio, IBufferWriter<byte> output) =>
        WireAudio.WriteMessage("{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8, audio, output);

    /// <summary>Writes an event with audio that is encoded already.</summary>
    /// <param name="eventIdPrefix">Written before the event ID, if there is one.</param>
    /// <param name="eventId">The event ID as it is written in JSON, without its quotes; empty writes none.</param>
    /// <param name="base64">The audio, as valid Base64.</param>
    /// <param name="output">The destination.</param>
    internal static void WriteEncoded(ReadOnlySpan<byte> eventIdPrefix, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> base64, IBufferWriter<byte> output)
    {
        output.Write("{\"type\":\"input_audio_buffer.append\""u8);
        if (!eventId.IsEmpty)
        {
            output.Write(",\"event_id\":\""u8);
            output.Write(eventIdPrefix);
            output.Write(eventId);
            output.Write("\""u8);
        }
        output.Write(",\"audio\":\""u8);
        output.Write(base64);
        output.Write("\"}"u8);
    }

    internal override void CheckPayload(Constraints constraints) => AudioOnWire.CheckAppend(constraints, "audio");
}

/// <summary>
/// Commits the buffered audio, at least 100 ms, as a user message. With turn detection, the server does so itself. This does not start a response. The server
/// replies with <see cref="InputAudioBufferCommittedEvent"/>. Wire: <c>input_audio_buffer.commit</c>.
/// </summary>
[WireType("input_audio_buffer.commit")]
public sealed partial record InputAudioBufferCommitEvent : ClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>Clears the input audio buffer. The server replies with <see cref="InputAudioBufferClearedEvent"/>. Wire: <c>input_audio_buffer.clear</c>.</summary>
[WireType("input_audio_buffer.clear")]
public sealed partial record InputAudioBufferClearEvent : ClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>
/// The input audio buffer was committed as a user message, by <see cref="InputAudioBufferCommitEvent"/> or turn detection.
/// Wire: <c>input_audio_buffer.committed</c>.
/// </summary>
[WireType("input_audio_buffer.committed")]
public sealed partial record InputAudioBufferCommittedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemAddedEvent.PreviousItemId"/>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <summary>The ID of the user message.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The reply to an <see cref="InputAudioBufferClearEvent"/>. Wire: <c>input_audio_buffer.cleared</c>.</summary>
[WireType("input_audio_buffer.cleared")]
public sealed partial record InputAudioBufferClearedEvent : ServerEvent;

/// <summary>The user has started to speak. Stop playback at this event. Wire: <c>input_audio_buffer.speech_started</c>.</summary>
[WireType("input_audio_buffer.speech_started")]
public sealed partial record InputAudioBufferSpeechStartedEvent : ServerEvent
{
    /// <summary>The start of the speech, including prefix padding, as an offset in all audio sent in this session.</summary>
    [JsonPropertyName("audio_start_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioStart { get; init; }

    /// <summary>The ID of the user message that will contain the speech.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The user has stopped speaking. Wire: <c>input_audio_buffer.speech_stopped</c>.</summary>
[WireType("input_audio_buffer.speech_stopped")]
public sealed partial record InputAudioBufferSpeechStoppedEvent : ServerEvent
{
    /// <summary>The end of the speech, as an offset in all audio sent in this session.</summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioEnd { get; init; }

    /// <inheritdoc cref="InputAudioBufferSpeechStartedEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// The user was silent for <see cref="ServerVad.IdleTimeout"/>. The server commits the silence, and the model speaks.
/// Wire: <c>input_audio_buffer.timeout_triggered</c>.
/// </summary>
[WireType("input_audio_buffer.timeout_triggered")]
public sealed partial record InputAudioBufferTimeoutTriggeredEvent : ServerEvent
{
    /// <summary>The start of the silence, as an offset in all audio sent in this session.</summary>
    [JsonPropertyName("audio_start_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioStart { get; init; }

    /// <summary>The end of the silence, as an offset in all audio sent in this session.</summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioEnd { get; init; }

    /// <summary>The ID of the user message that contains the silence.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The caller pressed a key. Only sent in telephone calls, and without an event ID. Wire: <c>input_audio_buffer.dtmf_event_received</c>.</summary>
[WireType("input_audio_buffer.dtmf_event_received")]
public sealed partial record InputAudioBufferDtmfEventReceivedEvent : ServerEvent
{
    /// <summary>The key: 0 to 9, <c>*</c>, <c>#</c>, A to D.</summary>
    [JsonPropertyName("event")]
    public string Event { get; init => field = value ?? ""; } = "";

    /// <summary>The time at which the server received the key, in whole seconds.</summary>
    [JsonPropertyName("received_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset ReceivedAt { get; init; }
}
