using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The schema of an answer, as the parameters of a function that the model must call: sessions have no response format. Parameters are an object, so an answer of another kind is
/// the only member of one.
/// </summary>
internal sealed class ExtractionSchema
{
    private const string DefaultName = "give_answer", Member = "value", NotRequested = "The answer was not requested";

    /// <summary>The path of the schema in a format.</summary>
    private const string FormatPath = "json_schema.schema";

    private readonly JsonSchemaValidator _validator;
    private readonly bool _isWrapped;

    private ExtractionSchema(string name, string? description, JsonElement schema, JsonSchemaValidator validator)
    {
        (Name, Description, _validator, _isWrapped) = (name, description, validator, !IsObject(schema));
        Parameters = JsonSchema.FromElement(_isWrapped ? Wrap(schema) : schema);
    }

    /// <summary>The name of the function.</summary>
    public string Name { get; }

    public string? Description { get; }

    /// <summary>The parameters of the function.</summary>
    public JsonSchema Parameters { get; }

    /// <exception cref="RealtimeValidationException">Answers cannot be checked against the schema of the type.</exception>
    public static ExtractionSchema From<T>(JsonTypeInfo<T> type, string name = DefaultName, string? description = null)
    {
        var schema = JsonSchema.FromType(type).Json;
        return JsonSchemaValidator.TryCreate(schema, out var violations) is { } validator
            ? new(name, description, schema, validator)
            : throw new RealtimeValidationException(violations, NotRequested);
    }

    /// <exception cref="ArgumentException">The format is not one of JSON.</exception>
    /// <exception cref="RealtimeValidationException">The format is not valid, or answers cannot be checked against its schema.</exception>
    public static ExtractionSchema From(ResponseFormat format)
    {
        var (name, description, schema) = format switch
        {
            JsonSchemaResponseFormat { JsonSchema: var named } => (named.Name, named.Description, named.Schema?.Json ?? JsonElement.Parse("true")),
            JsonObjectResponseFormat => (DefaultName, null, JsonElement.Parse("""{"type":"object"}""")),
            _ => throw new ArgumentException($"The format is \"{PeerText.Sanitize(format.Type)}\", must be ResponseFormat.JsonObject or a JsonSchemaResponseFormat.", nameof(format)),
        };
        var errors = format.Validate().Where(violation => violation.Severity == ConstraintSeverity.Error).ToList();
        var validator = JsonSchemaValidator.TryCreate(schema, out var violations);
        // A strict format can already have an error about the same keyword.
        errors.AddRange(violations.Select(violation => violation with { Path = FormatPath + violation.Path[1..] }).ExceptBy(errors.Select(error => error.Path), violation => violation.Path));
        return validator is not null && errors.Count == 0 ? new(name, description, schema, validator) : throw new RealtimeValidationException(errors, NotRequested);
    }

    /// <summary>Reads the arguments of a call. Returns the answer, or why it does not conform to the schema.</summary>
    public (JsonElement Answer, IReadOnlyList<ConstraintViolation> Violations) Read(string arguments)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(arguments);
        }
        catch (JsonException)
        {
            return (default, [Violation("$", "must be valid JSON")]);
        }
        if (!_isWrapped)
            return (json, _validator.Validate(json));
        // A name may not be valid Unicode, and the platform would throw for it.
        var members = json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().Where(member => ValueNode.TryRead(member) == Member).ToList() : [];
        return members is [var answer] ? (answer.Value, _validator.Validate(answer.Value)) : (default, [Violation("$", $"must be the member {Member} of an object")]);
    }

    /// <summary>Returns the declaration of the function.</summary>
    public FunctionTool ToTool() => new() { Name = Name, Description = Description, Parameters = Parameters };

    public static ConstraintViolation Violation(string path, string rule) => new(path, null, rule, ConstraintSeverity.Error);

    private static bool IsObject(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8);

    private static JsonElement Wrap(JsonElement schema)
    {
        JsonNode? member = schema.ValueKind == JsonValueKind.Object ? JsonObject.Create(schema) : JsonValue.Create(schema);
        Move(member);
        var wrapped = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [Member] = member },
            ["required"] = new JsonArray(JsonValue.Create(Member)),
            ["additionalProperties"] = false,
        };
        return JsonElement.Parse(wrapped.ToJsonString());
    }

    /// <summary>Changes the references within a schema that has become a part of another one. Those within a schema that has an <c>$id</c> are relative to it.</summary>
    private static void Move(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Move(item);
        }
        if (node is not JsonObject schema || schema[SchemaKeywords.Id] is JsonValue)
            return;
        foreach (var (_, member) in schema)
            Move(member);
        if (schema[SchemaKeywords.Reference] is JsonValue value && value.TryGetValue(out string? reference) && reference.StartsWith('#'))
            schema[SchemaKeywords.Reference] = $"#/properties/{Member}{reference[1..]}";
    }
}
