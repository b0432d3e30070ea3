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

    /// <summary>Why a handshake cannot carry its credential as a subprotocol; null when it can.</summary>
    /// <remarks>The service takes a key in the subprotocol or in a header, and refuses both; an <see cref="HttpClient"/> adds its own headers to every request.</remarks>
    public static string? FindSubprotocolFault(HttpMessageInvoker http, RealtimeClientOptions options)
    {
        if (http is HttpClient { DefaultRequestHeaders.NonValidated: var headers } && (headers.Contains("Authorization") || headers.Contains("api-key")))
            return "CredentialInSubprotocol must not be set while the HttpClient has a default header Authorization or api-key: the server refuses a second key.";
        return FindSubprotocolFault(options.Organization, nameof(options.Organization)) ?? FindSubprotocolFault(options.Project, nameof(options.Project));
    }

    private static string? FindSubprotocolFault(string? value, string name) => value is null || IsToken(value)
        ? null
        : $"{name} must hold only letters, digits and !#$%&'*+-.^_`|~ to travel as a subprotocol; turn CredentialInSubprotocol off.";

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
