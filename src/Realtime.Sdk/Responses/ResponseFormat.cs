namespace Realtime.Sdk;

/// <summary>The format of an answer. Wire: <c>response_format</c>, in APIs that accept it.</summary>
/// <remarks>
/// Sessions and responses of the Realtime API have no response format today. Formats can be read, written and validated for compatible servers, and for
/// structured output through function tools, whose <c>parameters</c> are also a <see cref="JsonSchema"/>.
/// Schema: <c>TextResponseFormatConfiguration</c>.
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

    /// <summary>Validates this format. Errors prevent it from being sent; warnings do not.</summary>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Validate(this);

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Plain text. Wire: <c>text</c>.</summary>
/// <remarks>Schema: <c>ResponseFormatText</c>.</remarks>
[WireType("text")]
public sealed partial record TextResponseFormat : ResponseFormat
{
    internal override void Check(Constraints constraints) { }
}

/// <summary>Any JSON object. Wire: <c>json_object</c>.</summary>
/// <remarks>Schema: <c>ResponseFormatJsonObject</c>.</remarks>
[WireType("json_object")]
public sealed partial record JsonObjectResponseFormat : ResponseFormat
{
    internal override void Check(Constraints constraints) { }
}

/// <summary>JSON that conforms to a schema. Wire: <c>json_schema</c>.</summary>
/// <remarks>Schema: <c>ResponseFormatJsonSchema</c>.</remarks>
[WireType("json_schema")]
public sealed partial record JsonSchemaResponseFormat : ResponseFormat
{
    /// <summary>The schema and its name.</summary>
    [JsonPropertyName("json_schema")]
    public required NamedJsonSchema JsonSchema { get; init => field = value ?? NamedJsonSchema.Missing; }

    internal override void Check(Constraints constraints) =>
        constraints.ValidateRequiredMember("json_schema", (object)JsonSchema == NamedJsonSchema.Missing ? null : JsonSchema);
}

/// <summary>A named JSON Schema. Wire: <c>json_schema.json_schema</c>.</summary>
/// <remarks>Schemas: <c>ResponseFormatJsonSchema</c>, <c>TextResponseFormatJsonSchema</c>.</remarks>
public sealed partial record NamedJsonSchema : WireObject
{
    /// <summary>The placeholder for a schema that was omitted or sent as <c>null</c>.</summary>
    internal static NamedJsonSchema Missing { get; } = new() { Name = "" };

    /// <summary>The name: 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>The purpose of the format, for the model; null sends none.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The schema; null does not constrain the JSON.</summary>
    [JsonPropertyName("schema")]
    public JsonSchema? Schema { get; init; }

    /// <summary>
    /// Whether the answer conforms to the schema exactly. The schema must then use only the strict subset of JSON Schema; <c>Validate()</c> reports everything
    /// that the subset does not support. The server's default is <see langword="false"/>.
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
        // A schema that is not an object or contains unreadable text has already been reported.
        if (Strict == true && Schema is not null && constraints.Violations.Count == known)
            new StrictSchema(constraints).Check(Schema.Json, "schema");
    }
}

/// <summary>A response format of an unrecognized type, kept unchanged.</summary>
/// <remarks>Schemas: <c>ResponseFormatTextGrammar</c>, <c>ResponseFormatTextPython</c>.</remarks>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownResponseFormat(string Type, JsonElement Json) : ResponseFormat, IUnknownVariant;
