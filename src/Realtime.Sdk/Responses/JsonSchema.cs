using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>A JSON Schema, kept as JSON. Wire: <c>tools[].parameters</c> and <c>json_schema.schema</c>. Two schemas are equal if their JSON is equal.</summary>
/// <remarks>Schema: <c>ResponseFormatJsonSchemaSchema</c>.</remarks>
[JsonConverter(typeof(Converter))]
public sealed class JsonSchema : IEquatable<JsonSchema>
{
    // A boxed JsonElement, or UTF-8 that is known to be valid JSON and is parsed on first use: servers echo schemas that most apps never read.
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

    /// <summary>Creates a schema from JSON, which is copied.</summary>
    /// <exception cref="ArgumentException"><paramref name="json"/> contains no JSON value.</exception>
    public static JsonSchema FromElement(JsonElement json) =>
        json.ValueKind == JsonValueKind.Undefined ? throw new ArgumentException("The element contains no JSON value.", nameof(json)) : new(json.Clone());

    /// <summary>Parses a schema.</summary>
    /// <exception cref="JsonException"><paramref name="json"/> is not valid JSON.</exception>
    public static JsonSchema Parse([StringSyntax(StringSyntaxAttribute.Json)] string json) => new(JsonElement.Parse(json));

    /// <summary>
    /// Creates the schema of a C# type. Properties marked <see langword="required"/> and constructor parameters without a default are required.
    /// </summary>
    /// <param name="type">
    /// The serializer metadata of the type, for example <c>MyContext.Default.Weather</c>. Its options determine how properties and enums are named
    /// (<see cref="JsonSerializerOptions.PropertyNamingPolicy"/>, <see cref="JsonPropertyNameAttribute"/>, <see cref="JsonStringEnumConverter"/>), regardless
    /// of the options of the client. Deserialize the model's answer with the same metadata.
    /// </param>
    /// <typeparam name="T">The C# type.</typeparam>
    /// <remarks>
    /// <para>
    /// Attributes of a property, or of the constructor parameter that sets it, become keywords: <c>[Description]</c>, <c>[Range]</c> of numbers,
    /// <c>[StringLength]</c>, <c>[Length]</c>, <c>[MinLength]</c> and <c>[MaxLength]</c> of strings and lists, <c>[RegularExpression]</c>,
    /// <c>[EmailAddress]</c>, <c>[Url]</c> and <c>[AllowedValues]</c>. Regular expressions with lookarounds, backreferences or inline options are omitted,
    /// because not every service supports them.
    /// </para>
    /// <para>
    /// Numbers are written as numbers, even if the options also allow reading them from strings, as web options do.
    /// </para>
    /// </remarks>
    public static JsonSchema FromType<T>(JsonTypeInfo<T> type) => new(ToElement(SchemaExporter.Export(type)));

    /// <summary>
    /// Creates the schema of a C# type in the strict subset: every property is required, and additional properties are forbidden. Make a property nullable if
    /// the model may have no value for it. Properties that cannot be set are omitted.
    /// </summary>
    /// <param name="type"><inheritdoc cref="FromType{T}(JsonTypeInfo{T})" path="/param[@name='type']"/></param>
    /// <typeparam name="T">The C# type.</typeparam>
    /// <remarks>
    /// <para>
    /// Attributes and numbers are treated as in <see cref="FromType{T}(JsonTypeInfo{T})"/>, as far as the subset supports them. It has no keyword for the
    /// length of a string: a length of up to 1,000 characters is written as a pattern, unless there is another pattern or a format. Defaults are omitted, and
    /// so are formats other than date-time, time, date, duration, email, hostname, ipv4, ipv6 and uuid.
    /// </para>
    /// <para>
    /// Recursive types, and some types that occur in several places, are described in <c>$defs</c>. A polymorphic property is an <c>anyOf</c> in which every
    /// variant requires its discriminator.
    /// </para>
    /// </remarks>
    /// <exception cref="RealtimeValidationException">
    /// The type has no strict schema: it is not an object or is itself polymorphic, a property is a dictionary, <see cref="object"/>, <see cref="JsonElement"/>
    /// or has a custom converter, or the schema exceeds a limit. <see cref="RealtimeValidationException.Violations"/> lists every violation with its path in
    /// the schema, for example <c>$.properties.prices.additionalProperties</c>.
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

    /// <summary>Returns the schema as JSON text.</summary>
    public override string ToString() => Json.GetRawText();

    private static JsonElement ToElement(JsonNode schema) => JsonElement.Parse(schema.ToJsonString());

    internal static JsonSchema? Read(ref WireReader reader)
    {
        if (reader.IsNull)
            return null;
        var utf8 = reader.ReadRaw();
        return reader.IsDryRun ? null : new(utf8);
    }

    internal void Write(Utf8JsonWriter writer) => Json.WriteTo(writer);

    /// <summary>Reads and writes the schema as JSON.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : JsonConverter<JsonSchema>
    {
        /// <inheritdoc/>
        public override JsonSchema? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializerReader.Read(ref reader, JsonSchema.Read);

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, JsonSchema value, JsonSerializerOptions options) => value.Write(writer);
    }
}
