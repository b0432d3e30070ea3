using System.Text.RegularExpressions;

namespace Realtime.Sdk.Internal;

/// <summary>Strings and patterns.</summary>
internal sealed partial class SchemaChecker
{
    /// <summary>The patterns that have exceeded their time. They are not tried again, because an answer can have many texts.</summary>
    private readonly HashSet<string> _slowPatterns = [];

    private void CheckText(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        var text = value.Text ?? "";
        if (schema.GetCount("minLength") is { } min && GetLength(text) < min)
            Error(findings, value, $"must have at least {Count(min, "character")}: it has {Text(GetLength(text))}", showsValue: true);
        if (schema.GetCount("maxLength") is { } max && GetLength(text) > max)
            Error(findings, value, $"must have at most {Count(max, "character")}: it has {Text(GetLength(text))}", showsValue: true);
        if (schema.GetText(SchemaKeywords.Pattern) is { } pattern && !IsMatch(value, schema, pattern, text))
            Error(findings, value, $"must match the pattern {pattern}", showsValue: true);
        if (schema.GetText("format") is { } format && !JsonFormats.IsValid(format, text))
            Error(findings, value, $"must be {JsonFormats.Describe(format)}", showsValue: true);
    }

    /// <summary>Returns the length in code points. The text is valid, so each low surrogate is the second half of one.</summary>
    private static int GetLength(string text) => text.Length - text.Count(char.IsLowSurrogate);

    private bool IsMatch(ValueNode value, SchemaNode schema, string pattern, string text)
    {
        try
        {
            if (!_slowPatterns.Contains(pattern))
                return schema.GetExpression(pattern).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            _slowPatterns.Add(pattern);
        }
        Fault(value, $"must be a text that can be checked in time: the pattern {Constraints.Quote(pattern)} takes too long");
        // The fault is reported, so the result does not matter.
        return true;
    }
}
