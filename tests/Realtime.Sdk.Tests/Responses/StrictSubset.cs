using System.Text.Json;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>
/// Judges schemas by what the guide to structured outputs lists as supported, written apart from the SDK's own check: a keyword that is not
/// listed there is a fault, also one that the service is known to ignore.
/// </summary>
internal sealed class StrictSubset
{
    private static readonly string[] Keywords =
    [
        "type", "description", "enum", "const", "anyOf", "$ref", "$defs", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "pattern", "format", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    ];

    private static readonly string[] Formats = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

    private readonly JsonObject _root;
    private readonly List<string> _faults = [];
    private int _properties;

    private StrictSubset(JsonObject root) => _root = root;

    public static IReadOnlyList<string> FaultsOf(string schema)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        var subset = new StrictSubset(root);
        subset.Require(root["type"]?.ToString() == "object" && !root.ContainsKey("anyOf"), root, "is no object at the root");
        subset.Visit(root, 1);
        subset.Require(subset._properties <= 5000, root, "has more than 5,000 properties");
        return subset._faults;
    }

    private void Visit(JsonNode? node, int depth)
    {
        if (node is not JsonObject schema)
        {
            _faults.Add("a schema that is no object");
            return;
        }
        foreach (var (keyword, _) in schema)
            Require(Keywords.Contains(keyword), schema, $"has {keyword}");
        Require(schema.ContainsKey("type") || schema.ContainsKey("anyOf") || schema.ContainsKey("$ref"), schema, "has no type");
        Require(schema["format"] is not { } format || Formats.Contains(format.ToString()), schema, "has a foreign format");
        if (schema["$ref"] is { } reference)
            Require(schema.Count == 1 && Refers(reference.ToString()), schema, $"refers to {reference}");

        var types = schema["type"] is JsonArray several ? several.Select(type => type!.ToString()).ToArray() : [schema["type"]?.ToString() ?? ""];
        Require(!(types.Contains("string") && (types.Contains("number") || types.Contains("integer"))), schema, "is a number or text");
        if (types.Contains("object"))
            VisitObject(schema, depth);
        if (types.Contains("array"))
            Visit(schema["items"], depth + 1);
        foreach (var alternative in schema["anyOf"]?.AsArray() ?? [])
            Visit(alternative, depth);
        foreach (var (_, definition) in schema["$defs"]?.AsObject() ?? [])
            Visit(definition, depth);
    }

    private void VisitObject(JsonObject schema, int depth)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        Require(depth <= 10, schema, "is nested too deep");
        Require(schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False, schema, "is open");
        Require(properties.Select(property => property.Key).SequenceEqual((schema["required"]?.AsArray() ?? []).Select(name => name!.ToString())), schema, "does not require all");
        foreach (var (_, property) in properties)
        {
            _properties++;
            Visit(property, depth + 1);
        }
    }

    private bool Refers(string reference) =>
        reference == "#" || (reference.StartsWith("#/$defs/", StringComparison.Ordinal) && _root["$defs"]?[reference["#/$defs/".Length..]] is not null);

    private void Require(bool condition, JsonObject schema, string fault)
    {
        if (!condition)
            _faults.Add($"{schema.GetPath()} {fault}");
    }
}
