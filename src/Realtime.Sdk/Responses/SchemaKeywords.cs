namespace Realtime.Sdk.Internal;

/// <summary>
/// The keywords of JSON Schema that constrain values, and what their values must be. The only list of them: <see cref="SchemaInspector"/> refuses a schema by it, and
/// <see cref="SchemaNode"/> finds the schemas of a keyword by it.
/// </summary>
internal static class SchemaKeywords
{
    public const string Reference = "$ref", Pattern = "pattern", PatternProperties = "patternProperties", Id = "$id";

    /// <summary>The rule that a schema itself must follow.</summary>
    public const string SchemaRule = "must be a schema: an object or a boolean";

    private const string SchemasRule = "must be an array of at least one schema", NamedSchemasRule = "must be an object whose members are schemas",
        EnumRule = "must be an array of values", TextRule = "must be a string", TextsRule = "must be an array of strings", NamedTextsRule = "must be an object whose members are arrays of strings",
        NumberRule = "must be a number", DivisorRule = "must be a number greater than 0", CountRule = "must be an integer of at least 0", FlagRule = "must be true or false",
        UnevaluatedPropertiesRule = "must not be used, because it cannot be checked: use additionalProperties", UnevaluatedItemsRule = "must not be used, because it cannot be checked: use items",
        DynamicReferenceRule = "must not be used, because it cannot be checked: use $ref";

    /// <summary>The types, with their names in messages.</summary>
    public static readonly IReadOnlyDictionary<string, string> TypeNames = new OrderedDictionary<string, string>
    {
        ["null"] = "null",
        ["boolean"] = "true or false",
        ["integer"] = "an integer",
        ["number"] = "a number",
        ["string"] = "a string",
        ["array"] = "an array",
        ["object"] = "an object",
    };

    private static readonly string TypeRule = $"must be one or more of {string.Join(", ", TypeNames.Keys)}";

    private static readonly Keyword
        OneSchema = new(_ => true, SchemaRule) { GetSchemas = json => [json] },
        ManySchemas = new(json => json.Kind == JsonValueKind.Array && json.Items.Count > 0, SchemasRule) { GetSchemas = json => json.Items },
        NamedSchemas = new(json => json.Kind == JsonValueKind.Object, NamedSchemasRule) { GetSchemas = json => [.. json.Members.Values] },
        Text = new(IsText, TextRule),
        Number = new(json => json.Kind == JsonValueKind.Number, NumberRule),
        Count = new(json => json.Kind == JsonValueKind.Number && json.Number.Count is not null, CountRule),
        DynamicReference = new(_ => false, DynamicReferenceRule);

    private static readonly Dictionary<string, Keyword> Keywords = new()
    {
        ["type"] = new(json => json.Kind == JsonValueKind.Array ? json.Items.Count > 0 && json.Items.TrueForAll(IsTypeName) : IsTypeName(json), TypeRule),
        ["enum"] = new(json => json.Kind == JsonValueKind.Array, EnumRule),
        ["allOf"] = ManySchemas with { IsForSameValue = true },
        ["anyOf"] = ManySchemas with { IsForSameValue = true },
        ["oneOf"] = ManySchemas with { IsForSameValue = true },
        ["not"] = OneSchema with { IsForSameValue = true },
        ["if"] = OneSchema with { IsForSameValue = true },
        ["then"] = OneSchema with { IsForSameValue = true },
        ["else"] = OneSchema with { IsForSameValue = true },
        ["dependentSchemas"] = NamedSchemas with { IsForSameValue = true },
        ["properties"] = NamedSchemas,
        [PatternProperties] = NamedSchemas,
        ["additionalProperties"] = OneSchema,
        ["propertyNames"] = OneSchema,
        ["items"] = OneSchema,
        ["prefixItems"] = ManySchemas,
        ["contains"] = OneSchema,
        ["required"] = new(IsTexts, TextsRule),
        ["dependentRequired"] = new(json => json.Kind == JsonValueKind.Object && json.Members.Values.All(IsTexts), NamedTextsRule),
        ["minimum"] = Number,
        ["maximum"] = Number,
        ["exclusiveMinimum"] = Number,
        ["exclusiveMaximum"] = Number,
        ["multipleOf"] = new(json => json.Kind == JsonValueKind.Number && json.Number.IsPositive, DivisorRule),
        ["minLength"] = Count,
        ["maxLength"] = Count,
        ["minItems"] = Count,
        ["maxItems"] = Count,
        ["minContains"] = Count,
        ["maxContains"] = Count,
        ["minProperties"] = Count,
        ["maxProperties"] = Count,
        ["uniqueItems"] = new(json => json.Kind is JsonValueKind.True or JsonValueKind.False, FlagRule),
        [Pattern] = Text,
        ["format"] = Text,
        [Reference] = Text,
        [Id] = Text,
        // These would restrict the value, and ignoring them would accept values that violate the schema.
        ["unevaluatedProperties"] = new(json => json.Kind == JsonValueKind.True, UnevaluatedPropertiesRule),
        ["unevaluatedItems"] = new(json => json.Kind == JsonValueKind.True, UnevaluatedItemsRule),
        ["$dynamicRef"] = DynamicReference,
        ["$recursiveRef"] = DynamicReference,
    };

    public static bool HasSchemas(string keyword) => Keywords.GetValueOrDefault(keyword)?.GetSchemas is not null;

    /// <summary>Returns whether the schemas of a keyword check the same value as the schema that has the keyword, not a part of the value.</summary>
    public static bool IsForSameValue(string keyword) => Keywords[keyword].IsForSameValue;

    /// <summary>Returns the schemas of a well-formed keyword. A keyword that is missing from the list throws, because its schemas would not be inspected.</summary>
    public static IReadOnlyList<ValueNode> GetSchemas(string keyword, ValueNode json) => Keywords[keyword].GetSchemas!(json);

    /// <summary>Returns the rule that the value of a keyword violates, or null if it violates none. The schemas of the keyword are not checked.</summary>
    public static string? FindViolation(string keyword, ValueNode json) => Keywords.TryGetValue(keyword, out var known) && !known.IsWellFormed(json) ? known.Rule : null;

    // The text is null if it is not valid Unicode.
    private static bool IsText(ValueNode json) => json is { Kind: JsonValueKind.String, Text: not null };

    private static bool IsTypeName(ValueNode json) => IsText(json) && TypeNames.ContainsKey(json.Text!);

    private static bool IsTexts(ValueNode json) => json.Kind == JsonValueKind.Array && json.Items.TrueForAll(IsText);

    private sealed record Keyword(Func<ValueNode, bool> IsWellFormed, string Rule)
    {
        /// <summary>Returns the schemas that are the value of the keyword or in it; null if it has none.</summary>
        public Func<ValueNode, IReadOnlyList<ValueNode>>? GetSchemas { get; init; }

        public bool IsForSameValue { get; init; }
    }
}
