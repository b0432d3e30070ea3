namespace Realtime.Sdk;

/// <summary>A message of the server. Every one is data: unknown kinds are <see cref="UnknownServerEvent"/>, unreadable ones <see cref="MalformedEvent"/>.</summary>
public abstract partial record ServerEvent : WireObject, IServerEvent
{
    private protected ServerEvent(string type) => Type = type;

    /// <summary>The wire discriminator, in the spelling it came with.</summary>
    [JsonPropertyName("type")]
    public string Type { get; private protected init; }

    /// <summary>The server's id of this event; null on the few events that carry none.</summary>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    RealtimeSession? IServerEvent.ShownSession => this switch
    {
        SessionCreatedEvent created => created.Session,
        SessionUpdatedEvent updated => updated.Session,
        TranscriptionSessionCreatedEvent created => created.Session,
        TranscriptionSessionUpdatedEvent updated => updated.Session,
        _ => null,
    };

    RealtimeError? IServerEvent.ReportedError => (this as ErrorEvent)?.Error;
}

/// <summary>A server event of a kind this version does not know, kept as it came.</summary>
public sealed partial record UnknownServerEvent : ServerEvent, IUnknownMessage;

/// <summary>A message that could not be read. The session goes on; the payload is not kept.</summary>
/// <remarks>
/// A value of the wrong kind does not cost the whole event where the rest is sound. A member that may be absent, such as <c>usage</c> or
/// <c>turn_detection</c>, is then kept in <see cref="WireObject.AdditionalProperties"/> of the record it belongs to, its property is null, and it is
/// written back as it came. A member that is always there, such as an ID or a delta, makes the record around it one that cannot be read:
/// what holds that record is kept in its place, or the event is malformed. So is a message that is not JSON, an object that names
/// several types, and a message with many such members.
/// </remarks>
public sealed partial record MalformedEvent : ServerEvent, IMalformedMessage
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

    /// <summary>Where in the JSON; null when the message is not valid JSON.</summary>
    [JsonIgnore]
    public string? Path { get; }

    /// <summary>The size of the message in bytes.</summary>
    [JsonIgnore]
    public long Length { get; }

    internal override void Write(Utf8JsonWriter writer) => throw new NotSupportedException("A malformed event keeps no JSON to write.");
}
