namespace Realtime.Sdk;

/// <summary>The form an answer must have. Wire: <c>response_format</c> of APIs that take it.</summary>
/// <remarks>
/// No object of today's Realtime API takes a response format: its sessions and responses have no such member. The formats read,
/// write and validate here, for compatible servers and for structured output over function tools, whose <c>parameters</c> are the
/// same <see cref="JsonSchema"/>.
/// </remarks>
public abstract partial record ResponseFormat : WireObject
{
    private protected ResponseFormat() { }

    /// <summary>Plain text.</summary>
    public static TextResponseFormat Text { get; } = new();

    /// <summary>Any JSON object. The prompt must ask for JSON too.</summary>
    public static JsonObjectResponseFormat JsonObject { get; } = new();

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>Reports every rule this format breaks. Errors keep it from being sent, warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Plain text. Wire: <c>text</c>.</summary>
[WireType("text")]
public sealed partial record TextResponseFormat : ResponseFormat
{
    internal override void Check(Constraints constraints) { }
}

/// <summary>Any JSON object. Wire: <c>json_object</c>.</summary>
[WireType("json_object")]
public sealed partial record JsonObjectResponseFormat : ResponseFormat
{
    internal override void Check(Constraints constraints) { }
}

/// <summary>JSON that fits a schema. Wire: <c>json_schema</c>.</summary>
[WireType("json_schema")]
public sealed partial record JsonSchemaResponseFormat : ResponseFormat
{
    /// <summary>The schema with its name.</summary>
    [JsonPropertyName("json_schema")]
    public required NamedJsonSchema JsonSchema { get; init => field = value ?? NamedJsonSchema.Missing; }

    internal override void Check(Constraints constraints) =>
        constraints.ValidateRequiredMember("json_schema", (object)JsonSchema == NamedJsonSchema.Missing ? null : JsonSchema);
}

/// <summary>A JSON Schema with a name. Wire: <c>json_schema.json_schema</c>.</summary>
public sealed partial record NamedJsonSchema : WireObject
{
    /// <summary>What stands for a schema that was left out or sent as <c>null</c>.</summary>
    internal static NamedJsonSchema Missing { get; } = new() { Name = "" };

    /// <summary>The name: 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>What the format is for: the model reads this.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The schema; null leaves the form open.</summary>
    [JsonPropertyName("schema")]
    public JsonSchema? Schema { get; init; }

    /// <summary>
    /// Whether the answer fits the schema exactly; the schema must then keep to the strict subset of JSON Schema, and <c>Validate()</c> reports
    /// everything in it that the subset does not take. The server's default is <see langword="false"/>.
    /// </summary>
    [JsonPropertyName("strict")]
    public bool? Strict { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(Name, "name");
        constraints.MaxLength(Name, Limits.SchemaNameLength, "name");
        if (!Constraints.IsPlainName(Name))
            constraints.Error("name", Constraints.Quote(Name), $"must consist of {Constraints.PlainNameSet}");
        constraints.ValidText(Description, "description");
        var known = constraints.Violations.Count;
        constraints.JsonObject(Schema?.Json, "schema");
        // A value that is not an object, or holds text that cannot be read, has been reported already.
        if (Strict == true && Schema is not null && constraints.Violations.Count == known)
            new StrictSchema(constraints).Check(Schema.Json, "schema");
    }
}

/// <summary>A response format of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownResponseFormat(string Type, JsonElement Json) : ResponseFormat, IUnknownVariant;
