using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>
/// A message of the server of a translation session. Every one is data: unknown kinds are <see cref="UnknownTranslationServerEvent"/>,
/// unreadable ones <see cref="MalformedTranslationEvent"/>.
/// </summary>
[JsonConverter(typeof(Converter))]
public abstract record TranslationServerEvent : WireObject
{
    private protected TranslationServerEvent(string type) => Type = type;

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type"), JsonInclude, JsonPropertyOrder(-2)]
    public string Type { get; internal init => field = value ?? field; }

    /// <inheritdoc cref="ServerEvent.EventId"/>
    [JsonPropertyName("event_id"), JsonIgnore(Condition = WhenWritingNull), JsonPropertyOrder(-1)]
    public string? EventId { get; init; }

    /// <summary>Reads one message. Never throws for what it holds: unknown and unreadable messages are events too.</summary>
    internal static TranslationServerEvent Read(ReadOnlySpan<byte> utf8Message) =>
        WireMessage.TryRead(utf8Message, EventWire.Info<TranslationServerEvent>(), out var read, out var fault)
            ? read
            : new MalformedTranslationEvent(WireMessage.TypeToShow(utf8Message), fault.Reason, fault.Path, utf8Message.Length);

    /// <summary>Reads and writes the family by its discriminator, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : UnionConverter<TranslationServerEvent>
    {
        private protected override JsonSerializerOptions Context => EventWire.Options;

        private protected override WireInfo? Variant(string? type) => type switch
        {
            "session.created" => EventWire.Info<TranslationSessionCreatedEvent>(),
            "session.updated" => EventWire.Info<TranslationSessionUpdatedEvent>(),
            "session.closed" => EventWire.Info<TranslationSessionClosedEvent>(),
            "session.input_transcript.delta" => EventWire.Info<TranslationSessionInputTranscriptDeltaEvent>(),
            "session.output_transcript.delta" => EventWire.Info<TranslationSessionOutputTranscriptDeltaEvent>(),
            "session.output_audio.delta" => EventWire.Info<TranslationSessionOutputAudioDeltaEvent>(),
            "error" => EventWire.Info<TranslationErrorEvent>(),
            _ => null,
        };

        private protected override TranslationServerEvent Unknown(string type, JsonElement json) => new UnknownTranslationServerEvent(type, json);

        private protected override bool WriteToken(Utf8JsonWriter writer, TranslationServerEvent value) =>
            value is MalformedTranslationEvent ? throw new NotSupportedException("A malformed event keeps no JSON to write.") : false;
    }
}

/// <summary>A server event of a kind this version does not know, kept as it came.</summary>
public sealed record UnknownTranslationServerEvent : TranslationServerEvent, IUnknownVariant
{
    /// <summary>Keeps an event as it came.</summary>
    /// <param name="type">The wire discriminator; empty when the message has none.</param>
    /// <param name="json">The whole message.</param>
    public UnknownTranslationServerEvent(string type, JsonElement json) : base(type)
    {
        Json = json;
        EventId = json.EventId();
    }

    /// <summary>The whole message.</summary>
    [JsonIgnore]
    public JsonElement Json { get; }
}

/// <summary>A message that could not be read. The session goes on; the payload is not kept.</summary>
public sealed record MalformedTranslationEvent : TranslationServerEvent
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
}
