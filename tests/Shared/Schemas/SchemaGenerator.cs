using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Shared;

/// <summary>Schemas with all keywords by chance, and values that fit them more often than not.</summary>
internal sealed class SchemaGenerator(Random random)
{
    private const int DeepestSchema = 3, DeepestValue = 5;

    private static readonly string[] Names = ["a", "b", "c", "kind"];
    private static readonly string[] Types = ["string", "integer", "number", "boolean", "object", "array", "null"];
    private static readonly string[] Texts = ["", "a", "b", "abc", "größe 🎈", "12", "2026-01-31", "x@y.example", "1.2.3.4", "https://example.com/a", "aaaaaaaaaaaa"];
    private static readonly string[] Numbers = ["0", "1", "-1", "2", "3", "1.5", "1.0", "10", "1e2", "0.1", "9007199254740993", "1234567890123456789012345", "-2.50"];
    private static readonly string[] Patterns = ["^a", "b$", "^[a-z]*$", @"^\d+$", "a|b", @"^[\s\S]{1,5}$", "(?=a)"];
    private static readonly string[] Formats = ["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"];

    private JsonObject _root = [];

    public JsonObject CreateSchema()
    {
        _root = Object(0, hasProgress: false);
        _root["$defs"] = new JsonObject { ["a"] = Object(1, hasProgress: false), ["b~/"] = Object(1, hasProgress: false) };
        return _root;
    }

    public JsonNode? CreateValue() => Fit(_root, 0);

    // A reference without progress is endless, and JsonSchema.Net then overflows the stack.
    private JsonNode Schema(int depth, bool hasProgress) => random.Next(14) switch
    {
        0 => true,
        1 => depth > 1 && random.Next(3) > 0,
        2 or 3 when hasProgress => new JsonObject { ["$ref"] = Pick("#", "#/$defs/a", "#/$defs/b~0~1", "#/%24defs/a") },
        _ => Object(depth, hasProgress),
    };

    private JsonObject Object(int depth, bool hasProgress)
    {
        var schema = new JsonObject();
        if (random.Next(4) > 0)
        {
            schema["type"] = random.Next(3) == 0 ? new JsonArray(Pick(Types), Pick(Types)) : depth == 0 ? Pick("object", "array") : Pick(Types);
            AddKeywords(schema, schema["type"]!.ToString(), depth);
        }
        else
        {
            AddKeywords(schema, Pick(Types), depth);
        }
        if (random.Next(12) == 0)
            schema["enum"] = new JsonArray(Leaf(), Leaf(), Leaf(), Leaf());
        if (random.Next(20) == 0)
            schema["const"] = Leaf();
        if (depth < DeepestSchema && random.Next(3) == 0)
            AddCombination(schema, depth, hasProgress);
        return schema;
    }

    private void AddKeywords(JsonObject schema, string types, int depth)
    {
        if (types.Contains("object", StringComparison.Ordinal))
            AddObjectKeywords(schema, depth);
        if (types.Contains("array", StringComparison.Ordinal))
            AddArrayKeywords(schema, depth);
        if (types.Contains("string", StringComparison.Ordinal))
        {
            Maybe(schema, "minLength", 4, () => random.Next(4));
            Maybe(schema, "maxLength", 4, () => random.Next(2, 9));
            Maybe(schema, "pattern", 4, () => Pick(Patterns));
            Maybe(schema, "format", 5, () => Pick(Formats));
        }
        if (types.Contains("integer", StringComparison.Ordinal) || types.Contains("number", StringComparison.Ordinal))
        {
            foreach (var keyword in new[] { "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" })
                Maybe(schema, keyword, 6, Number);
            Maybe(schema, "multipleOf", 6, () => JsonNode.Parse(Pick("1", "2", "0.5", "0.01", "3"))!);
        }
    }

    private void AddObjectKeywords(JsonObject schema, int depth)
    {
        if (depth < DeepestSchema)
        {
            schema["properties"] = new JsonObject(Names.Where(_ => random.Next(2) == 0).Select(name => KeyValuePair.Create(name, (JsonNode?)Schema(depth + 1, hasProgress: true))));
            Maybe(schema, "additionalProperties", 2, () => random.Next(2) == 0 ? false : Schema(depth + 1, hasProgress: true));
            Maybe(schema, "patternProperties", 8, () => new JsonObject { [Pick("^a", "b|c")] = Schema(depth + 1, hasProgress: true) });
            Maybe(schema, "propertyNames", 10, () => new JsonObject { ["pattern"] = "^[a-d]" });
            Maybe(schema, "dependentSchemas", 10, () => new JsonObject { [Pick(Names)] = Object(depth + 1, hasProgress: false) });
        }
        Maybe(schema, "required", 2, () => new JsonArray([.. Names.Where(_ => random.Next(3) == 0).Select(name => (JsonNode)name)]));
        Maybe(schema, "minProperties", 8, () => random.Next(3));
        Maybe(schema, "maxProperties", 8, () => random.Next(1, 4));
        Maybe(schema, "dependentRequired", 8, () => new JsonObject { [Pick(Names)] = new JsonArray(Pick(Names)) });
    }

    private void AddArrayKeywords(JsonObject schema, int depth)
    {
        if (depth < DeepestSchema)
        {
            Maybe(schema, "items", 2, () => Schema(depth + 1, hasProgress: true));
            Maybe(schema, "prefixItems", 6, () => new JsonArray(Schema(depth + 1, hasProgress: true), Schema(depth + 1, hasProgress: true)));
            Maybe(schema, "contains", 6, () => Schema(depth + 1, hasProgress: true));
        }
        Maybe(schema, "minContains", 8, () => random.Next(3));
        Maybe(schema, "maxContains", 8, () => random.Next(1, 3));
        Maybe(schema, "minItems", 5, () => random.Next(3));
        Maybe(schema, "maxItems", 5, () => random.Next(1, 4));
        Maybe(schema, "uniqueItems", 5, () => random.Next(3) > 0);
    }

