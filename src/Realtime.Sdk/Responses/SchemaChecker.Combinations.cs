namespace Realtime.Sdk.Internal;

/// <summary>Schemas that combine others.</summary>
internal sealed partial class SchemaChecker
{
    private void CheckCombinations(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        foreach (var part in schema.GetSchemas("allOf"))
            Check(value, part, findings);
        CheckAnyOf(value, schema.GetSchemas("anyOf"), findings);
        CheckOneOf(value, schema.GetSchemas("oneOf"), findings);
        var faults = _faults.Count;
        // A check that was not possible is reported as such, and has no findings.
        if (schema.GetSchema("not") is { } excluded && IsValid(value, excluded) && _faults.Count == faults)
            Error(findings, value, "must not be what the schema in not describes", showsValue: true);
        if (schema.GetSchema("if") is { } condition && schema.GetSchema(IsValid(value, condition) ? "then" : "else") is { } consequence)
            Check(value, consequence, findings);
    }

    private void CheckAnyOf(ValueNode value, IReadOnlyList<SchemaNode> variants, List<SchemaFinding> findings)
    {
        var failed = new List<List<SchemaFinding>>();
        foreach (var variant in variants)
        {
            var result = Probe(value, variant);
            if (result.Count == 0)
                return;
            failed.Add(result);
        }
        AddBest(value, failed, findings);
    }

    private void CheckOneOf(ValueNode value, IReadOnlyList<SchemaNode> variants, List<SchemaFinding> findings)
    {
        var results = variants.Select(variant => Probe(value, variant)).ToList();
        var matches = results.Index().Where(result => result.Item.Count == 0).Select(result => Text(result.Index)).ToList();
        if (matches.Count > 1)
            Error(findings, value, $"must match exactly one schema of oneOf: it matches those at {string.Join(", ", matches.Take(MaxListedValues))}", showsValue: true);
        else if (matches.Count == 0)
            AddBest(value, results, findings);
    }

    /// <summary>
    /// Reports one variant, so that the message says what to change: a variant of the type of the value, with the discriminator of the value if it has
    /// one, and with the fewest violations.
    /// </summary>
    private static void AddBest(ValueNode value, List<List<SchemaFinding>> failed, List<SchemaFinding> findings)
    {
        if (failed.Count == 0)
            return;
        var similar = failed.FindAll(result => !result.Exists(finding => IsOther(finding) && finding.At == value));
        if (similar.Count == 0)
        {
            Add(findings, Merge(failed.ConvertAll(result => result.Find(finding => IsOther(finding) && finding.At == value))));
            return;
        }
        var discriminated = similar.FindAll(result => !result.Exists(finding => IsDiscriminator(finding, value)));
        var chosen = discriminated.Count > 0 ? discriminated : similar;
        var discriminators = chosen.ConvertAll(result => result.Find(finding => IsDiscriminator(finding, value)));
        // No variant has the discriminator of the value: all of them are listed, because the best guess would depend on unrelated members.
        if (chosen.Count > 1 && discriminators.TrueForAll(finding => finding.At is not null && finding.At == discriminators[0].At))
        {
            Add(findings, Merge(discriminators));
            return;
        }
        foreach (var finding in chosen.MinBy(result => result.Count)!)
            Add(findings, finding);
    }

    private static bool IsOther(SchemaFinding finding) => finding.Kind == SchemaFindingKind.OtherValue;

    private static bool IsDiscriminator(SchemaFinding finding, ValueNode value) => IsOther(finding) && finding.At.Parent == value;

    /// <summary>Combines findings about the same value, whose rules all begin with <c>must be</c>.</summary>
    private static SchemaFinding Merge(List<SchemaFinding> findings)
    {
        const string Start = "must be ";
        var values = findings.Select(finding => finding.Rule[Start.Length..]).Distinct().Take(MaxListedValues);
        return findings[0] with { Rule = $"must be {string.Join(" or ", values)}" };
    }
}
