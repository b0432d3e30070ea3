namespace Realtime.Sdk.Testing.Internal;

/// <summary>Creates arguments that satisfy a JSON schema, with the user's words for strings.</summary>
internal sealed class ToolArguments
{
    private const int MaxDepth = 16, MaxValues = 500, MaxTextLength = 1000;

    private readonly JsonNode? _root;
    private readonly string _words;
    private int _values;

    private ToolArguments(JsonNode? root, string words) => (_root, _words) = (root, words);

    /// <summary>Creates the arguments of a function: always an object of limited size, even if the schema is recursive.</summary>
    public static JsonObject Create(JsonNode? schema, string words) => new ToolArguments(schema, words).Value(schema, "", 0) as JsonObject ?? [];

    private JsonNode? Value(JsonNode? schema, string name, int depth)
    {
        if (schema is not JsonObject rules || depth > MaxDepth || ++_values > MaxValues)
            return null;
        if (rules.Text("$ref") is { } reference)
            return Value(Resolve(_root, reference), name, depth + 1);
        if ((rules["const"] ?? rules["default"] ?? rules.Elements("enum").FirstOrDefault() ?? rules.Elements("examples").FirstOrDefault()) is { } given)
            return given.DeepClone();
        foreach (var choice in new[] { "anyOf", "oneOf", "allOf" })
        {
            if (rules.Elements(choice).FirstOrDefault() is { } first)
                return Value(first, name, depth + 1);
        }
        return GetTypeName(rules) switch
        {
            "object" => CreateMembers(rules, depth),
            "array" => Elements(rules, name, depth),
            "integer" => (long)Math.Ceiling(GetMinimum(rules)),
            "number" => GetMinimum(rules),
            "boolean" => true,
            "string" => Text(rules, name, _words),
            _ => null,
        };
    }

    private static string? GetTypeName(JsonObject rules) =>
        rules.Text("type") ?? rules.Elements("type").FirstOrDefault().AsText() ?? (rules.ContainsKey("properties") ? "object" : null);

    private JsonObject CreateMembers(JsonObject rules, int depth)
    {
        var required = rules.Elements("required").Select(name => name.AsText()).ToHashSet();
        var members = new JsonObject();
        foreach (var (name, schema) in rules.Object("properties") ?? [])
        {
            if (required.Count == 0 || required.Contains(name))
                members[name] = Value(schema, name, depth + 1);
        }
        return members;
    }

    private JsonArray Elements(JsonObject rules, string name, int depth)
    {
        var min = rules.ContainsKey("items") ? 1 : 0;
        var count = (int)Math.Clamp(rules.Number("minItems") ?? 1, min, MaxDepth);
        return [.. Enumerable.Range(0, count).Select(_ => Value(rules["items"], name, depth + 1))];
    }

    private static double GetMinimum(JsonObject rules) =>
        rules.Number("minimum") ?? (rules.Number("exclusiveMinimum") is { } bound ? bound + 1 : Math.Min(1, rules.Number("maximum") ?? 1));

    private static string Text(JsonObject rules, string name, string words) => rules.Text("format") switch
    {
        "date" => "2026-01-01",
        "date-time" => "2026-01-01T12:00:00Z",
        "time" => "12:00:00",
        "email" => "someone@example.com",
        "uri" => "https://example.com/",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        _ => FitLength(FindProperName(words) ?? (words.Length > 0 ? words : name), rules),
    };

    private static string FitLength(string text, JsonObject rules)
    {
        var min = (int)Math.Clamp(rules.Number("minLength") ?? 0, 0, MaxTextLength);
        var max = (int)Math.Clamp(rules.Number("maxLength") ?? MaxTextLength, min, MaxTextLength);
        return text.PadRight(min, '.')[..Math.Clamp(text.Length, min, max)];
    }

    /// <summary>Returns the last capitalized word that is not the first word, such as a city; null if there is none.</summary>
    private static string? FindProperName(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Skip(1)
        .Select(word => word.Trim('.', ',', '?', '!', ';', ':', '"', '\''))
        .LastOrDefault(word => word.Length > 1 && char.IsUpper(word[0]));

    private static JsonNode? Resolve(JsonNode? root, string reference)
    {
        var node = root;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = (node as JsonObject)?[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        return node;
    }
}
