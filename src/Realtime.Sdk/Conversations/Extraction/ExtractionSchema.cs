using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The schema of an answer, as the parameters of a function that the model must call: sessions have no response format. Parameters are an object, so an answer of another kind is
/// the only member of one.
/// </summary>
internal sealed class ExtractionSchema
{
    private const string DefaultName = "give_answer", Member = "value", Reference = "$ref";

    private readonly bool _isWrapped;

    private ExtractionSchema(string name, string? description, JsonElement schema)
    {
        (Name, Description, Answer) = (name, description, schema);
        _isWrapped = !IsObject(schema);
        Parameters = JsonSchema.FromElement(_isWrapped ? Wrap(schema) : schema);
    }

    /// <summary>The name of the function.</summary>
    public string Name { get; }

    public string? Description { get; }

    /// <summary>The schema of the answer.</summary>
    public JsonElement Answer { get; }

    /// <summary>The parameters of the function.</summary>
    public JsonSchema Parameters { get; }

    public static ExtractionSchema From<T>(JsonTypeInfo<T> type, string name = DefaultName, string? description = null) => new(name, description, JsonSchema.FromType(type).Json);

    /// <exception cref="ArgumentException">The format is not one of JSON.</exception>
    /// <exception cref="RealtimeValidationException">The format is not valid.</exception>
    public static ExtractionSchema From(ResponseFormat format)
    {
        RealtimeValidationException.ThrowIfErrors(format.Validate(), "The answer was not requested");
        return format switch
        {
            JsonObjectResponseFormat => new(DefaultName, description: null, JsonElement.Parse("""{"type":"object"}""")),
            JsonSchemaResponseFormat { JsonSchema: var named } => new(named.Name, named.Description, named.Schema?.Json ?? JsonElement.Parse("true")),
            _ => throw new ArgumentException($"The format is \"{PeerText.Sanitize(format.Type)}\", must be ResponseFormat.JsonObject or a JsonSchemaResponseFormat.", nameof(format)),
        };
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
        if (_isWrapped && (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(Member, out json)))
            return (default, [Violation("$", $"must be the member {Member} of an object")]);
        return (json, JsonSchemaValidator.Validate(json, Answer));
    }

    /// <summary>Reads an answer that conforms to the schema. The type can have rules that no schema expresses, such as those of a converter.</summary>
    /// <returns>Why the answer cannot be read; null if it was read.</returns>
    public static ConstraintViolation? TryRead<T>(JsonElement answer, JsonTypeInfo<T> type, out T? value)
    {
        value = default;
        try
        {
            value = answer.Deserialize(type);
            return null;
        }
        catch (JsonException e)
        {
            return Violation(e.Path ?? "$", $"must be readable as {typeof(T).Name}");
        }
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

    /// <summary>Changes the references within a schema that has become a part of another one.</summary>
    private static void Move(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Move(item);
        }
        if (node is not JsonObject schema)
            return;
        foreach (var (_, member) in schema)
            Move(member);
        if (schema[Reference] is JsonValue value && value.TryGetValue(out string? reference) && reference.StartsWith('#'))
            schema[Reference] = $"#/properties/{Member}{reference[1..]}";
    }
}
