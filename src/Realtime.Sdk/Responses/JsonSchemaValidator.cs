namespace Realtime.Sdk.Internal;

/// <summary>
/// Checks JSON against a schema of JSON Schema draft 2020-12, without reflection and with bounded work: each schema checks each value only once. It is
/// our own because the core has few dependencies and must run as Native AOT.
/// </summary>
/// <remarks>
/// A schema is checked before values are: there is no validator for one that cannot be used. All keywords that constrain a value are checked, except for
/// <c>unevaluatedProperties</c>, <c>unevaluatedItems</c> and <c>$dynamicRef</c>, which cannot be used. Unknown keywords and formats are ignored.
/// </remarks>
internal sealed class JsonSchemaValidator
{
    /// <summary>The maximum number of objects and arrays within each other in a value, and the maximum number of violations.</summary>
    public const int MaxDepth = 64, MaxViolations = 100;

    /// <summary>The maximum number of objects and arrays within each other in a schema. A request, which most readers limit to 64, has some around it.</summary>
    public const int MaxSchemaDepth = 50;

    private readonly SchemaNode _schema;

    private JsonSchemaValidator(SchemaNode schema) => _schema = schema;

    /// <summary>Creates a validator, or returns null if the schema cannot be used.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="violations">Why the schema cannot be used, each with its JSON path in the schema, for example <c>$.properties.name.pattern</c>; empty if it can.</param>
    public static JsonSchemaValidator? TryCreate(JsonElement schema, out IReadOnlyList<ConstraintViolation> violations)
    {
        var findings = new List<SchemaFinding>();
        void Report(SchemaFinding finding)
        {
            if (findings.Count < MaxViolations)
                findings.Add(finding);
        }

        var json = ValueNode.Read(schema, MaxSchemaDepth, (at, rule) => Report(new(at, null, rule, ShowsValue: false)));
        var document = new SchemaDocument();
        var root = document.Get(json);
        new SchemaInspector(document, Report).Inspect(root);
        // Text that is not valid Unicode is also a malformed keyword. The first rule is the reason of the others.
        violations = [.. findings.DistinctBy(finding => finding.At).Select(finding => finding.ToViolation())];
        return violations.Count == 0 ? new(root) : null;
    }

    /// <summary>Returns the violations, each with its JSON path, for example <c>$.items[2].count</c>; empty if the value conforms.</summary>
    public IReadOnlyList<ConstraintViolation> Validate(JsonElement value)
    {
        var checker = new SchemaChecker();
        var findings = checker.Check(value, _schema);
        // Several schemas may report the same rule.
        return [.. findings.Select(finding => finding.ToViolation()).Distinct().Take(MaxViolations)];
    }
}
