namespace Realtime.Sdk;

/// <summary>Something the model may call. Wire: an element of <c>tools</c>.</summary>
public abstract partial record RealtimeTool : WireObject
{
    private protected RealtimeTool() { }

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        protected override RealtimeTool? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) => type switch
        {
            "function" => FunctionTool.ReadVariant(ref reader),
            "mcp" => McpTool.Read(ref reader),
            _ => null,
        };
    }
}

/// <summary>A function of yours: the model names it and its arguments, you run it and send the output. Wire: <c>function</c>.</summary>
/// <remarks>
/// Compatible servers show their tools as the chat API does, with name, description and parameters inside an object <c>function</c>. They read as
/// the same record, and are written back as they came. A function without a name is an <see cref="UnknownTool"/>.
/// </remarks>
[WireType("function")]
public sealed partial record FunctionTool : RealtimeTool
{
    private const string Consequence = "the service refuses the session otherwise";

    private static readonly string NameRule = $"should be 1 to {Limits.FunctionNameLength} characters of {Constraints.PlainNameSet}: {Consequence}";

    /// <summary>What to do about the shape of the chat API.</summary>
    internal const string NestingRule = "should not be sent: name, description and parameters are members of the tool itself";

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

    /// <summary>What stood beside the object <c>function</c> of the chat API's shape; null for the shape of this API.</summary>
    [JsonIgnore]
    internal KeptJson? BesideFunction { get; init; }

    internal static new FunctionTool? Read(ref WireReader reader)
    {
        var start = reader;
        var tool = ReadObject(ref reader);
        if (tool is not { Name: "" } || !NestsName(start.Copy))
            return tool;
        reader = start;
        return ReadNested(ref reader);
    }

    /// <summary>Reads a function as one of several kinds of tool: null, and nothing read, when it has no name.</summary>
    internal static FunctionTool? ReadVariant(ref WireReader reader)
    {
        var start = reader;
        var tool = Read(ref reader);
        if (tool is not { Name: "" })
            return tool;
        reader = start;
        return null;
    }

    internal override void Write(Utf8JsonWriter writer)
    {
        if (BesideFunction is not { } beside)
        {
            base.Write(writer);
            return;
        }
        writer.WriteStartObject();
        foreach (var member in beside.Element.EnumerateObject())
            member.WriteTo(writer);
        writer.WritePropertyName("function"u8);
        WireWriter.WriteWithoutType(writer, this with { BesideFunction = null });
        writer.WriteEndObject();
    }

    internal override void Check(Constraints constraints)
    {
        if (BesideFunction is not null)
            constraints.UnknownShape(NestingRule, "function");
        constraints.Required(Name, "name");
        if (!string.IsNullOrWhiteSpace(Name) && !(Name.Length <= Limits.FunctionNameLength && Constraints.IsPlainName(Name)))
            constraints.Warning("name", Constraints.Quote(Name), NameRule);
        constraints.ValidText(Description, "description");
        if (Description?.Length > Limits.FunctionDescriptionLength)
            constraints.Warning("description", $"{Description.Length} characters", $"should be at most {Limits.FunctionDescriptionLength}: {Consequence}");
        CheckParameters(constraints);
    }

    private static bool NestsName(Utf8JsonReader reader) => JsonMembers.TryFind(reader, "function"u8, out var function)
        && function.TokenType == JsonTokenType.StartObject && JsonMembers.HasText(function, "name"u8);

    private static FunctionTool? ReadNested(ref WireReader reader)
    {
        FunctionTool? tool = null;
        UnknownMembers beside = default;
        while (reader.MoveToNextMember(out var name))
        {
            if (name.SequenceEqual("function"u8))
                tool = ReadObject(ref reader);
            else
                reader.Keep(ref beside, name);
        }
        return tool is null ? null : tool with { BesideFunction = KeptJson.From(JsonElement.Parse(reader.Take(in beside) ?? "{}"u8)) };
    }

    private void CheckParameters(Constraints constraints)
    {
        if (Parameters?.Json is not { } json)
            return;
        constraints.JsonObject(json, "parameters");
        if (json.ValueKind == JsonValueKind.Object
            && !(json.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8)))
        {
            constraints.Warning("parameters.type", null, $"should be \"object\": {Consequence}");
        }
    }
}

/// <summary>A tool of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownTool(string Type, JsonElement Json) : RealtimeTool, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Type != "function")
        {
            constraints.UnknownType(this, "function", "mcp");
            return;
        }
        constraints.MissingMember(this, "name");
        if (Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("function"u8, out _))
            constraints.UnknownShape(FunctionTool.NestingRule, "function");
    }
}
