using System.Buffers;

namespace Realtime.Sdk;

/// <summary>A message to the server of a translation session. Its wire names are those of other sessions too, with other payloads.</summary>
public abstract partial record TranslationClientEvent : WireObject, IClientEvent
{
    private protected TranslationClientEvent(string type) => Type = type;

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public string Type { get; }

    /// <inheritdoc cref="ClientEvent.EventId"/>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    /// <summary>Reports every rule this event breaks. Errors keep it from being sent, warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    /// <summary>Writes this event as a message.</summary>
    internal void Write(IBufferWriter<byte> output) => WireWriter.Write(output, this);

    void IClientEvent.WriteTo(IBufferWriter<byte> output) => Write(output);

    internal sealed override void Check(Constraints constraints)
    {
        constraints.EventId(EventId);
        CheckPayload(constraints);
    }

    /// <summary>Checks what this event carries beside its type and id.</summary>
    internal abstract void CheckPayload(Constraints constraints);
}

/// <summary>A client event of a kind this version does not know: send what is newer than this SDK.</summary>
public sealed partial record UnknownTranslationClientEvent : TranslationClientEvent, IUnknownMessage
{
    internal override void CheckPayload(Constraints constraints) => Json.CheckMessage(constraints, Type, EventId);
}
