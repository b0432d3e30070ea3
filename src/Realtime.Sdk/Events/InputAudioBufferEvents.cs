using System.Buffers;

namespace Realtime.Sdk;

/// <summary>Adds audio to the input audio buffer. The one client event that is never answered. Wire: <c>input_audio_buffer.append</c>.</summary>
[WireType("input_audio_buffer.append")]
public sealed partial record InputAudioBufferAppendEvent : ClientEvent
{
    /// <summary>The audio in the session's input format, at most 15 MiB.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    [JsonPropertyName("audio")]
    internal WireAudio AudioOnWire { get; init; }

    /// <summary>Writes an event without an id around audio, as the record would be written, and allocates nothing.</summary>
    internal static void Write(ReadOnlySpan<byte> audio, IBufferWriter<byte> output) =>
        WireAudio.WriteMessage("{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8, audio, output);

    internal override void CheckPayload(Constraints constraints) => AudioOnWire.CheckAppend(constraints, "audio");
}

/// <summary>
/// Makes a user message of the buffered audio, which must be at least 100 ms; with turn detection the server does so itself. Starts no
/// response. The server answers <see cref="InputAudioBufferCommittedEvent"/>. Wire: <c>input_audio_buffer.commit</c>.
/// </summary>
[WireType("input_audio_buffer.commit")]
public sealed partial record InputAudioBufferCommitEvent : ClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>Drops the buffered audio. The server answers <see cref="InputAudioBufferClearedEvent"/>. Wire: <c>input_audio_buffer.clear</c>.</summary>
[WireType("input_audio_buffer.clear")]
public sealed partial record InputAudioBufferClearEvent : ClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>The buffer became a user message, by <see cref="InputAudioBufferCommitEvent"/> or turn detection. Wire: <c>input_audio_buffer.committed</c>.</summary>
[WireType("input_audio_buffer.committed")]
public sealed partial record InputAudioBufferCommittedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemAddedEvent.PreviousItemId"/>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <summary>The user message.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>Answers <see cref="InputAudioBufferClearEvent"/>. Wire: <c>input_audio_buffer.cleared</c>.</summary>
[WireType("input_audio_buffer.cleared")]
public sealed partial record InputAudioBufferClearedEvent : ServerEvent;

/// <summary>The user began to speak: time to stop playing. Wire: <c>input_audio_buffer.speech_started</c>.</summary>
[WireType("input_audio_buffer.speech_started")]
public sealed partial record InputAudioBufferSpeechStartedEvent : ServerEvent
{
    /// <summary>Where speech begins in all audio sent in this session, prefix padding included.</summary>
    [JsonPropertyName("audio_start_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioStart { get; init; }

    /// <summary>The user message this will become.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The user stopped speaking. Wire: <c>input_audio_buffer.speech_stopped</c>.</summary>
[WireType("input_audio_buffer.speech_stopped")]
public sealed partial record InputAudioBufferSpeechStoppedEvent : ServerEvent
{
    /// <summary>Where speech ends in all audio sent in this session.</summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioEnd { get; init; }

    /// <inheritdoc cref="InputAudioBufferSpeechStartedEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// The user kept silent for <see cref="ServerVad.IdleTimeout"/>: the silence is committed and the model speaks.
/// Wire: <c>input_audio_buffer.timeout_triggered</c>.
/// </summary>
[WireType("input_audio_buffer.timeout_triggered")]
public sealed partial record InputAudioBufferTimeoutTriggeredEvent : ServerEvent
{
    /// <summary>Where the silence begins in all audio sent in this session.</summary>
    [JsonPropertyName("audio_start_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioStart { get; init; }

    /// <summary>Where the silence ends.</summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioEnd { get; init; }

    /// <summary>The user message the silence became.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The caller pressed a key; telephone calls only, and without an event id. Wire: <c>input_audio_buffer.dtmf_event_received</c>.</summary>
[WireType("input_audio_buffer.dtmf_event_received")]
public sealed partial record InputAudioBufferDtmfEventReceivedEvent : ServerEvent
{
    /// <summary>The key: 0 to 9, <c>*</c>, <c>#</c>, A to D.</summary>
    [JsonPropertyName("event")]
    public string Event { get; init => field = value ?? ""; } = "";

    /// <summary>When the server heard it, to the second.</summary>
    [JsonPropertyName("received_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset ReceivedAt { get; init; }
}
