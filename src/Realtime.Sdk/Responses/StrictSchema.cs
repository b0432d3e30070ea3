namespace Realtime.Sdk.Internal;

/// <summary>
/// Checks that a schema uses only the subset of JSON Schema that strict output supports: the root is an object, every schema has a type, every object requires
/// all of its properties and forbids others, only known keywords and formats are used, and depth and size are limited.
/// </summary>
internal ref struct StrictSchema(Constraints constraints)
{
    private const string DefinitionPrefix = "#/$defs/";

    private const string UseCases = "use anyOf with a schema for each case";

    private const string UsePairs = "use an array of objects with a key and a value";

    private const string UseDescription = "describe it in the description";

    /// <summary>The formats that the documentation of structured outputs lists.</summary>
    private static readonly string[] Formats = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];

    /// <summary>The keywords that the documentation of structured outputs lists, and the annotations that the official clients send.</summary>
    private static readonly HashSet<string> KnownKeywords =
    [
        "type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref", "$defs", "format", "pattern",
        "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
        "description", "title", "$comment", "$schema", "$id", "examples", "readOnly", "writeOnly",
    ];

    /// <summary>
    /// Keywords that the documentation of structured outputs lists as unsupported, that the service has been observed to reject, or that the official client
    /// for Node.js rejects, each with an alternative.
    /// </summary>
    private static readonly Dictionary<string, string> UnsupportedKeywords = new()
    {
        ["default"] = UseDescription,
        ["allOf"] = "merge its schemas into one",
        ["oneOf"] = "use anyOf",
        ["not"] = UseDescription,
        ["if"] = UseCases,
        ["then"] = UseCases,
        ["else"] = UseCases,
        ["dependentRequired"] = UseCases,
        ["dependentSchemas"] = UseCases,
        ["dependencies"] = UseCases,
        ["patternProperties"] = UsePairs,
        ["propertyNames"] = UsePairs,
        ["unevaluatedProperties"] = "use additionalProperties",
        ["prefixItems"] = "use an object with a property for each item",
        ["unevaluatedItems"] = "use an object with a property for each item",
        ["contains"] = UseDescription,
        ["uniqueItems"] = UseDescription,
        ["contentSchema"] = UseDescription,
    };

    private JsonElement _root;
    private int _properties, _enumValues, _characters;

    /// <summary>Returns whether a strict schema can use this format.</summary>
    public static bool IsFormat(string? format) => Formats.Contains(format);

    /// <summary>Reports everything in the schema at <paramref name="path"/> that the subset does not support.</summary>
    public void Check(JsonElement schema, string path)
    {
        _root = schema;
        if (schema.ValueKind == JsonValueKind.Object)
            CheckRoot(schema, path);
        CheckNode(schema, path, 1);
        CheckMaximum(Limits.StrictSchemaProperties, _properties, "properties", path);
        CheckMaximum(Limits.StrictSchemaEnumValues, _enumValues, "enum values", path);
        CheckMaximum(Limits.StrictSchemaCharacters, _characters, "characters in names, enum values and constants", path);
    }

    private readonly void CheckRoot(JsonElement schema, string path)
    {
        if (!(schema.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8)))
            constraints.Error($"{path}.type", null, "must be \"object\" at the root of a strict schema");
        if (schema.TryGetProperty("anyOf"u8, out _))
            constraints.Error($"{path}.anyOf", null, "must not be at the root of a strict schema: make it a property of an object");
    }

    private readonly void CheckMaximum(int max, int count, string unit, string path)
    {
        if (count > max)
            constraints.Error(path, Constraints.Text(count), $"must be at most {Constraints.Text(max)} {unit} in a strict schema");
    }

    private void CheckNode(JsonElement schema, string path, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            constraints.Error(path, null, "must be a JSON object in a strict schema: give the value a type");
            return;
        }
        if (depth > Limits.StrictSchemaDepth && (IsObject(schema) || schema.TryGetProperty("items"u8, out _)))
        {
            constraints.Error(path, null, $"must be nested at most {Constraints.Text(Limits.StrictSchemaDepth)} levels deep in a strict schema");
            return;
        }
        CheckKeywords(schema, path);
        CheckType(schema, path);
        CheckReference(schema, path);
        CheckValues(schema, path);
        if (IsObject(schema))
            CheckObject(schema, path, depth);
        if (schema.TryGetProperty("items"u8, out var items))
            CheckNode(items, $"{path}.items", depth + 1);
        else if (HasType(schema, "array"u8))
            constraints.Error($"{path}.items", null, "is required in a strict schema: give the items a type");
        CheckAlternatives(schema, path, depth);
        CheckDefinitions(schema, path, depth);
    }

    private readonly void CheckKeywords(JsonElement schema, string path)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            if (UnsupportedKeywords.TryGetValue(keyword.Name, out var instead))
                constraints.Error($"{path}.{keyword.Name}", null, $"must not be used in a strict schema: {instead}");
            else if (keyword.Name is "minLength" or "maxLength")
                constraints.Warning($"{path}.{keyword.Name}", null, "should not be used in a strict schema because it is not documented there: use pattern");
            else if (!KnownKeywords.Contains(keyword.Name))
                constraints.Warning($"{path}.{keyword.Name}", null, "should not be used in a strict schema because it is not documented there");
        }
        if (schema.TryGetProperty("format"u8, out var format) && !(format.ValueKind == JsonValueKind.String && IsFormat(format.GetString())))
            constraints.Error($"{path}.format", Constraints.Quote(Text(format)), $"must be one of {string.Join(", ", Formats)} in a strict schema");
    }

    private readonly void CheckType(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("type"u8, out var type))
        {
            if (!schema.TryGetProperty("anyOf"u8, out _) && !schema.TryGetProperty("$ref"u8, out _))
                constraints.Error(path, null, "must have type, anyOf or $ref in a strict schema");
            return;
        }
        var valid = type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0
            ? type.EnumerateArray().All(IsTypeName)
            : IsTypeName(type);
        if (!valid)
            constraints.Error($"{path}.type", Constraints.Quote(Text(type)), $"must be one or more of {string.Join(", ", Types)}");
    }

    private readonly void CheckReference(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("$ref"u8, out var reference))
            return;
        if (schema.EnumerateObject().Any(keyword => keyword.Name is not ("$ref" or "$defs")))
            constraints.Error($"{path}.$ref", null, "must be the only keyword in a strict schema: wrap it in an anyOf");
        var target = Text(reference);
        if (target == "#")
            return;
        if (!target.StartsWith(DefinitionPrefix, StringComparison.Ordinal))
            constraints.Error($"{path}.$ref", Constraints.Quote(target), "must be # or #/$defs/NAME in a strict schema: move the schema into $defs");
        else if (!IsDefined(target[DefinitionPrefix.Length..]))
            constraints.Error($"{path}.$ref", Constraints.Quote(target), "must name a schema in $defs");
    }

    private readonly bool IsDefined(string token)
    {
        // A reference is a JSON Pointer in a URI fragment (RFC 6901, sections 4 and 6).
        var name = Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return _root.TryGetProperty("$defs"u8, out var definitions) && definitions.ValueKind == JsonValueKind.Object && definitions.TryGetProperty(name, out _);
    }

    private void CheckValues(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("const"u8, out var constant))
            _characters += Text(constant).Length;
        if (!schema.TryGetProperty("enum"u8, out var values) || values.ValueKind != JsonValueKind.Array)
            return;
        var characters = values.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Sum(value => Text(value).Length);
        var count = values.GetArrayLength();
        if (count > Limits.StrictSchemaLargeEnum)
            CheckMaximum(Limits.StrictSchemaLargeEnumCharacters, characters, $"characters in an enum of more than {Limits.StrictSchemaLargeEnum} values", $"{path}.enum");
        _enumValues += count;
        _characters += characters;
    }

    private void CheckObject(JsonElement schema, string path, int depth)
    {
        if (!schema.TryGetProperty("additionalProperties"u8, out var additional) || additional.ValueKind != JsonValueKind.False)
        {
            var instead = additional.ValueKind == JsonValueKind.Object ? $": {UsePairs}" : "";
            constraints.Error($"{path}.additionalProperties", null, $"must be false in a strict schema{instead}");
        }
        var required = schema.TryGetProperty("required"u8, out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToHashSet()
            : [];
        foreach (var property in Members(schema, "properties"))
        {
            _properties++;
            _characters += property.Name.Length;
            if (!required.Remove(property.Name))
                constraints.Error($"{path}.required", null, $"must name every property of a strict schema: {property.Name} is missing");
            CheckNode(property.Value, $"{path}.properties.{property.Name}", depth + 1);
        }
        foreach (var name in required)
            constraints.Error($"{path}.required", null, $"must name only properties in a strict schema: {name} is not a property");
    }

    private void CheckAlternatives(JsonElement schema, string path, int depth)
    {
        if (!schema.TryGetProperty("anyOf"u8, out var alternatives))
            return;
        if (alternatives.ValueKind != JsonValueKind.Array || alternatives.GetArrayLength() == 0)
        {
            constraints.Error($"{path}.anyOf", null, "must be an array of at least one schema");
            return;
        }
        var index = 0;
        foreach (var alternative in alternatives.EnumerateArray())
            CheckNode(alternative, $"{path}.anyOf[{index++}]", depth);
    }

    private void CheckDefinitions(JsonElement schema, string path, int depth)
    {
        foreach (var definition in Members(schema, "$defs"))
        {
            _characters += definition.Name.Length;
            CheckNode(definition.Value, $"{path}.$defs.{definition.Name}", depth);
        }
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var members) && members.ValueKind == JsonValueKind.Object ? members.EnumerateObject() : default;

    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    private static bool IsTypeName(JsonElement type) => type.ValueKind == JsonValueKind.String && Types.Contains(type.GetString());

    /// <summary>
    /// Returns whether the type is <c>object</c>, or <c>object</c> is one of its types. A schema with <c>properties</c> but no type counts as an object.
    /// </summary>
    private static bool IsObject(JsonElement schema) =>
        schema.TryGetProperty("type"u8, out _) ? HasType(schema, "object"u8) : schema.TryGetProperty("properties"u8, out _);

    private static bool HasType(JsonElement schema, ReadOnlySpan<byte> name)
    {
        if (!schema.TryGetProperty("type"u8, out var type))
            return false;
        if (type.ValueKind != JsonValueKind.Array)
            return type.ValueKind == JsonValueKind.String && type.ValueEquals(name);
        foreach (var one in type.EnumerateArray())
        {
            if (one.ValueKind == JsonValueKind.String && one.ValueEquals(name))
                return true;
        }
        return false;
    }
}
