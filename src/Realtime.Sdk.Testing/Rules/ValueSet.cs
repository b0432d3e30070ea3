namespace Realtime.Sdk.Testing.Internal;

/// <summary>The values that a member may have, in the order in which the service lists them.</summary>
internal sealed class ValueSet(params string[] values)
{
    private readonly HashSet<string> _values = [.. values];

    /// <summary>The end of the service's refusal message, which lists the values.</summary>
    public string Supported { get; } = values is [var only] ? $"Value must be '{only}'." : $"Supported values are: {FormatList(values)}.";

    public bool Contains(string value) => _values.Contains(value);

    private static string FormatList(string[] values) => values.Length == 2
        ? $"'{values[0]}' and '{values[1]}'"
        : $"{string.Join(", ", values[..^1].Select(value => $"'{value}'"))}, and '{values[^1]}'";
}
