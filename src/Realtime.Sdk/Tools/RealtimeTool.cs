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
    private const string Consequence = "or the service refuses the session";

    private static readonly string NameRule = $"must be 1 to {Limits.FunctionNameLength} characters of {Constraints.PlainNameRule}, {Consequence}";

    /// <summary>The name by which the model calls it: 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash.</summary>
    /// <remarks>Any other name is a warning: the service refuses the whole session for it.</remarks>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>
    /// What it does, and when and how to call it: the model reads this. At most 1,024 characters; a longer one is a warning: the service
    /// refuses the whole session for it. Null sends none.
    /// </summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>
    /// The arguments, as a JSON Schema whose root has <c>"type": "object"</c>; another root is a warning. Null means that the function
    /// takes no arguments.
    /// </summary>
    [JsonPropertyName("parameters")]
    public JsonSchema? Parameters { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(Name, "name");
        if (!string.IsNullOrWhiteSpace(Name) && !(Name.Length <= Limits.FunctionNameLength && Constraints.IsPlainName(Name)))
            constraints.Warning("name", Constraints.Quote(Name), NameRule);
        constraints.ValidText(Description, "description");
        if (Description?.Length > Limits.FunctionDescriptionLength)
            constraints.Warning("description", $"{Description.Length} characters", $"at most {Limits.FunctionDescriptionLength}, {Consequence}");
        CheckParameters(constraints);
    }

    private void CheckParameters(Constraints constraints)
    {
        if (Parameters?.Json is not { } json)
            return;
        constraints.JsonObject(json, "parameters");
        if (json.ValueKind == JsonValueKind.Object
            && !(json.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8)))
        {
            constraints.Warning("parameters.type", null, $"must be \"object\", {Consequence}");
        }
    }
}

/// <summary>A tool of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownTool(string Type, JsonElement Json) : RealtimeTool, IUnknownVariant;
