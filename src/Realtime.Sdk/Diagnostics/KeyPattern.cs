using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>Recognizes text that looks like a credential.</summary>
internal static class KeyPattern
{
    private const string Mask = "***";
    private const string Bearer = "Bearer";
    private const string TokenStart = "eyJ";
    private const string AzureSignature = "JQQJ99";
    private const string Authority = "://";

    /// <summary>The minimum length after a prefix. Shorter text is not a key, for example "sk-is".</summary>
    private const int MinLength = 3;

    /// <summary>The minimum length after a prefix inside a word, so that "task-force" and "week_over_week" do not match.</summary>
    private const int MinLengthInsideWord = 20;

    private const int MinTokenHeaderLength = 8;
    private const int MaxTokenHeaderLength = 512;
    private const int MinAzureLength = 80;

    /// <summary>The prefixes of API keys, ephemeral keys, session keys and webhook secrets.</summary>
    private static readonly string[] Prefixes = ["sk-", "ek_", "sess-", "whsec_"];

    private static readonly SearchValues<char> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Returns the length of the credential that starts at a position, or 0 if there is none.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="at">The position.</param>
    /// <param name="secret">The credential in use, or null if it is not known.</param>
    /// <param name="mask">The text to show instead of the credential.</param>
    public static int Match(string text, int at, string? secret, out string mask)
    {
        mask = Mask;
        // Otherwise a run of hidden characters would be scanned again from each of its characters, and a server can send a million of them.
        if (IsHidden(text[at]))
            return 0;
        if (secret is { Length: > 0 } && MatchWord(text, at, secret, StringComparison.Ordinal) is > 0 and var whole)
            return whole - at;
        if (text[at] == ':')
            return MatchUserInfo(text, at, ref mask);
        var isWordStart = at == 0 || !char.IsAsciiLetter(text[at - 1]);
        foreach (var prefix in Prefixes)
        {
            if (MatchWord(text, at, prefix, StringComparison.OrdinalIgnoreCase) is not (> 0 and var start))
                continue;
            var end = FindKeyEnd(text, start, out var characters);
            if (characters < (isWordStart ? MinLength : MinLengthInsideWord))
                continue;
            mask = prefix + Mask;
            return end - at;
        }
        return at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]) ? MatchToken(text, at, ref mask) : 0;
    }

    private static int MatchToken(string text, int at, ref string mask)
    {
        switch (text[at])
        {
            case 'B' or 'b' when MatchWord(text, at, Bearer, StringComparison.OrdinalIgnoreCase) is > 0 and var word:
                var start = SkipSeparators(text, word);
                var end = FindKeyEnd(text, start, out var characters);
                mask = $"{Bearer} {Mask}";
                return start > word && characters >= MinLength ? end - at : 0;

            // A JSON Web Token, as issued by Microsoft Entra ID: at least two Base64url parts, the first of which starts with {".
            case 'e' when MatchWord(text, at, TokenStart, StringComparison.Ordinal) > 0:
                if (!IsToken(text, at))
                    return 0;
                mask = TokenStart + Mask;
                return FindKeyEnd(text, at, out _) - at;

            // Azure resource keys since 2024: 84 letters and digits that contain a signature. Older keys are 32 hexadecimal digits, like request IDs, which
            // must be visible for support. So older keys are masked only if the credential is known.
            default:
                var run = at;
                while (run < text.Length && char.IsAsciiLetterOrDigit(text[run]))
                    run++;
                return run - at >= MinAzureLength && text.AsSpan(at, run - at).Contains(AzureSignature, StringComparison.Ordinal) ? run - at : 0;
        }
    }

    /// <summary>Whether the text starts with a Base64url part of limited length that ends with a dot.</summary>
    private static bool IsToken(string text, int at)
    {
        var header = text.AsSpan(at, Math.Min(text.Length - at, MaxTokenHeaderLength));
        // A vectorized search: a server can repeat the start of a token, and each is searched up to the maximum length.
        for (var end = 0; header[end..].IndexOfAnyExcept(Base64Url) is >= 0 and var next; end++)
        {
            end += next;
            if (!IsHidden(header[end]))
                return header[end] == '.' && end >= MinTokenHeaderLength;
        }
        return false;
    }

    /// <summary>Matches user name and password in a URL, for example in the address of a proxy, which platform exceptions quote.</summary>
    private static int MatchUserInfo(string text, int at, ref string mask)
    {
        if (!text.AsSpan(at).StartsWith(Authority, StringComparison.Ordinal))
            return 0;
        var characters = 0;
        for (var end = at + Authority.Length; end < text.Length && text[end] > ' ' && text[end] is not ('/' or '?' or '#' or '"' or '\'' or '<' or '>'); end++)
        {
            if (text[end] == '@')
            {
                mask = $"{Authority}{Mask}@";
                return characters > 0 ? end + 1 - at : 0;
            }
            characters += char.IsLetterOrDigit(text[end]) ? 1 : 0;
        }
        return 0;
    }

    /// <summary>Returns the position after <paramref name="word"/>, ignoring hidden characters inside it, or 0 if the text does not start with it.</summary>
    private static int MatchWord(string text, int at, string word, StringComparison comparison)
    {
        foreach (var expected in word)
        {
            while (at < text.Length && IsHidden(text[at]) && text[at] != expected)
                at++;
            if (at == text.Length || !text.AsSpan(at, 1).Equals(new ReadOnlySpan<char>(in expected), comparison))
                return 0;
            at++;
        }
        return at;
    }

    /// <summary>Returns the position after a key and the number of its letters and digits, which is zero if the key is already masked.</summary>
    private static int FindKeyEnd(string text, int at, out int characters)
    {
        characters = 0;
        for (; at < text.Length && (IsKeyCharacter(text[at]) || IsHidden(text[at])); at++)
            characters += char.IsAsciiLetterOrDigit(text[at]) ? 1 : 0;
        return at;
    }

    /// <summary>Returns the position after the separators between a scheme and its token, including URL-encoded spaces.</summary>
    private static int SkipSeparators(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]) || IsHidden(text[at]) || text[at] is ':' or '=' or '"' or '\'' or '+')
                at++;
            else if (text.AsSpan(at).StartsWith("%20", StringComparison.Ordinal))
                at += 3;
            else
                break;
        }
        return at;
    }

    /// <summary>Matches both Base64 alphabets, percent signs from URL encoding, and the characters that servers use to abbreviate a key.</summary>
    private static bool IsKeyCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '=' or '/' or '+' or '~' or '%' or '*' or '…' or '•';

    /// <summary>
    /// Whether the character is invisible. An invisible character does not end a key, because the rest of the key would be shown. Line breaks and tabs do
    /// not count as invisible, because they separate words.
    /// </summary>
    private static bool IsHidden(char c) =>
        c is not ((>= ' ' and < '\u007F') or '\t' or '\n' or '\r' or '\u0085')
        && (char.IsControl(c) || PeerText.IsInvisible(c) || c is '\u00AD' or '\u200C' or '\u200D');
}
