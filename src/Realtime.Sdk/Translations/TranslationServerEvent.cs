namespace Realtime.Sdk;

/// <summary>
/// An event from the server of a translation session. Unrecognized types are read as <see cref="UnknownTranslationServerEvent"/>, unreadable messages as
/// <see cref="MalformedTranslationEvent"/>; no message causes an exception.
/// </summary>
/// <remarks>Schema: <c>RealtimeTranslationServerEvent</c>.</remarks>
public abstract partial record TranslationServerEvent : WireObject, IServerEvent
{
    private protected TranslationServerEvent(string type) => Type = type;

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public string Type { get; }

    /// <inheritdoc cref="ServerEvent.EventId"/>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    RealtimeSession? IServerEvent.ReportedSession => this switch
    {
        TranslationSessionCreatedEvent created => created.Session,
        TranslationSessionUpdatedEvent updated => updated.Session,
        _ => null,
    };

    RealtimeError? IServerEvent.ReportedError => (this as TranslationErrorEvent)?.Error;
}

/// <summary>A server event of an unrecognized type, kept unchanged.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTranslationServerEvent : TranslationServerEvent, IUnknownMessage;

/// <summary>A message that could not be read. The session continues; the message is not kept.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record MalformedTranslationEvent : TranslationServerEvent, IMalformedMessage
{
    internal MalformedTranslationEvent(string type, string reason, string? path, long length) : base(type)
    {
        Reason = reason;
        Path = path;
        Length = length;
    }

    /// <inheritdoc cref="MalformedEvent.Reason"/>
    [JsonIgnore]
    public string Reason { get; }

    /// <inheritdoc cref="MalformedEvent.Path"/>
    [JsonIgnore]
    public string? Path { get; }

    /// <inheritdoc cref="MalformedEvent.Length"/>
    [JsonIgnore]
    public long Length { get; }

    internal override void Write(Utf8JsonWriter writer) => throw new NotSupportedException("A malformed event cannot be written, because its JSON is not kept.");
}
