namespace Example.Shapes;

/// <summary>A family whose variants are told apart by <c>type</c>, or are a string or null.</summary>
public abstract partial record Shape : WireObject
{
    /// <summary>Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial Shape None { get; }

    /// <summary>Wire: <c>auto</c>.</summary>
    [WireValue("auto")]
    public static partial Shape Auto { get; }

    [JsonPropertyName("type")]
    public abstract string Type { get; }

    [JsonPropertyName("label")]
    public string? Label { get; init; }

    internal abstract override void Check(Constraints constraints);
}

[WireType("square")]
public sealed partial record Square : Shape
{
    [JsonPropertyName("side")]
    public double? Side { get; init; }

    internal override void Check(Constraints constraints) { }
}

[WireType("circle")]
public sealed partial record Circle : Shape
{
    internal override void Check(Constraints constraints) { }
}

/// <summary>Its warning lists the types that are known.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownShape(string Type, JsonElement Json) : Shape, IUnknownVariant;
