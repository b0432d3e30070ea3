using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>Rewrites a schema of the exporter into the strict subset, as far as possible.</summary>
internal static class StrictSchemaRewriter
{
    public static void Rewrite(JsonObject schema, JsonTypeInfo type)
    {
        // Neither keyword constrains the value, and the subset does not support "default".
        schema.Remove("default");
        schema.Remove("$comment");
        if (schema.ContainsKey("$ref"))
            return;
        if (schema["format"] is { } format && !StrictSchema.IsFormat(format.GetValue<string>()))
            schema.Remove("format");
        // The exporter does not report the schema of a property that allows any value, so its default is removed here.
        foreach (var (_, property) in schema["properties"] as JsonObject ?? [])
            (property as JsonObject)?.Remove("default");
        BoundByPattern(schema);
        if (schema.HasType("object") && schema.ContainsKey("anyOf"))
            OpenUnion(schema);
        else if (schema.ContainsKey("properties") || (schema.HasType("object") && type.Kind == JsonTypeInfoKind.Object))
            Close(schema, type);
    }

    /// <summary>Replaces bounds on the length of a string with a pattern, because the subset documents patterns but no keywords for the length.</summary>
    private static void BoundByPattern(JsonObject schema)
    {
        var min = Take(schema, "minLength") ?? 0;
        var max = Take(schema, "maxLength");
        if (min > Limits.PatternRepetitions)
            min = 0;
        if (max > Limits.PatternRepetitions)
            max = null;
        if ((min > 0 || max is not null) && !schema.ContainsKey("pattern") && !schema.ContainsKey("format"))
            schema["pattern"] = $@"^[\s\S]{{{min},{max}}}$";
    }

    private static int? Take(JsonObject schema, string keyword) =>
        schema.Remove(keyword, out var value) ? value!.GetValue<int>() : null;

    /// <summary>
    /// Leaves a polymorphic schema open. Its properties are in its variants, so <c>additionalProperties: false</c> on the type itself would forbid all of them.
    /// </summary>
    private static void OpenUnion(JsonObject schema)
    {
        var isNullable = schema.HasType("null");
        schema.Remove("type");
        schema.Remove("required");
        if (isNullable)
            schema.AllowNull();
    }

    private static void Close(JsonObject schema, JsonTypeInfo type)
    {
        RemoveUnread(schema, type);
        if (!schema.ContainsKey("type"))
            schema.Insert(0, "type", "object");
        if (schema["properties"] is JsonObject properties)
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
        schema.TryAdd("additionalProperties", false);
    }

    /// <summary>
    /// Removes properties that cannot be set: every property of a strict schema is required, so the model would invent values that are never read.
    /// </summary>
    private static void RemoveUnread(JsonObject schema, JsonTypeInfo type)
    {
        if (schema["properties"] is not JsonObject properties)
            return;
        foreach (var property in type.Properties.Where(static property => property is { Set: null, AssociatedParameter: null, ObjectCreationHandling: not JsonObjectCreationHandling.Populate }))
            properties.Remove(property.Name);
    }
}
