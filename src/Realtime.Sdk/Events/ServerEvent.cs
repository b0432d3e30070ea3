namespace Realtime.Sdk;

/// <summary>
/// An event from the server. Unrecognized types are read as <see cref="UnknownServerEvent"/>, unreadable messages as <see cref="MalformedEvent"/>; no message
/// causes an exception.
/// </summary>
/// <remarks>Schema: <c>RealtimeServerEvent</c>.</remarks>
public abstract partial record ServerEvent : WireObject, IServerEvent
{
    private protected ServerEvent(string type) => Type = type;

    /// <summary>The value of <c>type</c> on the wire, as received.</summary>
    [JsonPropertyName("type")]
    public string Type { get; private protected init; }

    /// <summary>The server-assigned ID of this event; null on the few events that have none.</summary>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

#pragma warning disable CA1033 // only variants in this assembly derive from the record, and they have readers of their own
    static ServerEvent? IWireObject<ServerEvent>.ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type) =>
        DeltaReader.Read(message, ids, out type);
#pragma warning restore CA1033

    RealtimeSession? IServerEvent.ReportedSession => this switch
    {
        SessionCreatedEvent created => created.Session,
        SessionUpdatedEvent updated => updated.Session,
        TranscriptionSessionCreatedEvent created => created.Session,
        TranscriptionSessionUpdatedEvent updated => updated.Session,
        _ => null,
    };

    RealtimeError? IServerEvent.ReportedError => (this as ErrorEvent)?.Error;
}

/// <summary>A server event of an unrecognized type, kept unchanged.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownServerEvent : ServerEvent, IUnknownMessage;

/// <summary>A message that could not be read. The session continues; the message is not kept.</summary>
/// <remarks>
/// A value of the wrong type does not make the whole event malformed if the rest is valid. An optional member, such as <c>usage</c> or <c>turn_detection</c>,
/// is then kept in <see cref="WireObject.AdditionalProperties"/> of its record; its property is null, and it is written back unchanged. If a required member,
/// such as an ID or a delta, is invalid, its record cannot be read: the JSON of that record is then kept in its place if possible; otherwise the event is
/// malformed. A message is also malformed if it is not valid JSON, if an object in it has several types, or if it has many invalid members.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record MalformedEvent : ServerEvent, IMalformedMessage
{
    internal MalformedEvent(string type, string reason, string? path, long length) : base(type)
    {
        Reason = reason;
        Path = path;
        Length = length;
    }

    /// <summary>The reason, which contains nothing of the message.</summary>
    [JsonIgnore]
    public string Reason { get; }

    /// <summary>The path in the JSON; null if the message is not valid JSON.</summary>
    [JsonIgnore]
    public string? Path { get; }

    /// <summary>The size of the message in bytes.</summary>
    [JsonIgnore]
    public long Length { get; }

    internal override void Write(Utf8JsonWriter writer) => throw new NotSupportedException("A malformed event cannot be written, because its JSON is not kept.");
}
