using System.Globalization;
using System.Text.RegularExpressions;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The schemas within a JSON text, each of which is one instance however it is reached, so that the number of schemas is limited by the size of the text.
/// </summary>
internal sealed class SchemaDocument
{
    /// <summary>The maximum time of one match.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<ValueNode, SchemaNode> _schemas = [];
    private readonly Dictionary<string, Regex?> _expressions = [];

    public SchemaNode Get(ValueNode json)
    {
        if (!_schemas.TryGetValue(json, out var schema))
            _schemas[json] = schema = new(json, this);
        return schema;
    }

    /// <summary>Returns the expression of a pattern, or null if the pattern is not valid.</summary>
    public Regex? GetExpression(string pattern)
    {
        if (!_expressions.TryGetValue(pattern, out var expression))
            _expressions[pattern] = expression = SchemaPattern.Create(pattern, MatchTimeout);
        return expression;
    }

    /// <summary>Returns the schema that a reference names, or null if it is not in this text.</summary>
    public SchemaNode? Resolve(ValueNode from, string reference)
    {
        var root = GetRoot(from);
        var start = reference.IndexOf('#', StringComparison.Ordinal);
        var (id, pointer) = start < 0 ? (reference, "") : (reference[..start], reference[(start + 1)..]);
        if (id.Length > 0 && id != GetId(root)?.TrimEnd('#'))
            return null;
        return Find(root, pointer) is { } json ? Get(json) : null;
    }

    /// <summary>Returns the schema that <c>#</c> refers to: the innermost around it that has an <c>$id</c>, or that of the whole text.</summary>
    private static ValueNode GetRoot(ValueNode json)
    {
        while (json.Parent is { } parent && GetId(json) is null)
            json = parent;
        return json;
    }

    private static string? GetId(ValueNode json) => json.Members.TryGetValue(SchemaKeywords.Id, out var id) ? id.Text : null;

    /// <summary>Returns the JSON at a JSON Pointer in a URI fragment (RFC 6901, sections 4 and 6).</summary>
    private static ValueNode? Find(ValueNode root, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
            return null;
        var json = root;
        foreach (var token in Uri.UnescapeDataString(pointer).Split('/').Skip(1))
        {
            if (FindStep(json, token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) is not { } next)
                return null;
            json = next;
        }
        return json;
    }

    private static ValueNode? FindStep(ValueNode json, string name)
    {
        if (json.Kind != JsonValueKind.Array)
            return json.Members.GetValueOrDefault(name);
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < json.Items.Count ? json.Items[index] : null;
    }
}
