using System.Buffers;

namespace Realtime.Sdk;

/// <summary>An event that the client sends to the server of a translation session. Other sessions use the same types with other members.</summary>
/// <remarks>Schema: <c>RealtimeTranslationClientEvent</c>.</remarks>
public abstract partial record TranslationClientEvent : WireObject, IClientEvent
{
    private protected TranslationClientEvent(string type) => Type = type;

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public string Type { get; }

    /// <inheritdoc cref="ClientEvent.EventId"/>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    /// <summary>Validates this event. Errors prevent it from being sent; warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Validate(this);

    /// <summary>Writes this event as a message.</summary>
    internal void Write(IBufferWriter<byte> output) => WireWriter.Write(output, this);

    void IClientEvent.WriteTo(IBufferWriter<byte> output) => Write(output);

    internal sealed override void Check(Constraints constraints)
    {
        constraints.EventId(EventId);
        CheckPayload(constraints);
    }

    /// <summary>Checks the members of this event other than its type and ID.</summary>
    internal abstract void CheckPayload(Constraints constraints);
}

/// <summary>A client event of an unrecognized type, for sending events that are newer than this SDK.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTranslationClientEvent : TranslationClientEvent, IUnknownMessage
{
    internal override void CheckPayload(Constraints constraints) => Json.CheckMessage(constraints, Type, EventId);
}
