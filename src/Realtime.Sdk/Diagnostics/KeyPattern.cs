namespace Realtime.Sdk.Internal;

/// <summary>Recognizes what looks like a credential inside text.</summary>
internal static class KeyPattern
{
    private const string Mask = "***";
    private const string Bearer = "Bearer";
    private const string TokenStart = "eyJ";
    private const string AzureSignature = "JQQJ99";
    private const string Authority = "://";

    /// <summary>Shorter text after a prefix is not a key: "sk-is" is ordinary text.</summary>
    private const int MinLength = 3;

    /// <summary>The minimum length after a prefix that ends a longer word, as in "task-force" or "week_over_week".</summary>
    private const int MinLengthInsideWord = 20;

    private const int MinTokenHeaderLength = 8;
    private const int MaxTokenHeaderLength = 512;
    private const int MinAzureLength = 80;

    /// <summary>API keys, ephemeral keys, session keys, and the secrets of webhooks.</summary>
    private static readonly string[] Prefixes = ["sk-", "ek_", "sess-", "whsec_"];

    /// <summary>The length of the credential that begins at a position; 0 when none does.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="at">The position.</param>
    /// <param name="secret">The credential in use; null when it is not known.</param>
    /// <param name="mask">What to show in its place.</param>
    public static int Match(string text, int at, string? secret, out string mask)
    {
        mask = Mask;
        // A run of hidden characters must not be searched from each of them: a server may send a million.
        if (IsHidden(text[at]))
            return 0;
        if (secret is { Length: > 0 } && Skip(text, at, secret, StringComparison.Ordinal) is > 0 and var whole)
            return whole - at;
        if (text[at] == ':')
            return MatchUserInfo(text, at, ref mask);
        var isWordStart = at == 0 || !char.IsAsciiLetter(text[at - 1]);
        foreach (var prefix in Prefixes)
        {
            if (Skip(text, at, prefix, StringComparison.OrdinalIgnoreCase) is not (> 0 and var start))
                continue;
            var end = EndOfKey(text, start, out var characters);
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
            case 'B' or 'b' when Skip(text, at, Bearer, StringComparison.OrdinalIgnoreCase) is > 0 and var word:
                var start = EndOfSeparators(text, word);
                var end = EndOfKey(text, start, out var characters);
                mask = $"{Bearer} {Mask}";
                return start > word && characters >= MinLength ? end - at : 0;

            // A JSON Web Token, as Microsoft Entra ID issues them: at least two parts of base64, the first of which begins with {".
            case 'e' when Skip(text, at, TokenStart, StringComparison.Ordinal) > 0:
                if (!IsToken(text, at))
                    return 0;
                mask = TokenStart + Mask;
                return EndOfKey(text, at, out _) - at;

            // Keys of Azure resources since 2024: 84 letters and digits with a signature inside. The older ones, 32 hexadecimal digits,
            // look like the request IDs that a user needs to see, so they are only masked where the credential is known.
            default:
                var run = at;
                while (run < text.Length && char.IsAsciiLetterOrDigit(text[run]))
                    run++;
                return run - at >= MinAzureLength && text.AsSpan(at, run - at).Contains(AzureSignature, StringComparison.Ordinal) ? run - at : 0;
        }
    }

    /// <summary>Whether a first part of base64 ends with a dot, not too far away.</summary>
    private static bool IsToken(string text, int at)
    {
        for (var end = at; end < text.Length && end - at < MaxTokenHeaderLength; end++)
        {
            if (text[end] == '.')
                return end - at >= MinTokenHeaderLength;
            if (!char.IsAsciiLetterOrDigit(text[end]) && text[end] is not ('-' or '_') && !IsHidden(text[end]))
                return false;
        }
        return false;
    }

    /// <summary>User name and password of an address: the platform quotes that of a proxy.</summary>
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

    /// <summary>The position behind <paramref name="word"/>, hidden characters inside it passed over; 0 when it does not stand there.</summary>
    private static int Skip(string text, int at, string word, StringComparison comparison)
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

    /// <summary>The position behind a key, and how many letters and digits it has: what was masked before has none.</summary>
    private static int EndOfKey(string text, int at, out int characters)
    {
        characters = 0;
        for (; at < text.Length && (IsKeyCharacter(text[at]) || IsHidden(text[at])); at++)
            characters += char.IsAsciiLetterOrDigit(text[at]) ? 1 : 0;
        return at;
    }

    /// <summary>What stands between a scheme and its token, also where both were encoded for a URL.</summary>
    private static int EndOfSeparators(string text, int at)
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

    /// <summary>Base64 in both alphabets, the percent signs of URLs, and what others put in place of the middle of a key.</summary>
    private static bool IsKeyCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '=' or '/' or '+' or '~' or '%' or '*' or '…' or '•';

    /// <summary>
    /// Whether a reader would not see the character. It does not end a key: the rest of the key would be shown. Line breaks and tabs are
    /// not hidden, since they end words.
    /// </summary>
    private static bool IsHidden(char c) =>
        c is not ((>= ' ' and < '\u007F') or '\t' or '\n' or '\r' or '\u0085')
        && (char.IsControl(c) || PeerText.IsInvisible(c) || c is '\u00AD' or '\u200C' or '\u200D');
}