    private void AddCombination(JsonObject schema, int depth, bool hasProgress)
    {
        JsonNode Next() => Schema(depth + 1, hasProgress);
        switch (random.Next(5))
        {
            case 0:
                schema["allOf"] = new JsonArray(Next(), Next());
                break;
            case 1:
                schema["oneOf"] = new JsonArray(Next(), Next(), Next());
                break;
            case 2:
                schema["not"] = Next();
                break;
            case 3:
                (schema["if"], schema["then"], schema["else"]) = (Next(), Next(), Next());
                break;
            default:
                schema["anyOf"] = new JsonArray(Next(), Next(), Next());
                break;
        }
    }

    private JsonNode? Fit(JsonNode? node, int depth)
    {
        if (node is not JsonObject schema || depth > DeepestValue)
            return Leaf();
        if (schema["const"] is { } constant)
            return constant.DeepClone();
        if (schema["enum"] is JsonArray values)
            return values[random.Next(values.Count)]?.DeepClone();
        if (schema["$ref"] is { } reference)
            return Fit(reference.ToString() == "#" ? _root : _root["$defs"]![reference.ToString()[^1] == 'a' ? "a" : "b~/"], depth);
        if ((schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"]) is JsonArray parts && random.Next(2) == 0)
            return Fit(parts[random.Next(parts.Count)], depth);
        var type = schema["type"] switch
        {
            JsonArray several => several[random.Next(several.Count)]!.ToString(),
            { } one => one.ToString(),
            _ => schema.ContainsKey("properties") ? "object" : schema.ContainsKey("items") ? "array" : Pick(Types),
        };
        return type switch
        {
            "object" => FitObject(schema, depth),
            "array" => FitArray(schema, depth),
            "string" => Pick(Texts),
            "integer" => JsonNode.Parse(Pick(Numbers.Where(number => !number.Contains(".5", StringComparison.Ordinal) && number != "0.1").ToArray())),
            "number" => Number(),
            "boolean" => random.Next(2) == 0,
            _ => null,
        };
    }

    private JsonObject FitObject(JsonObject schema, int depth)
    {
        var value = new JsonObject();
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (random.Next(4) > 0 && property is not JsonValue)
                value[name] = Fit(property, depth + 1);
        }
        foreach (var name in schema["required"] as JsonArray ?? [])
            value[name!.ToString()] ??= Fit(schema["properties"]?[name.ToString()], depth + 1);
        return value;
    }

    private JsonArray FitArray(JsonObject schema, int depth)
    {
        var count = Math.Max(schema["minItems"]?.GetValue<int>() ?? 0, random.Next(3));
        return [.. Enumerable.Range(0, count).Select(index => Fit(schema["prefixItems"] is JsonArray first && index < first.Count ? first[index] : schema["items"], depth + 1))];
    }

    private JsonNode? Leaf() => random.Next(6) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 or 3 => Pick(Texts),
        _ => Number(),
    };

    private JsonNode Number() => JsonNode.Parse(Pick(Numbers))!;

    private void Maybe(JsonObject schema, string keyword, int oneIn, Func<JsonNode> value)
    {
        if (random.Next(oneIn) == 0)
            schema[keyword] = value();
    }

    private string Pick(params string[] values) => values[random.Next(values.Length)];

    /// <summary>The JSON, and up to twice as many texts as <paramref name="count"/> with one change each.</summary>
    public static IEnumerable<string> WithChanges(JsonNode? json, int count)
    {
        if (json is null)
            return ["null"];
        var spoiled = json is JsonObject ? SchemaValues.Spoil(json).Select(change => change.Json).Take(count) : [];
        return spoiled.Concat(Change(json).Take(count)).Prepend(json).Select(one => one.ToJsonString());
    }

    /// <summary>Each way to change the JSON in one place that <see cref="SchemaValues.Spoil"/> does not know.</summary>
    public static IEnumerable<JsonNode> Change(JsonNode json)
    {
        for (var place = 0; ; place++)
        {
            var copy = json.DeepClone();
            var nodes = Descend(copy).ToArray();
            if (place == nodes.Length * 3)
                yield break;
            if (Replace(nodes[place / 3], place % 3))
                yield return copy;
        }
    }

    private static bool Replace(JsonNode node, int way)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } json:
                var (name, value) = json.GetAt(way % json.Count);
                json.Remove(name);
                json[way == 0 ? name + "s" : name.ToUpper(CultureInfo.InvariantCulture)] = value;
                return way < 2;
            case JsonArray { Count: > 0 } array:
                if (way == 0)
                    array.RemoveAt(array.Count - 1);
                else
                    array.Add(array[0]?.DeepClone());
                return way < 2;
            case JsonValue when node.Parent is not null && node.GetValueKind() == JsonValueKind.String:
                node.ReplaceWith((string[])["", "a very long text, longer than any limit of the types", "2026-13-01"] is var texts ? texts[way] : "");
                return true;
            case JsonValue when node.Parent is not null && node.GetValueKind() == JsonValueKind.Number:
                node.ReplaceWith(JsonNode.Parse(way switch { 0 => "-1.25", 1 => "1e20", _ => "7.0" })!);
                return true;
            default:
                return false;
        }
    }

    private static IEnumerable<JsonNode> Descend(JsonNode node) => node switch
    {
        JsonObject json => json.Select(member => member.Value).OfType<JsonNode>().SelectMany(Descend).Prepend(json),
        JsonArray array => array.OfType<JsonNode>().SelectMany(Descend).Prepend(array),
        _ => [node],
    };
}
