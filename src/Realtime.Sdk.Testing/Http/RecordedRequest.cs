using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>One request the emulator received, upgrades to a WebSocket included.</summary>
public sealed record RecordedRequest
{
    private static readonly string[] HarmlessHeaders = ["Host", "Content-Type", "Content-Length"];

    /// <summary>The HTTP method in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>The path as it was sent, still percent-encoded, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The query as it was sent, from its question mark on; empty when there was none.</summary>
    public required string Query { get; init; }

    /// <summary>The headers by name, whatever its case, secrets included; several of one name are joined by a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body; empty when there was none.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as UTF-8 text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Whether the client asked for a WebSocket.</summary>
    public required bool IsUpgrade { get; init; }

    /// <summary>When it was received, by the emulator's time.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The id the emulator gave it, also sent as header <c>x-request-id</c>.</summary>
    public required string RequestId { get; init; }

    /// <summary>
    /// What is known to be harmless: method, path, the names of the query's parameters, the values of <c>Host</c>, <c>Content-Type</c> and
    /// <c>Content-Length</c>, the names of all other headers, and the size of the body. Keys are masked and control characters replaced.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder(PeerText.Sanitize($"{Method} {Path}{ParameterNames()}"));
        foreach (var name in HarmlessHeaders)
        {
            if (Headers.TryGetValue(name, out var value))
                text.Append($"\n{name}: {PeerText.Sanitize(value)}");
        }
        var others = Headers.Keys.Except(HarmlessHeaders, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToArray();
        if (others.Length > 0)
            text.Append($"\n{PeerText.Sanitize(string.Join(", ", others))}: …");
        return text.Append($"\n({Body.Length} bytes)").ToString();
    }

    /// <summary>What stands without an equals sign may be a value.</summary>
    private string ParameterNames() => Query.Length <= 1 ? "" : "?" + string.Join('&', Query[1..].Split('&').Select(static parameter =>
        parameter.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? $"{parameter[..end]}=…" : "…"));
}
