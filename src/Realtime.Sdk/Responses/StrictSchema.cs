namespace Realtime.Sdk.Internal;

/// <summary>
/// The subset of JSON Schema that strict output takes: the root is an object, every object forbids other members and requires all of
/// its own, and nesting and size are bounded.
/// </summary>
internal ref struct StrictSchema(Constraints constraints)
{
    private static readonly string[] Unions = ["anyOf"];

    private static readonly string[] Definitions = ["$defs", "definitions"];

    private static readonly string[] Unsupported = ["allOf", "oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "patternProperties"];

    private int _properties;

    public void Check(JsonElement schema, string path)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        if (!IsObject(schema))
            constraints.Error($"{path}.type", null, "must be object at the root of a strict schema");
        if (schema.TryGetProperty("anyOf"u8, out _))
            constraints.Error($"{path}.anyOf", null, "must not stand at the root of a strict schema");
        CheckNode(schema, path, 1);
        if (_properties > Limits.StrictSchemaProperties)
            constraints.Error(path, Constraints.Text(_properties), $"at most {Constraints.Text(Limits.StrictSchemaProperties)} properties in a strict schema");
    }

    private void CheckNode(JsonElement schema, string path, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            constraints.Error(path, null, "must be a JSON object in a strict schema");
            return;
        }
        if (depth > Limits.StrictSchemaDepth && (IsObject(schema) || schema.TryGetProperty("items"u8, out _)))
        {
            constraints.Error(path, null, $"is nested deeper than {Constraints.Text(Limits.StrictSchemaDepth)} levels, the most in a strict schema");
            return;
        }
        foreach (var keyword in Unsupported)
        {
            if (schema.TryGetProperty(keyword, out _))
                constraints.Warning($"{path}.{keyword}", null, "is not documented for strict schemas");
        }
        if (IsObject(schema))
            CheckObject(schema, path, depth);
        if (schema.TryGetProperty("items"u8, out var items))
            CheckNode(items, $"{path}.items", depth + 1);
        CheckLists(schema, path, depth);
    }

    private void CheckObject(JsonElement schema, string path, int depth)
    {
        if (!schema.TryGetProperty("additionalProperties"u8, out var additional) || additional.ValueKind != JsonValueKind.False)
            constraints.Error($"{path}.additionalProperties", null, "must be false in a strict schema");
        if (!schema.TryGetProperty("properties"u8, out var properties) || properties.ValueKind != JsonValueKind.Object)
            return;
        var required = schema.TryGetProperty("required"u8, out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()).ToHashSet()
            : [];
        foreach (var property in properties.EnumerateObject())
        {
            _properties++;
            if (!required.Contains(property.Name))
                constraints.Error($"{path}.required", null, $"must name every property of a strict schema: {property.Name} is missing");
            CheckNode(property.Value, $"{path}.properties.{property.Name}", depth + 1);
        }
        foreach (var name in required.Where(name => !properties.TryGetProperty(name!, out _)))
            constraints.Error($"{path}.required", null, $"must name nothing but properties in a strict schema: {name} is none");
    }

    private void CheckLists(JsonElement schema, string path, int depth)
    {
        foreach (var keyword in Unions)
        {
            if (!schema.TryGetProperty(keyword, out var alternatives) || alternatives.ValueKind != JsonValueKind.Array)
                continue;
            var index = 0;
            foreach (var alternative in alternatives.EnumerateArray())
                CheckNode(alternative, $"{path}.{keyword}[{index++}]", depth);
        }
        foreach (var keyword in Definitions)
        {
            if (!schema.TryGetProperty(keyword, out var definitions) || definitions.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var definition in definitions.EnumerateObject())
                CheckNode(definition.Value, $"{path}.{keyword}.{definition.Name}", depth);
        }
    }

    /// <summary><c>"object"</c>, also as one of several types; <c>properties</c> without a type mean the same.</summary>
    private static bool IsObject(JsonElement schema)
    {
        if (!schema.TryGetProperty("type"u8, out var type))
            return schema.TryGetProperty("properties"u8, out _);
        return type.ValueKind switch
        {
            JsonValueKind.String => type.ValueEquals("object"u8),
            JsonValueKind.Array => type.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals("object"u8)),
            _ => false,
        };
    }
}
