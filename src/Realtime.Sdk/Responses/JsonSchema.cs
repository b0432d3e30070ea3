using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>
/// A JSON Schema, kept as the JSON it is. Wire: <c>tools[].parameters</c> and <c>json_schema.schema</c>. Two schemas are equal when
/// their JSON is.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class JsonSchema : IEquatable<JsonSchema>
{
    // A boxed JsonElement, or UTF-8 that is known to be JSON and has not been asked for yet: servers repeat what they were sent.
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
    /// <exception cref="JsonException"><paramref name="json"/> is not JSON.</exception>
    public static JsonSchema Parse([StringSyntax(StringSyntaxAttribute.Json)] string json) => new(JsonElement.Parse(json));

    /// <summary>
    /// Creates the schema of a C# type. It requires the type's <see langword="required"/> properties and the parameters of its constructor that
    /// have no default.
    /// </summary>
    /// <param name="type">
    /// The type as a serializer context of yours describes it, for example <c>MyContext.Default.Weather</c>. Its options decide how properties
    /// and enums are named (<see cref="JsonSerializerOptions.PropertyNamingPolicy"/>, <see cref="JsonPropertyNameAttribute"/>,
    /// <see cref="JsonStringEnumConverter"/>), whatever the options of the client: read what the model answers with the same metadata.
    /// </param>
    /// <typeparam name="T">The C# type.</typeparam>
    /// <remarks>
    /// <para>
    /// Attributes of a property, or of the constructor's parameter that sets it, become keywords: <c>[Description]</c>, <c>[Range]</c> of
    /// numbers, <c>[StringLength]</c>, <c>[Length]</c>, <c>[MinLength]</c> and <c>[MaxLength]</c> of texts and lists, <c>[RegularExpression]</c>,
    /// <c>[EmailAddress]</c>, <c>[Url]</c> and <c>[AllowedValues]</c>. Regular expressions with lookarounds, backreferences or inline options are
    /// left out: not every service can match them.
    /// </para>
    /// <para>
    /// Numbers are numbers, even if the options allow reading them from text, as web options do.
    /// </para>
    /// </remarks>
    public static JsonSchema FromType<T>(JsonTypeInfo<T> type) => new(ToElement(SchemaExporter.Export(type)));

    /// <summary>
    /// Creates the schema of a C# type within the strict subset: every property is required, and no other is allowed. Make a property nullable if
    /// the model may have no value for it. Properties that cannot be set are left out.
    /// </summary>
    /// <param name="type"><inheritdoc cref="FromType{T}(JsonTypeInfo{T})" path="/param[@name='type']"/></param>
    /// <typeparam name="T">The C# type.</typeparam>
    /// <remarks>
    /// <para>
    /// Attributes and numbers are treated as by <see cref="FromType{T}(JsonTypeInfo{T})"/>, as far as the subset has keywords for them. It has none
    /// for the length of a text: up to 1,000 characters it is written as a pattern, unless there is another pattern or a format. Defaults are
    /// left out, and so are formats other than date-time, time, date, duration, email, hostname, ipv4, ipv6 and uuid.
    /// </para>
    /// <para>
    /// Recursive types, and some that occur in several places, are described in <c>$defs</c>. A polymorphic property is an <c>anyOf</c> in which
    /// every variant requires its discriminator.
    /// </para>
    /// </remarks>
    /// <exception cref="RealtimeValidationException">
    /// The type has no strict schema: it is not an object or is polymorphic itself, a property is a dictionary, <see cref="object"/>,
    /// <see cref="JsonElement"/> or has a custom converter, or the schema exceeds a limit. <see cref="RealtimeValidationException.Violations"/>
    /// lists every reason with its path in the schema, for example <c>$.properties.prices.additionalProperties</c>.
    /// </exception>
    public static JsonSchema StrictFromType<T>(JsonTypeInfo<T> type)
    {
        var json = ToElement(SchemaExporter.ExportStrict(type));
        var constraints = new Constraints();
        new StrictSchema(constraints).Check(json, "$");
        RealtimeValidationException.ThrowIfErrors(constraints.Violations, $"{typeof(T).Name} has no strict schema");
        return new(json);
    }

    /// <inheritdoc/>
    public bool Equals(JsonSchema? other) => other is not null && JsonElement.DeepEquals(Json, other.Json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsonSchema);

    /// <inheritdoc/>
    public override int GetHashCode() => Json.ValueKind == JsonValueKind.Object ? Json.GetPropertyCount() : (int)Json.ValueKind;

    /// <summary>The schema's JSON text.</summary>
    public override string ToString() => Json.GetRawText();

    private static JsonElement ToElement(JsonNode schema) => JsonElement.Parse(schema.ToJsonString());

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
