namespace Example.Shapes;

/// <summary>A family that its JSON's kind tells apart: a string, an object, or something unknown.</summary>
public abstract partial record Place : WireObject
{
    private sealed partial class Reader
    {
        protected override Place ReadToken(ref WireReader reader) =>
            reader.TokenType == JsonTokenType.String ? new NamedPlace(reader.GetText()!) : base.ReadToken(ref reader);
    }
}

/// <summary>Reads and writes itself.</summary>
/// <param name="Name">The string.</param>
public sealed partial record NamedPlace(string Name) : Place
{
    internal static new NamedPlace Read(ref WireReader reader) => (NamedPlace)Place.Read(ref reader)!;

    internal override void Write(Utf8JsonWriter writer) => writer.WriteStringValue(Name);
}

public sealed partial record Coordinates : Place
{
    [JsonPropertyName("x")]
    public double X { get; init; }
}

/// <summary>Has no type.</summary>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownPlace(JsonElement Json) : Place, IUnknownVariant;
