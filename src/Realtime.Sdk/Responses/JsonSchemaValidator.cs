namespace Realtime.Sdk.Internal;

/// <summary>
/// Checks JSON against a schema of JSON Schema draft 2020-12, without reflection and with bounded work: each schema checks each value only once. It is
/// our own because the core has few dependencies and must run as Native AOT.
/// </summary>
/// <remarks>
/// All keywords that constrain a value are checked, except for <c>unevaluatedProperties</c>, <c>unevaluatedItems</c> and <c>$dynamicRef</c>: a schema that
/// uses them is a violation, and so is one that is malformed or refers to another document. Unknown keywords and formats are ignored.
/// </remarks>
internal static class JsonSchemaValidator
{
    /// <summary>The maximum number of objects and arrays around a value, and the maximum number of violations.</summary>
    public const int MaxDepth = 64, MaxViolations = 100;

    /// <summary>Returns the violations, each with its JSON path, for example <c>$.items[2].count</c>; empty if the value conforms.</summary>
    public static IReadOnlyList<ConstraintViolation> Validate(JsonElement value, JsonElement schema)
    {
        var checker = new SchemaChecker();
        var findings = checker.Check(value, schema);
        // Several schemas may report the same rule.
        return [.. findings.Select(finding => finding.ToViolation()).Distinct().Take(MaxViolations)];
    }
}
