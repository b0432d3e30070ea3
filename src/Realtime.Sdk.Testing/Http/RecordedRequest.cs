using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A request that the emulator received, including WebSocket upgrades.</summary>
public sealed record RecordedRequest
{
    private static readonly string[] SafeHeaders = ["Host", "Content-Type", "Content-Length"];

    /// <summary>The HTTP method in uppercase.</summary>
    public required string Method { get; init; }

    /// <summary>The path without the query, unchanged and percent-encoded.</summary>
    public required string Path { get; init; }

    /// <summary>The query including the question mark, unchanged; empty if there is none.</summary>
    public required string Query { get; init; }

    /// <summary>The headers by name, including secrets. The case of names is ignored; several values of a name are joined by commas.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body; empty if there is none.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as UTF-8 text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Whether the client requested an upgrade to a WebSocket.</summary>
    public required bool IsUpgrade { get; init; }

    /// <summary>The time at which the request was received, by the emulator's clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The request ID that the emulator assigned, which is also sent in the header <c>x-request-id</c>.</summary>
    public required string RequestId { get; init; }

    /// <summary>
    /// Returns only what is known to contain no secrets: the method, the path, the names of the query parameters, the values of <c>Host</c>,
    /// <c>Content-Type</c> and <c>Content-Length</c>, the names of all other headers, and the size of the body. Keys are masked, and control characters are
    /// replaced.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder(PeerText.Sanitize($"{Method} {Path}{GetParameterNames()}"));
        foreach (var name in SafeHeaders)
        {
            if (Headers.TryGetValue(name, out var value))
                text.Append($"\n{name}: {PeerText.Sanitize(value)}");
        }
        var others = Headers.Keys.Except(SafeHeaders, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToArray();
        if (others.Length > 0)
            text.Append($"\n{PeerText.Sanitize(string.Join(", ", others))}: …");
        return text.Append($"\n({Body.Length} bytes)").ToString();
    }

    /// <summary>Returns the names of the query parameters. A parameter without an equals sign is not printed, because it may be a value.</summary>
    private string GetParameterNames() => Query.Length <= 1 ? "" : "?" + string.Join('&', Query[1..].Split('&').Select(static parameter =>
        parameter.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? $"{parameter[..end]}=…" : "…"));
}
