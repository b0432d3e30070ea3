using System.Collections.Frozen;

namespace Realtime.Sdk.Internal;

/// <summary>The headers that callers may add to a handshake.</summary>
internal static class HandshakeHeaders
{
    // The SDK or the platform sets these. Cookie and Proxy-Authorization carry credentials.
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "Authorization", "api-key", "Cookie", "Proxy-Authorization", "Host", "Connection", "Upgrade", "Origin", "Content-Length", "Transfer-Encoding",
        "OpenAI-Organization", "OpenAI-Project", "OpenAI-Safety-Identifier", "User-Agent",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the name is a valid header name, and not one that carries credentials or belongs to the handshake.</summary>
    public static bool IsAllowed(string name) =>
        IsToken(name) && !Reserved.Contains(name) && !name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns why the credential cannot be sent as a subprotocol, or null if it can.</summary>
    /// <remarks>
    /// The service accepts one credential, in a subprotocol or a header, and rejects two. An <see cref="HttpClient"/> adds its default headers to every
    /// request.
    /// </remarks>
    public static string? FindSubprotocolFault(HttpMessageInvoker http, RealtimeClientOptions options)
    {
        if (http is HttpClient { DefaultRequestHeaders.NonValidated: var headers } && (headers.Contains("Authorization") || headers.Contains("api-key")))
            return "CredentialInSubprotocol must not be set if the HttpClient has a default Authorization or api-key header: the server rejects a second key.";
        return FindSubprotocolFault(options.Organization, nameof(options.Organization)) ?? FindSubprotocolFault(options.Project, nameof(options.Project));
    }

    private static string? FindSubprotocolFault(string? value, string name) => value is null || IsToken(value)
        ? null
        : $"{name} must contain only letters, digits and !#$%&'*+-.^_`|~ to be sent as a subprotocol; otherwise, set CredentialInSubprotocol to false.";

    /// <summary>Whether the text is a token as defined by RFC 9110, which names of headers and subprotocols must be.</summary>
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
