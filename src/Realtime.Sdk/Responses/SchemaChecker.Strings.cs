using System.Text.RegularExpressions;

namespace Realtime.Sdk.Internal;

/// <summary>Strings and patterns.</summary>
internal sealed partial class SchemaChecker
{
    /// <summary>The maximum time of one match.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>The expression of each pattern; null if it is not valid or has exceeded its time.</summary>
    private readonly Dictionary<string, Regex?> _expressions = [];

    private void CheckText(ValueNode value, SchemaNode schema, List<SchemaFinding> findings)
    {
        var text = value.Text ?? "";
        if (schema.GetCount("minLength") is { } min && GetLength(text) < min)
            Error(findings, value, $"must have at least {Count(min, "character")}: it has {Text(GetLength(text))}", showsValue: true);
        if (schema.GetCount("maxLength") is { } max && GetLength(text) > max)
            Error(findings, value, $"must have at most {Count(max, "character")}: it has {Text(GetLength(text))}", showsValue: true);
        if (schema.GetText("pattern") is { } pattern && !IsMatch(value, pattern, text))
            Error(findings, value, $"must match the pattern {pattern}", showsValue: true);
        if (schema.GetText("format") is { } format && !JsonFormats.IsValid(format, text))
            Error(findings, value, $"must be {JsonFormats.Describe(format)}", showsValue: true);
    }

    /// <summary>Returns the length in code points. The text is valid, so each low surrogate is the second half of one.</summary>
    private static int GetLength(string text) => text.Length - text.Count(char.IsLowSurrogate);

    private bool IsMatch(ValueNode value, string pattern, string text)
    {
        if (!_expressions.TryGetValue(pattern, out var expression))
            _expressions[pattern] = expression = SchemaPattern.Create(pattern, MatchTimeout);
        try
        {
            if (expression is not null)
                return expression.IsMatch(text);
            Fault(value, $"must be checked by a valid schema: the pattern {Constraints.Quote(pattern)} is not valid or takes too long");
        }
        catch (RegexMatchTimeoutException)
        {
            _expressions[pattern] = null;
            Fault(value, $"must be checked by a valid schema: the pattern {Constraints.Quote(pattern)} takes too long");
        }
        // The fault is reported, so the result does not matter.
        return true;
    }
}
