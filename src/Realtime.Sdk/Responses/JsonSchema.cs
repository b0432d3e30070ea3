using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>
/// A JSON Schema, kept as the JSON it is. Wire: <c>tools[].parameters</c> and <c>json_schema.schema</c>. Two schemas are equal when
/// their JSON is.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class JsonSchema : IEquatable<JsonSchema>
{
    private static readonly JsonSchemaExporterOptions ExporterOptions = new() { TreatNullObliviousAsNonNullable = true };

    private static readonly JsonSchemaExporterOptions StrictExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (_, node) => Strict(node),
    };

    // A boxed JsonElement, or UTF-8 that is known to be JSON and that nobody has asked for yet: servers repeat what they were sent.
    private object _json;

    private JsonSchema(JsonElement json) => _json = json;

    private JsonSchema(byte[] utf8) => _json = utf8;

    /// <summary>The schema as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            if (Volatile.Read(ref _json) is byte[] utf8)
                Volatile.Write(ref _json, JsonElement.Parse(utf8));
            return (JsonElement)_json;
        }
    }

    /// <summary>Takes a schema that is JSON already; it is copied.</summary>
    /// <exception cref="ArgumentException"><paramref name="json"/> holds no JSON value.</exception>
    public static JsonSchema FromElement(JsonElement json) =>
        json.ValueKind == JsonValueKind.Undefined ? throw new ArgumentException("The element holds no JSON value.", nameof(json)) : new(json.Clone());

    /// <summary>Reads a schema from its text.</summary>
    /// <exception cref="JsonException"><paramref name="json"/> is no JSON.</exception>
    public static JsonSchema Parse([StringSyntax(StringSyntaxAttribute.Json)] string json) => new(JsonElement.Parse(json));

    /// <summary>
    /// The schema of a C# type. Properties that a caller must give are the type's required ones and its constructor's parameters.
    /// </summary>
    /// <param name="type">The type as a serializer context of yours describes it, for example <c>MyContext.Default.Weather</c>.</param>
    /// <typeparam name="T">The C# type.</typeparam>
    public static JsonSchema FromType<T>(JsonTypeInfo<T> type) => new(ToElement(type.GetJsonSchemaAsNode(ExporterOptions)));

    /// <summary>
    /// The schema of a C# type within the strict subset: every property is required and no other is allowed. A property that may be
    /// missing is better made nullable.
    /// </summary>
    /// <param name="type">The type as a serializer context of yours describes it, for example <c>MyContext.Default.Weather</c>.</param>
    /// <typeparam name="T">The C# type.</typeparam>
    public static JsonSchema StrictFromType<T>(JsonTypeInfo<T> type) => new(ToElement(type.GetJsonSchemaAsNode(StrictExporterOptions)));

    /// <inheritdoc/>
    public bool Equals(JsonSchema? other) => other is not null && JsonElement.DeepEquals(Json, other.Json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsonSchema);

    /// <inheritdoc/>
    public override int GetHashCode() => Json.ValueKind == JsonValueKind.Object ? Json.GetPropertyCount() : (int)Json.ValueKind;

    /// <summary>The schema's JSON text.</summary>
    public override string ToString() => Json.GetRawText();

    private static JsonElement ToElement(JsonNode schema) => JsonElement.Parse(schema.ToJsonString());

    private static JsonNode Strict(JsonNode node)
    {
        if (node is not JsonObject schema)
            return node;
        if (schema["properties"] is JsonObject properties)
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode?)JsonValue.Create(property.Key))]);
        else if (!IsWithoutProperties(schema))
            return node;
        schema["additionalProperties"] = false;
        return node;
    }

    /// <summary>A dictionary also has no <c>properties</c>, but says what its values are.</summary>
    private static bool IsWithoutProperties(JsonObject schema) =>
        !schema.ContainsKey("additionalProperties") && (schema["type"] as JsonArray ?? [schema["type"]?.DeepClone()]).Any(type => type?.ToString() == "object");

    internal static JsonSchema? Read(ref WireReader reader)
    {
        if (reader.IsNull)
            return null;
        var utf8 = reader.TakeRaw();
        return reader.IsDry ? null : new(utf8);
    }

    internal void Write(Utf8JsonWriter writer) => Json.WriteTo(writer);

    /// <summary>Reads and writes the schema as the JSON it is.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : JsonConverter<JsonSchema>
    {
        /// <inheritdoc/>
        public override JsonSchema? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ForeignJson.Read(ref reader, JsonSchema.Read);

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, JsonSchema value, JsonSerializerOptions options) => value.Write(writer);
    }
}
