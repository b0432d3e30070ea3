namespace Example.Shapes;

/// <summary>Each kind of single value: text, numbers, open strings, other records and what the server alone sets.</summary>
public sealed partial record Values : WireObject
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("note")]
    public string? Note { get; init; }

    [JsonPropertyName("is_open")]
    public bool IsOpen { get; init; }

    [JsonPropertyName("is_loud")]
    public bool? IsLoud { get; init; }

    [JsonPropertyName("count")]
    public int Count { get; init; }

    [JsonPropertyName("size")]
    public long? Size { get; init; }

    [JsonPropertyName("ratio")]
    public double? Ratio { get; init; }

    [JsonPropertyName("color")]
    public Hue Color { get; init; }

    [JsonPropertyName("border")]
    public Hue? Border { get; init; }

    [JsonPropertyName("inner")]
    public Values? Inner { get; init; }

    /// <summary>A type of the SDK that reads and writes itself.</summary>
    [JsonPropertyName("limit")]
    public TokenLimit? Limit { get; init; }

    /// <summary>Written only when it is not zero.</summary>
    [JsonPropertyName("rank"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Rank { get; init; }

    /// <summary>Written, and skipped when it is read.</summary>
    [JsonPropertyName("object")]
    public string Object => "values";

    /// <summary>Not on the wire.</summary>
    [JsonIgnore]
    public int Doubled => 2 * Count;
}

/// <summary>An open string as the value of a property.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct Hue(string Value) : IWireString<Hue>;
