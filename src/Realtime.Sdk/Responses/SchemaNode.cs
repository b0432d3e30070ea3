using System.Text.RegularExpressions;

namespace Realtime.Sdk.Internal;

/// <summary>A JSON Schema or a schema inside it. Keywords are read once, when they are first used, and only after <see cref="SchemaInspector"/> has found them well-formed.</summary>
internal sealed class SchemaNode(ValueNode json, SchemaDocument document)
{
    private readonly Dictionary<string, object> _read = [];
    private SchemaNode? _reference;

    public ValueNode Json => json;

    /// <summary>Whether the schema allows no value.</summary>
    public bool IsFalse => json.Kind == JsonValueKind.False;

    /// <summary>The schema that <c>$ref</c> names; null if there is none, or if it is not in this document.</summary>
    public SchemaNode? Reference => _reference ??= GetText(SchemaKeywords.Reference) is { } reference ? document.Resolve(json, reference) : null;

    public bool Has(string keyword) => json.Members.ContainsKey(keyword);

    /// <summary>Returns the text of a keyword, or null if the schema does not have it.</summary>
    public string? GetText(string keyword) => json.Members.GetValueOrDefault(keyword)?.Text;

    public bool IsTrue(string keyword) => json.Members.GetValueOrDefault(keyword)?.Kind == JsonValueKind.True;

    public JsonNumber? GetNumber(string keyword) => json.Members.GetValueOrDefault(keyword)?.Number;

    /// <summary>Returns a number for messages.</summary>
    public string GetRaw(string keyword) => json.Members[keyword].Describe();

    public long? GetCount(string keyword) => GetNumber(keyword)?.Count;

    public Regex GetExpression(string pattern) => document.GetExpression(pattern)!;

    /// <summary>Returns the texts of a keyword that is a string or an array of strings.</summary>
    public IReadOnlyList<string> GetTexts(string keyword) => ReadOnce(keyword, ReadTexts) ?? [];

    /// <summary>Returns the values of <c>enum</c>, or the only value of <c>const</c>, for comparison by key.</summary>
    public OrderedDictionary<string, ValueNode>? GetValues(string keyword) => ReadOnce(keyword, value => ReadValues(keyword == "enum" ? value.Items : [value]));

    public OrderedDictionary<string, IReadOnlyList<string>> GetNamedTexts(string keyword) => ReadOnce(keyword, value => ReadMembers(value, ReadTexts)) ?? [];

    public SchemaNode? GetSchema(string keyword) => GetSchemas(keyword) is [var schema] ? schema : null;

    public IReadOnlyList<SchemaNode> GetSchemas(string keyword) => ReadOnce(keyword, value => ReadSchemas(keyword, value)) ?? [];

    public OrderedDictionary<string, SchemaNode> GetNamedSchemas(string keyword) => ReadOnce(keyword, value => ReadNamedSchemas(keyword, value)) ?? [];

    private T? ReadOnce<T>(string keyword, Func<ValueNode, T> read) where T : class
    {
        if (_read.TryGetValue(keyword, out var known))
            return (T)known;
        if (!json.Members.TryGetValue(keyword, out var value))
            return null;
        var result = read(value);
        _read[keyword] = result;
        return result;
    }

    private List<SchemaNode> ReadSchemas(string keyword, ValueNode value) => [.. SchemaKeywords.GetSchemas(keyword, value).Select(document.Get)];

    private OrderedDictionary<string, SchemaNode> ReadNamedSchemas(string keyword, ValueNode value) =>
        new(value.Members.Keys.Zip(SchemaKeywords.GetSchemas(keyword, value), (name, schema) => KeyValuePair.Create(name, document.Get(schema))));

    private static IReadOnlyList<string> ReadTexts(ValueNode value) => value.Text is { } text ? [text] : [.. value.Items.Select(item => item.Text!)];

    private static OrderedDictionary<string, ValueNode> ReadValues(IEnumerable<ValueNode> allowed)
    {
        var values = new OrderedDictionary<string, ValueNode>();
        foreach (var value in allowed)
            values.TryAdd(value.GetKey(), value);
        return values;
    }

    private static OrderedDictionary<string, T> ReadMembers<T>(ValueNode value, Func<ValueNode, T> read) =>
        new(value.Members.Select(member => KeyValuePair.Create(member.Key, read(member.Value))));
}
