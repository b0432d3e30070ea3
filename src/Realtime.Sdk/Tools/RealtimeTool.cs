namespace Realtime.Sdk;

/// <summary>A tool that the model may call. Wire: an element of <c>tools</c>.</summary>
public abstract partial record RealtimeTool : WireObject
{
    private protected RealtimeTool() { }

    /// <summary>The value of <c>type</c> on the wire.</summary>
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

/// <summary>
/// A function of the application. The model provides its name and arguments; the application runs it and sends the output. Wire: <c>function</c>.
/// </summary>
/// <remarks>
/// Some compatible servers report tools in the shape of the chat API, with name, description and parameters inside an object <c>function</c>. These are read as
/// the same record and written back in the same shape. A function without a name is an <see cref="UnknownTool"/>.
/// </remarks>
[WireType("function")]
public sealed partial record FunctionTool : RealtimeTool
{
    private const string Consequence = "otherwise the service rejects the session";

    private static readonly string NameRule = $"should be 1 to {Limits.FunctionNameLength} characters of {Constraints.PlainNameSet}: {Consequence}";

    /// <summary>The rule for the shape of the chat API.</summary>
    internal const string NestingRule = "should not be sent: name, description and parameters are members of the tool itself";

    /// <summary>The name of the function: 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash.</summary>
    /// <remarks>Any other name causes a validation warning, because the service rejects the whole session.</remarks>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>
    /// The description for the model: what the function does, and when and how to call it. A description of more than 1,024 characters causes a validation
    /// warning, because the service rejects the whole session. Null sends none.
    /// </summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>
    /// The JSON Schema of the arguments. Its root must have <c>"type": "object"</c>; another root causes a validation warning. Null means that the function has
    /// no parameters.
    /// </summary>
    [JsonPropertyName("parameters")]
    public JsonSchema? Parameters { get; init; }

    /// <summary>The members next to the object <c>function</c> in the shape of the chat API; null for the shape of this API.</summary>
    [JsonIgnore]
    internal RawJson? BesideFunction { get; init; }

    internal static new FunctionTool? Read(ref WireReader reader)
    {
        var start = reader;
        var tool = ReadObject(ref reader);
        // The reader is a struct, so its copy still has the position before the object.
        if (tool is not { Name: "" } || !HasNestedName(start.Copy))
            return tool;
        reader = start;
        return ReadNested(ref reader);
    }

    /// <summary>Reads a function as a variant of <see cref="RealtimeTool"/>. Returns null, and does not advance the reader, if it has no name.</summary>
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

    private static bool HasNestedName(Utf8JsonReader reader) => JsonMembers.TryFind(reader, "function"u8, out var function)
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
        return tool is null ? null : tool with { BesideFunction = RawJson.From(JsonElement.Parse(reader.Take(in beside) ?? "{}"u8)) };
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

/// <summary>A tool of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
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
