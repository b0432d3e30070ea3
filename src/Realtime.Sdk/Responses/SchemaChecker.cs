using System.Globalization;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>One check of a value against a schema.</summary>
internal sealed partial class SchemaChecker
{
    /// <summary>The number of allowed values in a message. The model also has the schema.</summary>
    private const int MaxListedValues = 20;

    /// <summary>Faults of the JSON text, and checks that were not possible. They are reported even where the result of a schema does not matter, for example under <c>not</c>.</summary>
    private readonly List<SchemaFinding> _faults = [];

    /// <summary>
    /// The results of referenced schemas. Without them, a recursive type with two variants would be checked twice for each level of the value, which is
    /// exponential.
    /// </summary>
    private readonly Dictionary<(SchemaNode Schema, ValueNode Value), List<SchemaFinding>> _results = [];

    public IReadOnlyList<SchemaFinding> Check(JsonElement json, SchemaNode schema)
    {
        var value = ValueNode.Read(json, JsonSchemaValidator.MaxDepth, Fault);
        List<SchemaFinding> findings = [];
        // The parts that cannot be read are missing from the value, so a check against the schema would report confusing violations.
        if (_faults.Count == 0)
            Check(value, schema, findings);
        return [.. _faults, .. findings];
    }

    private void Fault(ValueNode value, string rule)
    {
        if (_faults.Count < JsonSchemaValidator.MaxViolations)
            _faults.Add(new(value, null, rule, ShowsValue: false));
    }

    private static void Add(List<SchemaFinding> findings, SchemaFinding finding)
    {
        if (findings.Count < JsonSchemaValidator.MaxViolations)
            findings.Add(finding);
    }

    private static void Error(List<SchemaFinding> findings, ValueNode value, string rule, bool showsValue = false) => Add(findings, new(value, null, rule, showsValue));

    private void Check(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        // More findings would be discarded, and those that exist make the value invalid.
        if (findings.Count == JsonSchemaValidator.MaxViolations)
            return;
        if (schema.IsFalse)
        {
            Error(findings, value, "must not be present: the schema allows no value here");
            return;
        }
        // The recursion is limited (SchemaInspector.MaxNesting), but the stack of the caller's thread may be small, or almost full.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Fault(value, "must be nested less deep: the check needs more stack than this thread has");
            return;
        }
        // A value of another type would violate other rules too, but only its type is wrong.
        if (CheckValues(value, schema, findings) && CheckType(value, schema, findings))
        {
            CheckReference(value, schema, findings);
            CheckKind(value, schema, findings);
            CheckCombinations(value, schema, findings);
        }
    }

    /// <summary>Returns the findings of a schema that need not apply.</summary>
    private List<SchemaFinding> Probe(ValueNode value, SchemaNode schema)
    {
        List<SchemaFinding> findings = [];
        Check(value, schema, findings);
        return findings;
    }

    private bool IsValid(ValueNode value, SchemaNode schema) => Probe(value, schema).Count == 0;

    private void CheckReference(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        if (schema.Reference is not { } target)
            return;
        if (!_results.TryGetValue((target, value), out var result))
            _results[(target, value)] = result = Probe(value, target);
        foreach (var finding in result)
            Add(findings, finding);
    }

    private static bool CheckValues(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        var before = findings.Count;
        foreach (var keyword in (ReadOnlySpan<string>)["const", "enum"])
        {
            if (schema.GetValues(keyword) is { } allowed && !allowed.ContainsKey(value.GetKey()))
                Add(findings, new(value, null, ListRule(value, [.. allowed.Values]), ShowsValue: true, SchemaFindingKind.OtherValue));
        }
        return findings.Count == before;
    }

    private static string ListRule(ValueNode value, IReadOnlyList<ValueNode> allowed)
    {
        if (allowed.Count == 0)
            return "must be one of the values of an empty enum";
        var listed = string.Join(" or ", allowed.Take(MaxListedValues).Select(one => one.Describe()));
        var more = allowed.Count > MaxListedValues ? $" or one of {Constraints.Text(allowed.Count - MaxListedValues)} more" : "";
        var suggestion = allowed.Count > 1 && value.Text is { } text ? Suggestion.Format(text, allowed.Select(one => one.Text).OfType<string>().Where(one => one.Length <= Suggestion.MaxLength)) : "";
        return $"must be {listed}{more}{suggestion}";
    }

    private static bool CheckType(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        if (!schema.Has("type"))
            return true;
        var types = schema.GetTexts("type");
        if (types.Any(type => HasType(value, type)))
            return true;
        var names = string.Join(" or ", types.Select(type => SchemaKeywords.TypeNames[type]));
        Add(findings, new(value, null, $"must be {names}", ShowsValue: true, SchemaFindingKind.OtherValue));
        return false;
    }

    private static bool HasType(ValueNode value, string type) => type switch
    {
        "null" => value.Kind == JsonValueKind.Null,
        "boolean" => value.Kind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.Kind == JsonValueKind.Number && value.Number.IsInteger,
        "number" => value.Kind == JsonValueKind.Number,
        "string" => value.Kind == JsonValueKind.String,
        "array" => value.Kind == JsonValueKind.Array,
        _ => value.Kind == JsonValueKind.Object,
    };

    private void CheckKind(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                CheckObject(value, schema, findings);
                break;
            case JsonValueKind.Array:
                CheckArray(value, schema, findings);
                break;
            case JsonValueKind.String:
                CheckText(value, schema, findings);
                break;
            case JsonValueKind.Number:
                CheckNumber(value, schema, findings);
                break;
        }
    }

    private static void CheckNumber(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        var number = value.Number;
        if (schema.GetNumber("minimum") is { } minimum && number.CompareTo(minimum) < 0)
            Error(findings, value, $"must be at least {schema.GetRaw("minimum")}", showsValue: true);
        if (schema.GetNumber("exclusiveMinimum") is { } lower && number.CompareTo(lower) <= 0)
            Error(findings, value, $"must be greater than {schema.GetRaw("exclusiveMinimum")}", showsValue: true);
        if (schema.GetNumber("maximum") is { } maximum && number.CompareTo(maximum) > 0)
            Error(findings, value, $"must be at most {schema.GetRaw("maximum")}", showsValue: true);
        if (schema.GetNumber("exclusiveMaximum") is { } upper && number.CompareTo(upper) >= 0)
            Error(findings, value, $"must be less than {schema.GetRaw("exclusiveMaximum")}", showsValue: true);
        if (schema.GetNumber("multipleOf") is { } divisor && !number.IsMultipleOf(divisor))
            Error(findings, value, $"must be a multiple of {schema.GetRaw("multipleOf")}", showsValue: true);
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Count(long count, string unit) => $"{Text(count)} {unit}{(count == 1 ? "" : "s")}";
}
