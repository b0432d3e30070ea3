namespace Example.Shapes;

/// <summary>Reads and writes itself, with the help of what is generated for its wire names.</summary>
public sealed partial record Envelope : WireObject
{
    [JsonPropertyName("id")]
    internal string? Id { get; init; }

    internal static Envelope? Read(ref WireReader reader) => ReadObject(ref reader);

    internal override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteMembers(writer);
        writer.WriteEndObject();
    }
}
