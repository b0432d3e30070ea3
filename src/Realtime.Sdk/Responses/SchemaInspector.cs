namespace Realtime.Sdk.Internal;

/// <summary>
/// Finds why a schema cannot be used to check values: malformed and unsupported keywords, references that lead nowhere or never end, and invalid patterns. Every schema that a
/// value could reach is inspected once, so <see cref="SchemaChecker"/> meets only schemas without faults. Definitions without a reference are not inspected.
/// </summary>
internal sealed class SchemaInspector(SchemaDocument document, Action<SchemaFinding> report)
{
    /// <summary>
    /// The maximum number of schemas that contain or reference each other and check the same value. The depth of a value is limited too
    /// (<see cref="JsonSchemaValidator.MaxDepth"/>), and a check that reaches both limits needs about 2 MB of stack.
    /// </summary>
    public const int MaxNesting = 64;

    /// <summary>The number of schemas in the longest chain that begins with a schema and checks the same value; null while it is being counted.</summary>
    private readonly Dictionary<SchemaNode, int?> _lengths = [];

    /// <summary>Schemas that check parts of a value. They are not inspected by recursion, because their number is not limited.</summary>
    private readonly Queue<SchemaNode> _parts = [];

    public void Inspect(SchemaNode root)
    {
        _parts.Enqueue(root);
        while (_parts.TryDequeue(out var schema))
        {
            if (!_lengths.ContainsKey(schema))
                Inspect(schema, schema.Json, nesting: 0);
        }
    }

    /// <summary>Inspects a schema that another one reaches for the same value, and returns the number of schemas in the longest chain from it.</summary>
    private int Inspect(SchemaNode schema, ValueNode at, int nesting)
    {
        var isKnown = _lengths.TryGetValue(schema, out var known);
        if (isKnown && known is null)
            Report(at, "must not lead back to a schema around it for the same value: the check would not end");
        else if (nesting + (known ?? 1) > MaxNesting)
            Report(at, $"must be nested less deep: at most {MaxNesting} schemas can check the same value");
        else if (!isKnown)
            return Inspect(schema, nesting);
        return known ?? 0;
    }

    private int Inspect(SchemaNode schema, int nesting)
    {
        _lengths[schema] = null;
        var json = schema.Json;
        if (json.Kind is not (JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False))
            Report(json, SchemaKeywords.SchemaRule, showsValue: true);
        var longest = 0;
        foreach (var (keyword, value) in json.Members)
            longest = Math.Max(longest, Inspect(schema, keyword, value, nesting + 1));
        _lengths[schema] = longest + 1;
        return longest + 1;
    }

    private int Inspect(SchemaNode schema, string keyword, ValueNode value, int nesting)
    {
        if (SchemaKeywords.FindViolation(keyword, value) is { } rule)
        {
            Report(value, rule, showsValue: true);
            return 0;
        }
        if (keyword == SchemaKeywords.Pattern)
            InspectPattern(value, value.Text!, "must be a valid regular expression", showsValue: true);
        if (keyword == SchemaKeywords.PatternProperties)
        {
            foreach (var (pattern, member) in value.Members)
                InspectPattern(member, pattern, "must have a name that is a valid regular expression", showsValue: false);
        }
        if (keyword == SchemaKeywords.Reference)
            return InspectReference(schema, value, nesting);
        // Without if, then and else have no effect.
        if (!SchemaKeywords.HasSchemas(keyword) || (keyword is "then" or "else" && !schema.Has("if")))
            return 0;
        var longest = 0;
        foreach (var next in SchemaKeywords.GetSchemas(keyword, value).Select(document.Get))
        {
            if (SchemaKeywords.IsForSameValue(keyword))
                longest = Math.Max(longest, Inspect(next, next.Json, nesting));
            else
                _parts.Enqueue(next);
        }
        return longest;
    }

    private int InspectReference(SchemaNode schema, ValueNode value, int nesting)
    {
        if (schema.Reference is { } target)
            return Inspect(target, value, nesting);
        Report(value, "must refer to a schema within this one, for example # or #/$defs/NAME", showsValue: true);
        return 0;
    }

    private void InspectPattern(ValueNode at, string pattern, string rule, bool showsValue)
    {
        if (document.GetExpression(pattern) is null)
            Report(at, rule, showsValue);
    }

    private void Report(ValueNode at, string rule, bool showsValue = false) => report(new(at, null, rule, showsValue));
}
