using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>A message of the server. Every one is data: unknown kinds are <see cref="UnknownServerEvent"/>, unreadable ones <see cref="MalformedEvent"/>.</summary>
[JsonConverter(typeof(Converter))]
public abstract record ServerEvent : WireObject
{
    private protected ServerEvent(string type) => Type = type;

    /// <summary>The wire discriminator, in the spelling it came with.</summary>
    [JsonPropertyName("type"), JsonInclude, JsonPropertyOrder(-2)]
    public string Type { get; internal init => field = value ?? field; }

    /// <summary>The server's id of this event; null on the few events that carry none.</summary>
    [JsonPropertyName("event_id"), JsonIgnore(Condition = WhenWritingNull), JsonPropertyOrder(-1)]
    public string? EventId { get; init; }

    /// <summary>Reads and writes the family by its discriminator, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : UnionConverter<ServerEvent>
    {
        private protected override JsonSerializerOptions Context => EventWire.Options;

        private protected override WireInfo? Variant(string? type) => type switch
        {
            "conversation.created" => EventWire.Info<ConversationCreatedEvent>(),
            "conversation.item.added" => EventWire.Info<ConversationItemAddedEvent>(),
            "conversation.item.created" => EventWire.Info<ConversationItemCreatedEvent>(),
            "conversation.item.deleted" => EventWire.Info<ConversationItemDeletedEvent>(),
            "conversation.item.done" => EventWire.Info<ConversationItemDoneEvent>(),
            "conversation.item.input_audio_transcription.completed" => EventWire.Info<ConversationItemInputAudioTranscriptionCompletedEvent>(),
            "conversation.item.input_audio_transcription.delta" => EventWire.Info<ConversationItemInputAudioTranscriptionDeltaEvent>(),
            "conversation.item.input_audio_transcription.failed" => EventWire.Info<ConversationItemInputAudioTranscriptionFailedEvent>(),
            "conversation.item.input_audio_transcription.segment" => EventWire.Info<ConversationItemInputAudioTranscriptionSegmentEvent>(),
            "conversation.item.retrieved" => EventWire.Info<ConversationItemRetrievedEvent>(),
            "conversation.item.truncated" => EventWire.Info<ConversationItemTruncatedEvent>(),
            "error" => EventWire.Info<ErrorEvent>(),
            "input_audio_buffer.cleared" => EventWire.Info<InputAudioBufferClearedEvent>(),
            "input_audio_buffer.committed" => EventWire.Info<InputAudioBufferCommittedEvent>(),
            "input_audio_buffer.dtmf_event_received" => EventWire.Info<InputAudioBufferDtmfEventReceivedEvent>(),
            "input_audio_buffer.speech_started" => EventWire.Info<InputAudioBufferSpeechStartedEvent>(),
            "input_audio_buffer.speech_stopped" => EventWire.Info<InputAudioBufferSpeechStoppedEvent>(),
            "input_audio_buffer.timeout_triggered" => EventWire.Info<InputAudioBufferTimeoutTriggeredEvent>(),
            "mcp_list_tools.completed" => EventWire.Info<McpListToolsCompletedEvent>(),
            "mcp_list_tools.failed" => EventWire.Info<McpListToolsFailedEvent>(),
            "mcp_list_tools.in_progress" => EventWire.Info<McpListToolsInProgressEvent>(),
            "output_audio_buffer.cleared" => EventWire.Info<OutputAudioBufferClearedEvent>(),
            "output_audio_buffer.started" => EventWire.Info<OutputAudioBufferStartedEvent>(),
            "output_audio_buffer.stopped" => EventWire.Info<OutputAudioBufferStoppedEvent>(),
            "rate_limits.updated" => EventWire.Info<RateLimitsUpdatedEvent>(),
            "response.content_part.added" => EventWire.Info<ResponseContentPartAddedEvent>(),
            "response.content_part.done" => EventWire.Info<ResponseContentPartDoneEvent>(),
            "response.created" => EventWire.Info<ResponseCreatedEvent>(),
            "response.done" => EventWire.Info<ResponseDoneEvent>(),
            "response.function_call_arguments.delta" => EventWire.Info<ResponseFunctionCallArgumentsDeltaEvent>(),
            "response.function_call_arguments.done" => EventWire.Info<ResponseFunctionCallArgumentsDoneEvent>(),
            "response.mcp_call.completed" => EventWire.Info<ResponseMcpCallCompletedEvent>(),
            "response.mcp_call.failed" => EventWire.Info<ResponseMcpCallFailedEvent>(),
            "response.mcp_call.in_progress" => EventWire.Info<ResponseMcpCallInProgressEvent>(),
            "response.mcp_call_arguments.delta" => EventWire.Info<ResponseMcpCallArgumentsDeltaEvent>(),
            "response.mcp_call_arguments.done" => EventWire.Info<ResponseMcpCallArgumentsDoneEvent>(),
            "response.output_audio.delta" or "response.audio.delta" => EventWire.Info<ResponseOutputAudioDeltaEvent>(),
            "response.output_audio.done" or "response.audio.done" => EventWire.Info<ResponseOutputAudioDoneEvent>(),
            "response.output_audio_transcript.delta" or "response.audio_transcript.delta" => EventWire.Info<ResponseOutputAudioTranscriptDeltaEvent>(),
            "response.output_audio_transcript.done" or "response.audio_transcript.done" => EventWire.Info<ResponseOutputAudioTranscriptDoneEvent>(),
            "response.output_item.added" => EventWire.Info<ResponseOutputItemAddedEvent>(),
            "response.output_item.done" => EventWire.Info<ResponseOutputItemDoneEvent>(),
            "response.output_text.delta" or "response.text.delta" => EventWire.Info<ResponseOutputTextDeltaEvent>(),
            "response.output_text.done" or "response.text.done" => EventWire.Info<ResponseOutputTextDoneEvent>(),
            "session.created" => EventWire.Info<SessionCreatedEvent>(),
            "session.updated" => EventWire.Info<SessionUpdatedEvent>(),
            "transcription_session.created" => EventWire.Info<TranscriptionSessionCreatedEvent>(),
            "transcription_session.updated" => EventWire.Info<TranscriptionSessionUpdatedEvent>(),
            _ => null,
        };

        private protected override ServerEvent Unknown(string type, JsonElement json) => new UnknownServerEvent(type, json);

        private protected override bool WriteToken(Utf8JsonWriter writer, ServerEvent value) =>
            value is MalformedEvent ? throw new NotSupportedException("A malformed event keeps no JSON to write.") : false;
    }
}

/// <summary>A server event of a kind this version does not know, kept as it came.</summary>
public sealed record UnknownServerEvent : ServerEvent, IUnknownVariant
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
public sealed record MalformedEvent : ServerEvent
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
}
