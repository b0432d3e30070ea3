namespace Realtime.Sdk;

/// <summary>Something the model may call. Wire: an element of <c>tools</c>.</summary>
public abstract partial record RealtimeTool : WireObject
{
    private protected RealtimeTool() { }

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>A function of yours: the model names it and its arguments, you run it and send the output. Wire: <c>function</c>.</summary>
[WireType("function")]
public sealed partial record FunctionTool : RealtimeTool
{
    /// <summary>The name by which the model calls it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>What it does, and when and how to call it: the model reads this.</summary>
    [JsonPropertyName("description"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>The arguments, as the JSON Schema of an object; null means none.</summary>
    [JsonPropertyName("parameters"), JsonIgnore(Condition = WhenWritingNull)]
    public JsonSchema? Parameters { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(Name, "name");
        constraints.ValidText(Description, "description");
        constraints.JsonObject(Parameters?.Json, "parameters");
    }
}

/// <summary>A tool of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownTool(string Type, JsonElement Json) : RealtimeTool, IUnknownVariant
{
    internal override void Check(Constraints constraints) =>
        constraints.Warning("type", Constraints.Quote(Type), "known values are function, mcp");
}
