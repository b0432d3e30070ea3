using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Compares what was to be said with a transcript, in which case, punctuation and line breaks are those of the server.</summary>
internal static class SpokenWords
{
    public static bool AreEqual(string expected, string transcript) => string.Equals(Normalize(expected), Normalize(transcript), StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the letters and digits, with one space between words.</summary>
    private static string Normalize(string text)
    {
        var words = new StringBuilder(text.Length);
        var isBetweenWords = false;
        foreach (var rune in text.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark)
            {
                if (isBetweenWords && words.Length > 0)
                    words.Append(' ');
                isBetweenWords = false;
                words.Append(rune);
            }
            else if (rune.Value is not ('\'' or '’'))
            {
                // An apostrophe is within a word, and transcripts often omit it.
                isBetweenWords = true;
            }
        }
        return words.ToString();
    }
}
