using System.Buffers;
using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>A message to the server of a translation session. Its wire names are those of other sessions too, with other payloads.</summary>
[JsonConverter(typeof(Converter))]
public abstract record TranslationClientEvent : WireObject
{
    private protected TranslationClientEvent(string type) => Type = type;

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type"), JsonInclude, JsonPropertyOrder(-2)]
    public string Type { get; internal init => field = value ?? field; }

    /// <inheritdoc cref="ClientEvent.EventId"/>
    [JsonPropertyName("event_id"), JsonIgnore(Condition = WhenWritingNull), JsonPropertyOrder(-1)]
    public string? EventId { get; init; }

    /// <summary>Reports every rule this event breaks. Errors keep it from being sent, warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    /// <summary>Writes this event as a message.</summary>
    internal void Write(IBufferWriter<byte> output) => WireMessage.Write(output, this, EventWire.Info<TranslationClientEvent>());

    internal sealed override void Check(Constraints constraints)
    {
        constraints.EventId(EventId);
        CheckPayload(constraints);
    }

    /// <summary>Checks what this event carries beside its type and id.</summary>
    internal abstract void CheckPayload(Constraints constraints);

    /// <summary>Reads and writes the family by its discriminator, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : UnionConverter<TranslationClientEvent>
    {
        private protected override JsonSerializerOptions Context => EventWire.Options;

        private protected override WireInfo? Variant(string? type) => type switch
        {
            "session.update" => EventWire.Info<TranslationSessionUpdateEvent>(),
            "session.input_audio_buffer.append" => EventWire.Info<TranslationSessionInputAudioBufferAppendEvent>(),
            "session.close" => EventWire.Info<TranslationSessionCloseEvent>(),
            _ => null,
        };

        private protected override TranslationClientEvent Unknown(string type, JsonElement json) => new UnknownTranslationClientEvent(type, json);
    }
}

/// <summary>A client event of a kind this version does not know: send what is newer than this SDK.</summary>
public sealed record UnknownTranslationClientEvent : TranslationClientEvent, IUnknownVariant
{
    /// <summary>Keeps an event as it is.</summary>
    /// <param name="type">The wire discriminator.</param>
    /// <param name="json">The whole message, <c>type</c> included.</param>
    public UnknownTranslationClientEvent(string type, JsonElement json) : base(type)
    {
        Json = json;
        EventId = json.EventId();
    }

    /// <summary>The whole message.</summary>
    [JsonIgnore]
    public JsonElement Json { get; }

    internal override void CheckPayload(Constraints constraints) => Json.CheckMessage(constraints, Type, EventId);
}
