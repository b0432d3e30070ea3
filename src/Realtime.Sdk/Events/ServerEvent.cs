namespace Realtime.Sdk;

/// <summary>A message of the server. Every one is data: unknown kinds are <see cref="UnknownServerEvent"/>, unreadable ones <see cref="MalformedEvent"/>.</summary>
public abstract partial record ServerEvent : WireObject
{
    private protected ServerEvent(string type) => Type = type;

    /// <summary>The wire discriminator, in the spelling it came with.</summary>
    [JsonPropertyName("type")]
    public string Type { get; internal init => field = value ?? field; }

    /// <summary>The server's id of this event; null on the few events that carry none.</summary>
    [JsonPropertyName("event_id"), JsonIgnore(Condition = WhenWritingNull)]
    public string? EventId { get; init; }

    private sealed class Family : WireFamily<ServerEvent>
    {
        protected override ServerEvent? Variant(scoped ReadOnlySpan<char> type, ref Utf8JsonReader reader) => type switch
        {
            "conversation.created" => ConversationCreatedEvent.Read(ref reader),
            "conversation.item.added" => ConversationItemAddedEvent.Read(ref reader),
            "conversation.item.created" => ConversationItemCreatedEvent.Read(ref reader),
            "conversation.item.deleted" => ConversationItemDeletedEvent.Read(ref reader),
            "conversation.item.done" => ConversationItemDoneEvent.Read(ref reader),
            "conversation.item.input_audio_transcription.completed" => ConversationItemInputAudioTranscriptionCompletedEvent.Read(ref reader),
            "conversation.item.input_audio_transcription.delta" => ConversationItemInputAudioTranscriptionDeltaEvent.Read(ref reader),
            "conversation.item.input_audio_transcription.failed" => ConversationItemInputAudioTranscriptionFailedEvent.Read(ref reader),
            "conversation.item.input_audio_transcription.segment" => ConversationItemInputAudioTranscriptionSegmentEvent.Read(ref reader),
            "conversation.item.retrieved" => ConversationItemRetrievedEvent.Read(ref reader),
            "conversation.item.truncated" => ConversationItemTruncatedEvent.Read(ref reader),
            "error" => ErrorEvent.Read(ref reader),
            "input_audio_buffer.cleared" => InputAudioBufferClearedEvent.Read(ref reader),
            "input_audio_buffer.committed" => InputAudioBufferCommittedEvent.Read(ref reader),
            "input_audio_buffer.dtmf_event_received" => InputAudioBufferDtmfEventReceivedEvent.Read(ref reader),
            "input_audio_buffer.speech_started" => InputAudioBufferSpeechStartedEvent.Read(ref reader),
            "input_audio_buffer.speech_stopped" => InputAudioBufferSpeechStoppedEvent.Read(ref reader),
            "input_audio_buffer.timeout_triggered" => InputAudioBufferTimeoutTriggeredEvent.Read(ref reader),
            "mcp_list_tools.completed" => McpListToolsCompletedEvent.Read(ref reader),
            "mcp_list_tools.failed" => McpListToolsFailedEvent.Read(ref reader),
            "mcp_list_tools.in_progress" => McpListToolsInProgressEvent.Read(ref reader),
            "output_audio_buffer.cleared" => OutputAudioBufferClearedEvent.Read(ref reader),
            "output_audio_buffer.started" => OutputAudioBufferStartedEvent.Read(ref reader),
            "output_audio_buffer.stopped" => OutputAudioBufferStoppedEvent.Read(ref reader),
            "rate_limits.updated" => RateLimitsUpdatedEvent.Read(ref reader),
            "response.content_part.added" => ResponseContentPartAddedEvent.Read(ref reader),
            "response.content_part.done" => ResponseContentPartDoneEvent.Read(ref reader),
            "response.created" => ResponseCreatedEvent.Read(ref reader),
            "response.done" => ResponseDoneEvent.Read(ref reader),
            "response.function_call_arguments.delta" => ResponseFunctionCallArgumentsDeltaEvent.Read(ref reader),
            "response.function_call_arguments.done" => ResponseFunctionCallArgumentsDoneEvent.Read(ref reader),
            "response.mcp_call.completed" => ResponseMcpCallCompletedEvent.Read(ref reader),
            "response.mcp_call.failed" => ResponseMcpCallFailedEvent.Read(ref reader),
            "response.mcp_call.in_progress" => ResponseMcpCallInProgressEvent.Read(ref reader),
            "response.mcp_call_arguments.delta" => ResponseMcpCallArgumentsDeltaEvent.Read(ref reader),
            "response.mcp_call_arguments.done" => ResponseMcpCallArgumentsDoneEvent.Read(ref reader),
            "response.output_audio.delta" or "response.audio.delta" => ResponseOutputAudioDeltaEvent.Read(ref reader),
            "response.output_audio.done" or "response.audio.done" => ResponseOutputAudioDoneEvent.Read(ref reader),
            "response.output_audio_transcript.delta" or "response.audio_transcript.delta" => ResponseOutputAudioTranscriptDeltaEvent.Read(ref reader),
            "response.output_audio_transcript.done" or "response.audio_transcript.done" => ResponseOutputAudioTranscriptDoneEvent.Read(ref reader),
            "response.output_item.added" => ResponseOutputItemAddedEvent.Read(ref reader),
            "response.output_item.done" => ResponseOutputItemDoneEvent.Read(ref reader),
            "response.output_text.delta" or "response.text.delta" => ResponseOutputTextDeltaEvent.Read(ref reader),
            "response.output_text.done" or "response.text.done" => ResponseOutputTextDoneEvent.Read(ref reader),
            "session.created" => SessionCreatedEvent.Read(ref reader),
            "session.updated" => SessionUpdatedEvent.Read(ref reader),
            "transcription_session.created" => TranscriptionSessionCreatedEvent.Read(ref reader),
            "transcription_session.updated" => TranscriptionSessionUpdatedEvent.Read(ref reader),
            _ => null,
        };

        protected override ServerEvent Unknown(string type, JsonElement json) => new UnknownServerEvent(type, json);
    }
}

/// <summary>A server event of a kind this version does not know, kept as it came.</summary>
public sealed partial record UnknownServerEvent : ServerEvent, IUnknownVariant
{
    /// <summary>Keeps an event as it came.</summary>
    /// <param name="type">The wire discriminator; empty when the message has none.</param>
    /// <param name="json">The whole message.</param>
    public UnknownServerEvent(string type, JsonElement json) : base(type)
    {
        Json = json;
        EventId = json.EventId();
    }

    /// <summary>The whole message.</summary>
    [JsonIgnore]
    public JsonElement Json { get; }
}

/// <summary>A message that could not be read. The session goes on; the payload is not kept.</summary>
public sealed partial record MalformedEvent : ServerEvent
{
    internal MalformedEvent(string type, string reason, string? path, long length) : base(type)
    {
        Reason = reason;
        Path = path;
        Length = length;
    }

    /// <summary>What was wrong, in words that quote nothing of the payload.</summary>
    [JsonIgnore]
    public string Reason { get; }

    /// <summary>Where in the JSON; null when the message is no JSON.</summary>
    [JsonIgnore]
    public string? Path { get; }

    /// <summary>The size of the message in bytes.</summary>
    [JsonIgnore]
    public long Length { get; }

    internal override void Write(Utf8JsonWriter writer) => throw new NotSupportedException("A malformed event keeps no JSON to write.");
}
