namespace Realtime.Sdk.Internal;

/// <summary>
/// A JSON Schema or a schema inside it. Keywords are read once, and schemas inside it when they are first used. A keyword whose value is malformed is omitted
/// and reported as <see cref="Fault"/>.
/// </summary>
internal sealed class SchemaNode
{
    private readonly Dictionary<string, JsonElement> _keywords = [];
    private readonly Dictionary<string, object> _read = [];
    private readonly JsonElement _json;

    /// <summary>The schema that <c>#</c> refers to. A schema with an <c>$id</c> is a document of its own.</summary>
    private readonly SchemaNode _document;

    public SchemaNode(JsonElement json, SchemaNode? document = null)
    {
        _json = json;
        _document = document ?? this;
        if (json.ValueKind != JsonValueKind.Object)
        {
            if (!IsSchema(json))
                Fault = "must be checked by a schema that is an object or a boolean";
            return;
        }
        foreach (var keyword in json.EnumerateObject())
        {
            if (ValueNode.TryRead(keyword) is not { } name)
                continue;
            if (IsWellFormed(name, keyword.Value))
                _keywords[name] = keyword.Value;
            else
                Fault = $"must be checked by a valid schema: its keyword {name} is malformed or not supported";
        }
        if (_keywords.ContainsKey("$id"))
            _document = this;
    }

    /// <summary>Whether the schema allows no value.</summary>
    public bool IsFalse => _json.ValueKind == JsonValueKind.False;

    /// <summary>A rule that states why the schema cannot be used; null if it can.</summary>
    public string? Fault { get; }

    public bool Has(string keyword) => _keywords.ContainsKey(keyword);

    /// <summary>Returns the text of a keyword, or null if the schema does not have it.</summary>
    public string? GetText(string keyword) => _keywords.TryGetValue(keyword, out var json) ? ValueNode.TryRead(json) : null;

    public bool IsTrue(string keyword) => _keywords.TryGetValue(keyword, out var json) && json.ValueKind == JsonValueKind.True;

    public JsonNumber? GetNumber(string keyword) => _keywords.TryGetValue(keyword, out var json) ? JsonNumber.Parse(json.GetRawText()) : null;

    /// <summary>Returns the JSON of a number for messages.</summary>
    public string GetRaw(string keyword) => PeerText.Sanitize(_keywords[keyword].GetRawText(), maxLength: 40);

    public long? GetCount(string keyword) => GetNumber(keyword)?.Count;

    /// <summary>Returns the texts of a keyword that is a string or an array of strings.</summary>
    public IReadOnlyList<string> GetTexts(string keyword) => ReadOnce(keyword, ReadTexts) ?? [];

    /// <summary>Returns the values of <c>enum</c>, or the only value of <c>const</c>, for comparison by key.</summary>
    public OrderedDictionary<string, ValueNode>? GetValues(string keyword) => ReadOnce(keyword, json => ReadValues(keyword, json));

    public OrderedDictionary<string, IReadOnlyList<string>> GetNamedTexts(string keyword) => ReadOnce(keyword, json => ReadMap(json, ReadTexts)) ?? [];

    public SchemaNode? GetSchema(string keyword) => ReadOnce(keyword, Create);

    public IReadOnlyList<SchemaNode> GetSchemas(string keyword) => ReadOnce(keyword, json => json.EnumerateArray().Select(Create).ToList()) ?? [];

    public OrderedDictionary<string, SchemaNode> GetNamedSchemas(string keyword) => ReadOnce(keyword, json => ReadMap(json, Create)) ?? [];

    /// <summary>Returns the schema that a reference names, or null if it is not in this document.</summary>
    public SchemaNode? Resolve(string reference) => _document.ReadReference(reference);

    private SchemaNode? ReadReference(string reference)
    {
        if (_read.TryGetValue(reference, out var known))
            return (SchemaNode)known;
        // "#" is in every reference and in no keyword with a schema, so both can share a dictionary.
        var start = reference.IndexOf('#', StringComparison.Ordinal);
        if (start < 0 || (start > 0 && reference[..start] != GetText("$id")?.TrimEnd('#')) || Find(reference[(start + 1)..]) is not { } json)
            return null;
        var target = start == reference.Length - 1 ? this : new SchemaNode(json, this);
        _read[reference] = target;
        return target;
    }

