namespace Realtime.Sdk;

/// <summary>
/// A message of the server of a translation session. Every one is data: unknown kinds are <see cref="UnknownTranslationServerEvent"/>,
/// unreadable ones <see cref="MalformedTranslationEvent"/>.
/// </summary>
public abstract partial record TranslationServerEvent : WireObject, IServerEvent
{
    private protected TranslationServerEvent(string type) => Type = type;

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public string Type { get; }

    /// <inheritdoc cref="ServerEvent.EventId"/>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    RealtimeSession? IServerEvent.ShownSession => this switch
    {
        TranslationSessionCreatedEvent created => created.Session,
        TranslationSessionUpdatedEvent updated => updated.Session,
        _ => null,
    };

    RealtimeError? IServerEvent.ReportedError => (this as TranslationErrorEvent)?.Error;
}

/// <summary>A server event of a kind this version does not know, kept as it came.</summary>
public sealed partial record UnknownTranslationServerEvent : TranslationServerEvent, IUnknownMessage;

/// <summary>A message that could not be read. The session goes on; the payload is not kept.</summary>
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

    internal override void Write(Utf8JsonWriter writer) => throw new NotSupportedException("A malformed event keeps no JSON to write.");
}
