using System.Text;
using System.Text.RegularExpressions;

namespace Realtime.Sdk.Internal;

/// <summary>Creates expressions for the patterns of JSON Schema, which are those of ECMAScript.</summary>
internal static class SchemaPattern
{
    /// <summary>Returns the expression of a pattern, or null if the pattern is not valid.</summary>
    /// <remarks>
    /// The time is linear in the length of the text if the pattern has no lookarounds and no backreferences. Otherwise, and for large repetitions, only the
    /// timeout limits it.
    /// </remarks>
    public static Regex? Create(string pattern, TimeSpan timeout)
    {
        var translated = Translate(pattern);
        try
        {
            return new(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, timeout);
        }
        catch (NotSupportedException)
        {
            return CreateBacktracking(translated, timeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Regex? CreateBacktracking(string pattern, TimeSpan timeout)
    {
        try
        {
            return new(pattern, RegexOptions.CultureInvariant, timeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Replaces what means something else in .NET: <c>$</c> also matches before a final line feed there, <c>\d</c> and <c>\w</c> also match characters other
    /// than ASCII, and <c>.</c> matches a carriage return. The platform's option for ECMAScript does not allow Unicode categories or linear time.
    /// </summary>
    private static string Translate(string pattern)
    {
        var translated = new StringBuilder(pattern.Length);
        var isInClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                translated.Append(TranslateEscape(pattern[++i], isInClass));
                continue;
            }
            translated.Append(isInClass ? c.ToString() : c switch
            {
                '$' => @"\z",
                '.' => @"[^\n\r\u2028\u2029]",
                _ => c.ToString(),
            });
            isInClass = c == '[' || (isInClass && c != ']');
        }
        return translated.ToString();
    }

    private static string TranslateEscape(char c, bool isInClass) => (c, isInClass) switch
    {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('w', true) => "a-zA-Z0-9_",
        ('w', false) => "[a-zA-Z0-9_]",
        ('W', false) => "[^a-zA-Z0-9_]",
        _ => $@"\{c}",
    };
}
