using System.Buffers;

namespace Realtime.Sdk;

/// <summary>A message to the server.</summary>
public abstract partial record ClientEvent : WireObject
{
    private protected ClientEvent(string type) => Type = type;

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type")]
    public string Type { get; internal init => field = value ?? field; }

    /// <summary>
    /// Your id of this event, at most 512 characters; an <see cref="ErrorEvent"/> that blames the event repeats it. Null sends none.
    /// </summary>
    [JsonPropertyName("event_id"), JsonIgnore(Condition = WhenWritingNull)]
    public string? EventId { get; init; }

    /// <summary>Reports every rule this event breaks. Errors keep it from being sent, warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    /// <summary>Writes this event as a message.</summary>
    internal void Write(IBufferWriter<byte> output) => WireWriter.Write(output, this);

    internal sealed override void Check(Constraints constraints)
    {
        constraints.EventId(EventId);
        CheckPayload(constraints);
    }

    /// <summary>Checks what this event carries beside its type and id.</summary>
    internal abstract void CheckPayload(Constraints constraints);

    private sealed class Family : WireFamily<ClientEvent>
    {
        protected override ClientEvent? Variant(scoped ReadOnlySpan<char> type, ref Utf8JsonReader reader) => type switch
        {
            "conversation.item.create" => ConversationItemCreateEvent.Read(ref reader),
            "conversation.item.delete" => ConversationItemDeleteEvent.Read(ref reader),
            "conversation.item.retrieve" => ConversationItemRetrieveEvent.Read(ref reader),
            "conversation.item.truncate" => ConversationItemTruncateEvent.Read(ref reader),
            "input_audio_buffer.append" => InputAudioBufferAppendEvent.Read(ref reader),
            "input_audio_buffer.clear" => InputAudioBufferClearEvent.Read(ref reader),
            "input_audio_buffer.commit" => InputAudioBufferCommitEvent.Read(ref reader),
            "output_audio_buffer.clear" => OutputAudioBufferClearEvent.Read(ref reader),
            "response.cancel" => ResponseCancelEvent.Read(ref reader),
            "response.create" => ResponseCreateEvent.Read(ref reader),
            "session.update" => SessionUpdateEvent.Read(ref reader),
            "transcription_session.update" => TranscriptionSessionUpdateEvent.Read(ref reader),
            _ => null,
        };

        protected override ClientEvent Unknown(string type, JsonElement json) => new UnknownClientEvent(type, json);
    }
}

/// <summary>A client event of a kind this version does not know: send what is newer than this SDK.</summary>
public sealed partial record UnknownClientEvent : ClientEvent, IUnknownVariant
{
    /// <summary>Keeps an event as it is.</summary>
    /// <param name="type">The wire discriminator.</param>
    /// <param name="json">The whole message, <c>type</c> included.</param>
    public UnknownClientEvent(string type, JsonElement json) : base(type)
    {
        Json = json;
        EventId = json.EventId();
    }

    /// <summary>The whole message.</summary>
    [JsonIgnore]
    public JsonElement Json { get; }

    internal override void CheckPayload(Constraints constraints) => Json.CheckMessage(constraints, Type, EventId);
}
