using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>One request the emulator received, upgrades to a WebSocket included.</summary>
public sealed record RecordedRequest
{
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

    /// <summary>The request line, the headers with their secrets masked, and the size of the body, not the body itself.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Method} {Path}{Query}");
        foreach (var (name, value) in Headers)
            text.Append($"\n{name}: {Masked.Header(name, value)}");
        return text.Append($"\n({Body.Length} bytes)").ToString();
    }
}
