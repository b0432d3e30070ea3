using System.Collections.Frozen;

namespace Realtime.Sdk.Internal;

/// <summary>Which headers of a handshake are the caller's to give.</summary>
internal static class HandshakeHeaders
{
    private static readonly FrozenSet<string> Ours = new[]
    {
        "Authorization", "api-key", "Cookie", "Proxy-Authorization", "Host", "Connection", "Upgrade", "Origin", "Content-Length", "Transfer-Encoding",
        "OpenAI-Organization", "OpenAI-Project", "OpenAI-Safety-Identifier", "User-Agent",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the name is one, carries no credential, and is not the handshake's own.</summary>
    public static bool MayBeGiven(string name) =>
        IsToken(name) && !Ours.Contains(name) && !name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether text may stand where RFC 9110 wants a token, as names of headers and subprotocols must.</summary>
    public static bool IsToken(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !"!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal))
                return false;
        }
        return text.Length > 0;
    }
}
