namespace Example.Shapes;

/// <summary>Lists and maps of each kind of element.</summary>
public sealed partial record Collections : WireObject
{
    [JsonPropertyName("names")]
    public IReadOnlyList<string>? Names { get; init; }

    [JsonPropertyName("numbers")]
    public IReadOnlyList<int>? Numbers { get; init; }

    [JsonPropertyName("colors")]
    public IReadOnlyList<Tint>? Colors { get; init; }

    [JsonPropertyName("parts")]
    public IReadOnlyList<Collections>? Parts { get; init; }

    [JsonPropertyName("labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    [JsonPropertyName("parts_by_name")]
    public IReadOnlyDictionary<string, Collections>? PartsByName { get; init; }
}

/// <summary>An open string in a list.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct Tint(string Value) : IWireString<Tint>;