    /// <summary>Returns the JSON at a JSON Pointer in a URI fragment (RFC 6901, sections 4 and 6).</summary>
    private JsonElement? Find(string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
            return null;
        var json = _json;
        foreach (var token in Uri.UnescapeDataString(pointer).Split('/').Skip(1))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (json.ValueKind == JsonValueKind.Array)
            {
                if (!int.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index) || index >= json.GetArrayLength())
                    return null;
                json = json[index];
            }
            else if (FindMember(json, name) is { } member)
            {
                json = member;
            }
            else
            {
                return null;
            }
        }
        return json;
    }

    private static JsonElement? FindMember(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        JsonElement? found = null;
        foreach (var member in json.EnumerateObject())
        {
            if (ValueNode.TryRead(member) == name)
                found = member.Value;
        }
        return found;
    }

    private T? ReadOnce<T>(string keyword, Func<JsonElement, T> read) where T : class
    {
        if (_read.TryGetValue(keyword, out var known))
            return (T)known;
        if (!_keywords.TryGetValue(keyword, out var json))
            return null;
        var value = read(json);
        _read[keyword] = value;
        return value;
    }

    private SchemaNode Create(JsonElement json) => new(json, _document);

    private static IReadOnlyList<string> ReadTexts(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? [ValueNode.TryRead(json) ?? ""] : [.. json.EnumerateArray().Select(ValueNode.TryRead).OfType<string>()];

    private static OrderedDictionary<string, ValueNode> ReadValues(string keyword, JsonElement json)
    {
        var values = new OrderedDictionary<string, ValueNode>();
        foreach (var value in keyword == "enum" ? json.EnumerateArray().AsEnumerable() : [json])
        {
            var isUsable = true;
            var node = ValueNode.Read(value, (_, _) => isUsable = false);
            // A value that is not valid JSON text equals no other.
            if (isUsable)
                values.TryAdd(node.GetKey(), node);
        }
        return values;
    }

    private static OrderedDictionary<string, T> ReadMap<T>(JsonElement json, Func<JsonElement, T> read)
    {
        var map = new OrderedDictionary<string, T>();
        foreach (var member in json.EnumerateObject())
        {
            if (ValueNode.TryRead(member) is { } name)
                map[name] = read(member.Value);
        }
        return map;
    }

    private static bool IsWellFormed(string keyword, JsonElement json) => keyword switch
    {
        "type" => IsText(json) || (json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(IsText)),
        "enum" => json.ValueKind == JsonValueKind.Array,
        "properties" or "patternProperties" or "dependentSchemas" => json.ValueKind == JsonValueKind.Object,
        "required" => IsTexts(json),
        "dependentRequired" => json.ValueKind == JsonValueKind.Object && json.EnumerateObject().All(member => IsTexts(member.Value)),
        "allOf" or "anyOf" or "oneOf" or "prefixItems" => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0,
        "items" or "additionalProperties" or "contains" or "propertyNames" or "not" or "if" or "then" or "else" => IsSchema(json),
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" => json.ValueKind == JsonValueKind.Number,
        "multipleOf" => json.ValueKind == JsonValueKind.Number && JsonNumber.Parse(json.GetRawText()).IsPositive,
        "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" or "minContains" or "maxContains" =>
            json.ValueKind == JsonValueKind.Number && JsonNumber.Parse(json.GetRawText()).Count is not null,
        "pattern" or "format" or "$ref" or "$id" => IsText(json),
        "uniqueItems" => json.ValueKind is JsonValueKind.True or JsonValueKind.False,
        // These would restrict the value, and ignoring them would accept values that violate the schema.
        "unevaluatedProperties" or "unevaluatedItems" => json.ValueKind == JsonValueKind.True,
        "$dynamicRef" or "$recursiveRef" => false,
        _ => true,
    };

    private static bool IsSchema(JsonElement json) => json.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False;

    private static bool IsText(JsonElement json) => json.ValueKind == JsonValueKind.String && ValueNode.TryRead(json) is not null;

    private static bool IsTexts(JsonElement json) => json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(IsText);
}
