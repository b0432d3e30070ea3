using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Finds words that two texts have in common, except short and common words.</summary>
internal static class Vocabulary
{
    private const int MinLength = 4;

    private static readonly HashSet<string> Common =
    [
        "about", "also", "call", "current", "does", "find", "from", "given", "have", "here", "into", "is", "just", "like", "look", "make", "more",
        "need", "only", "over", "please", "return", "some", "tell", "than", "that", "them", "then", "there", "thing", "this", "today", "tool", "user",
        "want", "what", "when", "where", "which", "with", "will", "would", "your",
    ];

    public static bool HaveCommonWord(string left, string right) => SplitWords(left).Overlaps(SplitWords(right));

    /// <summary>Returns the words of a text, or of a name such as <c>get_weather</c> or <c>getWeather</c>, in lowercase and singular.</summary>
    private static HashSet<string> SplitWords(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || !char.IsLetterOrDigit(text[i]);
            if (ends || (char.IsUpper(text[i]) && word.Length > 0 && char.IsLower(text[i - 1])))
                AddWord(word, words);
            if (!ends)
                word.Append(text[i]);
        }
        return words;
    }

    private static void AddWord(StringBuilder word, HashSet<string> words)
    {
        var text = word.ToString().ToLowerInvariant().TrimEnd('s');
        word.Clear();
        if (text.Length >= MinLength && !Common.Contains(text))
            words.Add(text);
    }
}
