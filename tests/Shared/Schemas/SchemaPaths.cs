using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Realtime.Sdk.Tests.Shared;

/// <summary>Reads the paths of violations, for example <c>$.items[2]["first name"]</c>.</summary>
internal static partial class SchemaPaths
{
    public static IReadOnlyList<string> Split(string path)
    {
        path.Should().StartWith("$");
        var steps = Step().Matches(path).Select(match => match.Value).ToArray();
        string.Concat(steps).Should().Be(path[1..]);
        return steps;
    }

    public static JsonElement? Find(JsonElement json, string step)
    {
        if (step[0] == '[' && step[1] != '"')
        {
            var index = int.Parse(step[1..^1], CultureInfo.InvariantCulture);
            return json.ValueKind == JsonValueKind.Array && index < json.GetArrayLength() ? json[index] : null;
        }
        var name = step[0] == '.' ? step[1..] : step[2..^2];
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;
    }

    /// <summary>Whether the path leads to a value, or, for a missing member, to the object that lacks it.</summary>
    public static bool Exists(JsonElement value, ConstraintViolation violation)
    {
        var steps = Split(violation.Path);
        for (var i = 0; i < steps.Count; i++)
        {
            if (Find(value, steps[i]) is not { } next)
                return i == steps.Count - 1 && value.ValueKind == JsonValueKind.Object && violation.Rule.StartsWith("is required", StringComparison.Ordinal);
            value = next;
        }
        return !violation.Rule.StartsWith("is required", StringComparison.Ordinal);
    }

    [GeneratedRegex("""\.\$?[\w-]+|\[\d+\]|\["[^"]*"\]""")]
    private static partial Regex Step();
}
