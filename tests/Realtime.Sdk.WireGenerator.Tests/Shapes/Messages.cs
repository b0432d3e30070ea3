namespace Example.Shapes;

/// <summary>A family whose base takes the type, with a shared base between, two spellings, and messages that are sent on their own.</summary>
public abstract partial record Message : WireObject
{
    private protected Message(string type) => Type = type;

    [JsonPropertyName("type")]
    public string Type { get; private protected init; }

    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }
}

/// <summary>What several messages have; no variant of its own.</summary>
public abstract partial record TextMessage : Message
{
    private protected TextMessage(string type) : base(type) { }

    [JsonPropertyName("text")]
    public string Text { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("metadata")]
    public partial JsonElement? Metadata { get; init; }
}

[WireType("text.added", "text.add")]
public sealed partial record TextAdded : TextMessage;

[WireType("ping")]
public sealed partial record Ping : Message;

/// <summary>A message that nobody sends: it writes itself, and the family does not read it.</summary>
public sealed partial record BrokenMessage : Message
{
    internal BrokenMessage(string reason) : base("") => Reason = reason;

    [JsonIgnore]
    public string Reason { get; }

    internal override void Write(Utf8JsonWriter writer) => throw new NotSupportedException();
}

public sealed partial record UnknownMessage : Message, IUnknownMessage;
