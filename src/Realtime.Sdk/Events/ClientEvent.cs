using System.Buffers;
using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>A message to the server.</summary>
[JsonConverter(typeof(Converter))]
public abstract record ClientEvent : WireObject
{
    private protected ClientEvent(string type) => Type = type;

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type"), JsonInclude, JsonPropertyOrder(-2)]
    public string Type { get; internal init => field = value ?? field; }

    /// <summary>
    /// Your id of this event, at most 512 characters; an <see cref="ErrorEvent"/> that blames the event repeats it. Null sends none.
    /// </summary>
    [JsonPropertyName("event_id"), JsonIgnore(Condition = WhenWritingNull), JsonPropertyOrder(-1)]
    public string? EventId { get; init; }

    /// <summary>Reports every rule this event breaks. Errors keep it from being sent, warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    /// <summary>Writes this event as a message.</summary>
    internal void Write(IBufferWriter<byte> output) => WireMessage.Write(output, this, EventWire.Info<ClientEvent>());

    internal sealed override void Check(Constraints constraints)
    {
        constraints.EventId(EventId);
        CheckPayload(constraints);
    }

    /// <summary>Checks what this event carries beside its type and id.</summary>
    internal abstract void CheckPayload(Constraints constraints);

    /// <summary>Reads and writes the family by its discriminator, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : UnionConverter<ClientEvent>
    {
        private protected override JsonSerializerOptions Context => EventWire.Options;

        private protected override WireInfo? Variant(string? type) => type switch
        {
            "conversation.item.create" => EventWire.Info<ConversationItemCreateEvent>(),
            "conversation.item.delete" => EventWire.Info<ConversationItemDeleteEvent>(),
            "conversation.item.retrieve" => EventWire.Info<ConversationItemRetrieveEvent>(),
            "conversation.item.truncate" => EventWire.Info<ConversationItemTruncateEvent>(),
            "input_audio_buffer.append" => EventWire.Info<InputAudioBufferAppendEvent>(),
            "input_audio_buffer.clear" => EventWire.Info<InputAudioBufferClearEvent>(),
            "input_audio_buffer.commit" => EventWire.Info<InputAudioBufferCommitEvent>(),
            "output_audio_buffer.clear" => EventWire.Info<OutputAudioBufferClearEvent>(),
            "response.cancel" => EventWire.Info<ResponseCancelEvent>(),
            "response.create" => EventWire.Info<ResponseCreateEvent>(),
            "session.update" => EventWire.Info<SessionUpdateEvent>(),
            "transcription_session.update" => EventWire.Info<TranscriptionSessionUpdateEvent>(),
            _ => null,
        };

        private protected override ClientEvent Unknown(string type, JsonElement json) => new UnknownClientEvent(type, json);
    }
}

/// <summary>A client event of a kind this version does not know: send what is newer than this SDK.</summary>
public sealed record UnknownClientEvent : ClientEvent, IUnknownVariant
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
