namespace Realtime.Sdk.Testing.Internal;

/// <summary>The values that a member may have, in the order in which the service lists them.</summary>
internal sealed class WordSet(params string[] words)
{
    private readonly HashSet<string> _words = [.. words];

    /// <summary>The end of the service's refusal message, which lists the values.</summary>
    public string Supported { get; } = words is [var only] ? $"Value must be '{only}'." : $"Supported values are: {Listed(words)}.";

    public bool Contains(string word) => _words.Contains(word);

    private static string Listed(string[] words) => words.Length == 2
        ? $"'{words[0]}' and '{words[1]}'"
        : $"{string.Join(", ", words[..^1].Select(word => $"'{word}'"))}, and '{words[^1]}'";
}
