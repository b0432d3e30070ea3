namespace Realtime.Sdk.Internal;

/// <summary>Decides what is masked in recordings: the values of members that hold secrets, and text that looks like a key.</summary>
internal static class SecretMask
{
    public const string Mask = "[masked]";

    private const string Authority = "://";

    /// <summary>The names of members whose values are secrets, regardless of their form. Case is ignored.</summary>
    private static readonly string[] Names =
    [
        "authorization", "headers", "client_secret", "api_key", "api-key", "apikey", "x-api-key", "access_token", "refresh_token", "password", "passwd", "secret",
        "credential", "credentials", "private_key",
    ];

    /// <summary>More names that are secrets only as parameters in the query of a URL. Elsewhere they are too common.</summary>
    private static readonly string[] ParameterNames = ["key", "token", "sig", "signature", "auth", "code"];

    /// <summary>Whether a member holds a secret.</summary>
    public static bool IsSecret(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Masks keys in any text, and the values of secret parameters of URLs. Changes nothing else.</summary>
    public static string Apply(string text)
    {
        text = PeerText.MaskKeys(text);
        return text.Contains('?', StringComparison.Ordinal) && text.Contains(Authority, StringComparison.Ordinal) ? MaskParameters(text) : text;
    }

    private static string MaskParameters(string text)
    {
        for (var at = text.IndexOf('?', StringComparison.Ordinal); at >= 0; at = NextParameter(text, at + 1))
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                break;
            var name = text[(at + 1)..equals];
            if (!IsSecret(name) && !ParameterNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            var end = equals + 1;
            while (end < text.Length && text[end] is > ' ' and not ('&' or '#' or '"' or '\'' or '<' or '>' or '\\'))
                end++;
            text = $"{text.AsSpan(0, equals + 1)}{Mask}{text.AsSpan(end)}";
        }
        return text;
    }

    private static int NextParameter(string text, int from) => from < text.Length ? text.AsSpan(from).IndexOfAny('?', '&') is >= 0 and var next ? from + next : -1 : -1;
}
