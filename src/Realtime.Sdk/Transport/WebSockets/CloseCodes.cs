using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>What RFC 6455 and the service say about the codes and reasons of a close.</summary>
internal static class CloseCodes
{
    /// <summary>The code of a close that carries none (RFC 6455, 7.1.5); it is never sent.</summary>
    public const int None = 1005;

    private const int MaxReasonBytes = 123;

    /// <summary>
    /// The code as it may stand in a close frame: "none" (1005) becomes 1000; codes that only describe what happened, or that
    /// must not be sent, become 1011.
    /// </summary>
    public static WebSocketCloseStatus Sendable(int code) => (WebSocketCloseStatus)(code switch
    {
        None => 1000,
        (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999) => code,
        _ => 1011,
    });

    /// <summary>The reason cut to the 123 bytes a close frame holds, never inside a character.</summary>
    public static string? Sendable(string? reason)
    {
        if (reason is null || Encoding.UTF8.GetByteCount(reason) <= MaxReasonBytes)
            return reason;
        int bytes = 0, characters = 0;
        foreach (var rune in reason.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MaxReasonBytes)
                break;
            bytes += rune.Utf8SequenceLength;
            characters += rune.Utf16SequenceLength;
        }
        return reason[..characters];
    }

    /// <summary>Whether a new connection may succeed. Refusals and codes without an agreed meaning are final.</summary>
    public static bool IsTransient(int code) => code is 1001 or 1005 or 1006 or 1011 or 1012 or 1013;

    /// <summary>Whether the service ended the session because of its age.</summary>
    public static bool IsSessionExpiry(int? code, string? reason) =>
        code == 1001 && reason is not null && reason.Contains("maximum duration", StringComparison.OrdinalIgnoreCase);
}
