namespace Realtime.Sdk.Testing.Internal;

/// <summary>A rule for a value of a message. Null is not checked, because clients write it for absent members, and the service accepts it.</summary>
internal abstract class WireRule
{
    /// <summary>Refuses a value that the service would refuse.</summary>
    public abstract void Check(JsonNode value, MessageCheck check);
}

/// <summary>Any value.</summary>
internal sealed class AnyRule : WireRule
{
    public static AnyRule Instance { get; } = new();

    public override void Check(JsonNode value, MessageCheck check) { }
}

/// <summary>Any JSON object, for example a schema.</summary>
internal sealed class AnyObjectRule : WireRule
{
    public static AnyObjectRule Instance { get; } = new();

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (value is not JsonObject)
            throw ServiceErrors.WrongType(check.Path, "an object", value);
    }
}

/// <summary>True or false.</summary>
internal sealed class FlagRule : WireRule
{
    public static FlagRule Instance { get; } = new();

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            throw ServiceErrors.WrongType(check.Path, "a boolean", value);
    }
}

/// <summary>A string.</summary>
/// <param name="maxLength">The maximum number of characters.</param>
/// <param name="minLength">The minimum number of characters: 0 or 1.</param>
internal class TextRule(int maxLength = int.MaxValue, int minLength = 0) : WireRule
{
    public static TextRule Any { get; } = new();

    public static TextRule NotEmpty { get; } = new(minLength: 1);

    public sealed override void Check(JsonNode value, MessageCheck check)
    {
        if (value.AsText() is not { } text)
            throw ServiceErrors.WrongType(check.Path, "a string", value);
        if (text.Length < minLength)
            throw ServiceErrors.Empty(check.Path);
        CheckLength(text, maxLength, check);
        CheckText(text, check);
    }

    /// <summary>Refuses a text that exceeds a maximum number of Unicode characters.</summary>
    public static void CheckLength(string text, int maxLength, MessageCheck check)
    {
        if (text.Length > maxLength && text.EnumerateRunes().Count() is var length && length > maxLength)
            throw ServiceErrors.TooLong(check.Path, maxLength, length);
    }

    protected virtual void CheckText(string text, MessageCheck check) { }
}

/// <summary>A string that must be one of a set.</summary>
internal sealed class KnownValueRule(ValueSet values) : TextRule
{
    protected override void CheckText(string text, MessageCheck check)
    {
        if (!values.Contains(text) && !check.Policy.AcceptsUnknownValues)
            throw ServiceErrors.UnknownValue(check.Path, text, values);
    }
}

/// <summary>A whole number.</summary>
internal sealed class IntegerRule(long min, long max = long.MaxValue) : WireRule
{
    private const string Kind = "integer";

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (!(value is JsonValue json && json.TryGetValue(out long number)))
            throw ServiceErrors.WrongType(check.Path, "an integer", value);
        if (number < min)
            throw ServiceErrors.BelowMinimum(check.Path, Kind, min, number);
        if (number > max)
            throw ServiceErrors.AboveMaximum(check.Path, Kind, max, number);
    }
}

/// <summary>A number.</summary>
internal sealed class DecimalRule(double min = double.MinValue, double max = double.MaxValue) : WireRule
{
    private const string Kind = "decimal";

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (!(value is JsonValue json && json.GetValueKind() == JsonValueKind.Number && json.TryGetValue(out double number)))
            throw ServiceErrors.WrongType(check.Path, "a decimal", value);
        if (number < min)
            throw ServiceErrors.BelowMinimum(check.Path, Kind, min, number);
        if (number > max)
            throw ServiceErrors.AboveMaximum(check.Path, Kind, max, number);
    }
}

/// <summary>An array.</summary>
internal sealed class ListRule(WireRule element, int minCount = 0) : WireRule
{
    public override void Check(JsonNode value, MessageCheck check)
    {
        if (value is not JsonArray list)
            throw ServiceErrors.WrongType(check.Path, "an array", value);
        if (list.Count < minCount)
            throw ServiceErrors.TooShortList(check.Path, minCount, list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            check.Enter(i);
            element.Check(list[i] ?? throw ServiceErrors.WrongType(check.Path, "a value", value: null), check);
            check.Leave();
        }
    }
}

/// <summary>An object with any member names, whose values are strings.</summary>
internal sealed class MapRule(int maxCount = int.MaxValue, int maxKeyLength = int.MaxValue, int maxValueLength = int.MaxValue) : WireRule
{
    private readonly TextRule _value = new(maxValueLength);

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (value is not JsonObject map)
            throw ServiceErrors.WrongType(check.Path, "an object", value);
        if (map.Count > maxCount)
            throw ServiceErrors.TooManyPairs(check.Path, maxCount, map.Count);
        foreach (var (key, text) in map)
        {
            check.Enter(key);
            TextRule.CheckLength(key, maxKeyLength, check);
            _value.Check(text ?? throw ServiceErrors.WrongType(check.Path, "a string", value: null), check);
            check.Leave();
        }
    }
}

/// <summary>A value of one of several JSON types, each with its own rule.</summary>
/// <param name="expected">The types, as in the refusal.</param>
/// <param name="text">The rule for a string; null refuses it.</param>
/// <param name="number">The rule for a number; null refuses it.</param>
/// <param name="list">The rule for an array; null refuses it.</param>
/// <param name="members">The rule for an object; null refuses it.</param>
internal sealed class UnionRule(string expected, WireRule? text = null, WireRule? number = null, WireRule? list = null, WireRule? members = null) : WireRule
{
    public override void Check(JsonNode value, MessageCheck check)
    {
        var rule = value.GetValueKind() switch
        {
            JsonValueKind.String => text,
            JsonValueKind.Number => number,
            JsonValueKind.Array => list,
            JsonValueKind.Object => members,
            _ => null,
        };
        (rule ?? throw ServiceErrors.WrongType(check.Path, expected, value)).Check(value, check);
    }
}
