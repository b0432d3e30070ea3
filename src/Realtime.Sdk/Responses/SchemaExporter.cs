using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Creates the schema of a C# type. The platform's exporter describes everything that a serializer can read. A model needs a single way to write each value,
/// and the descriptions and bounds from attributes.
/// </summary>
internal static class SchemaExporter
{
    // The platform cannot read a time of day with an offset, but the format "time" (full-time in RFC 3339) requires one.
    private const string TimePattern = @"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?$";

    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Complete };

    /// <summary>Creates the schema of a type.</summary>
    public static JsonNode Export(JsonTypeInfo type) => type.GetJsonSchemaAsNode(Options);

    /// <summary>
    /// Creates the schema of a type in the strict subset. Keywords that the subset cannot express remain, and <see cref="StrictSchema"/> reports them.
    /// </summary>
    public static JsonNode ExportStrict(JsonTypeInfo type)
    {
        var definitions = new SchemaDefinitions();
        var root = type.GetJsonSchemaAsNode(new()
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                node = Complete(context, node);
                if (node is JsonObject schema)
                {
                    StrictSchemaRewriter.Rewrite(schema, context.TypeInfo);
                    definitions.Add(schema, context);
                }
                return node;
            },
        });
        definitions.Resolve(root);
        return root;
    }

    /// <summary>Returns whether null is valid, by the same rule that the exporter uses.</summary>
    public static bool IsNullable(JsonSchemaExporterContext context) =>
        context.PropertyInfo is { IsGetNullable: true } or { IsSetNullable: true } || Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null;

    private static JsonNode Complete(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is JsonObject schema)
        {
            // The exporter only writes references to schemas of the same type and property, which are completed where they are described.
            if (schema.ContainsKey("$ref"))
                return schema;
            Normalize(schema);
            foreach (var alternative in schema.Alternatives())
                Normalize(alternative);
            foreach (var (_, value) in schema["properties"] as JsonObject ?? [])
                AddType(value);
            if ((Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type) == typeof(TimeOnly) && schema.Remove("format"))
                schema["pattern"] = TimePattern;
            // The exporter omits null where it allows a number or a named literal such as "NaN".
            if (IsNullable(context))
                schema.AllowNull();
        }
        return context.PropertyInfo is { } property ? SchemaAttributes.Apply(node, property) : node;
    }

    /// <summary>
    /// Removes strings as an alternative to numbers. With web options, the exporter also allows numbers as strings, with a pattern; a model needs only numbers.
    /// </summary>
    private static void Normalize(JsonObject schema)
    {
        if (schema["type"] is JsonArray && schema.HasType("string") && (schema.HasType("integer") || schema.HasType("number")))
        {
            schema.RemoveType("string");
            schema.Remove("pattern");
        }
        AddType(schema);
    }

    /// <summary>Adds a type to enums and discriminators, because the strict subset requires one and the exporter writes none.</summary>
    private static void AddType(JsonNode? node)
    {
        if (node is not JsonObject schema || schema.ContainsKey("type") || !(schema.ContainsKey("enum") || schema.ContainsKey("const")))
            return;
        var values = schema["enum"] as JsonArray ?? [schema["const"]?.DeepClone()];
        schema.Insert(0, "type", SchemaNodes.ToType(values.Select(SchemaNodes.TypeOf).Distinct()));
    }
}
