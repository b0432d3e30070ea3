namespace Realtime.Sdk.Internal;

/// <summary>Finds the known name that the caller most likely meant.</summary>
internal static class Suggestion
{
    /// <summary>The maximum length of compared words. No name of the API is longer, and the limit bounds the time of a comparison.</summary>
    public const int MaxLength = 64;

    /// <summary>The maximum number of mistyped characters: one per three characters of the word, at least one and at most three.</summary>
    private const int MaxDistance = 3, LengthPerMistake = 3;

    /// <summary>
    /// Returns the most similar known name, or null if none is similar. Case, underscores and hyphens are ignored. Known names have at most 64 characters.
    /// </summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxLength)
            return null;
        var given = Normalize(word);
        if (given.Length == 0)
            return null;
        string? nearest = null;
        var least = Math.Clamp(given.Length / LengthPerMistake, 1, MaxDistance) + 1;
        foreach (var name in known)
        {
            var distance = ComputeDistance(given, Normalize(name));
            if (distance < least)
                (nearest, least) = (name, distance);
        }
        return nearest;
    }

    /// <summary>Returns <c>, did you mean "…"?</c>, or an empty string if no known name is similar.</summary>
    public static string Format(string word, IEnumerable<string> known) => Find(word, known) is { } name ? $", did you mean \"{name}\"?" : "";

    private static string Normalize(string word)
    {
        Span<char> letters = stackalloc char[word.Length];
        var length = 0;
        foreach (var c in word)
        {
            if (c is not ('_' or '-'))
                letters[length++] = char.ToLowerInvariant(c);
        }
        return new(letters[..length]);
    }

    /// <summary>Returns the number of characters to insert, delete, replace or swap with their neighbor (optimal string alignment distance).</summary>
    private static int ComputeDistance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > MaxDistance)
            return int.MaxValue;
        var (beforeLast, last, row) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var j = 0; j <= other.Length; j++)
            row[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            (beforeLast, last, row) = (last, row, beforeLast);
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
        }
        return row[other.Length];
    }
}
