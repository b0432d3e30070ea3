namespace Realtime.Sdk.Internal;

/// <summary>Objects and arrays.</summary>
internal sealed partial class SchemaChecker
{
    private void CheckObject(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        foreach (var name in schema.GetTexts("required"))
        {
            if (!value.Members.ContainsKey(name))
                Add(findings, new(value, name, "is required", ShowsValue: false));
        }
        foreach (var (present, names) in schema.GetNamedTexts("dependentRequired"))
        {
            foreach (var name in names)
            {
                if (value.Members.ContainsKey(present) && !value.Members.ContainsKey(name))
                    Add(findings, new(value, name, $"is required: {Constraints.Quote(present)} is present", ShowsValue: false));
            }
        }
        var count = value.Members.Count;
        if (schema.GetCount("minProperties") is { } min && count < min)
            Error(findings, value, $"must have at least {Members(min)}: it has {Text(count)}");
        if (schema.GetCount("maxProperties") is { } max && count > max)
            Error(findings, value, $"must have at most {Members(max)}: it has {Text(count)}");
        CheckMembers(value, schema, findings);
        foreach (var (name, dependent) in schema.GetNamedSchemas("dependentSchemas"))
        {
            if (value.Members.ContainsKey(name))
                Check(value, dependent, findings);
        }
    }

    private static string Members(long count) => Count(count, "member");

    private void CheckMembers(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        var properties = schema.GetNamedSchemas("properties");
        var patterns = schema.GetNamedSchemas(SchemaKeywords.PatternProperties);
        var (additional, names) = (schema.GetSchema("additionalProperties"), schema.GetSchema("propertyNames"));
        if (properties.Count == 0 && patterns.Count == 0 && additional is null && names is null)
            return;
        foreach (var (name, member) in value.Members)
        {
            if (names is not null && Probe(member.ToName(), names) is [var first, ..])
                Error(findings, member, $"must not have this name: it {first.Rule}");
            var isDefined = properties.TryGetValue(name, out var property);
            if (property is not null)
                Check(member, property, findings);
            foreach (var (pattern, other) in patterns)
            {
                if (IsMatch(member, schema, pattern, name))
                {
                    isDefined = true;
                    Check(member, other, findings);
                }
            }
            if (isDefined || additional is null)
                continue;
            if (additional.IsFalse)
                Error(findings, member, $"must not be present{Suggestion.Format(name, properties.Keys.Where(one => one.Length <= Suggestion.MaxLength && !value.Members.ContainsKey(one)))}");
            else
                Check(member, additional, findings);
        }
    }

    private void CheckArray(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        var count = value.Items.Count;
        if (schema.GetCount("minItems") is { } min && count < min)
            Error(findings, value, $"must have at least {Count(min, "item")}: it has {Text(count)}");
        if (schema.GetCount("maxItems") is { } max && count > max)
            Error(findings, value, $"must have at most {Count(max, "item")}: it has {Text(count)}");
        var first = schema.GetSchemas("prefixItems");
        for (var i = 0; i < Math.Min(first.Count, count); i++)
            Check(value.Items[i], first[i], findings);
        if (schema.GetSchema("items") is { } items)
        {
            foreach (var item in value.Items.Skip(first.Count))
                Check(item, items, findings);
        }
        if (schema.IsTrue("uniqueItems"))
            CheckUnique(value, findings);
        if (schema.GetSchema("contains") is { } contained)
            CheckContains(value, schema, contained, findings);
    }

    private static void CheckUnique(ValueNode value, List<SchemaFinding> findings)
    {
        var indexes = new Dictionary<string, int>();
        for (var i = 0; i < value.Items.Count; i++)
        {
            if (!indexes.TryAdd(value.Items[i].GetKey(), i))
                Error(findings, value.Items[i], $"must be unique in its array: it equals item {Text(indexes[value.Items[i].GetKey()])}", showsValue: true);
        }
    }

    private void CheckContains(ValueNode value, SchemaNode schema, SchemaNode contained, List<SchemaFinding> findings)
    {
        var (min, max) = (schema.GetCount("minContains") ?? 1, schema.GetCount("maxContains"));
        var count = value.Items.Count(item => IsValid(item, contained));
        if (count < min)
            Error(findings, value, $"must have at least {Count(min, "item")} that the schema in contains allows: it has {Text(count)}");
        if (count > max)
            Error(findings, value, $"must have at most {Count(max.Value, "item")} that the schema in contains allows: it has {Text(count)}");
    }
}
