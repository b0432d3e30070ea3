using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The rules of RFC 6455 and of the service for close codes and reasons.</summary>
internal static class CloseCodes
{
    /// <summary>The code that represents a close without a code (RFC 6455, section 7.1.5). It is never sent.</summary>
    public const int None = 1005;

    private const int MaxReasonBytes = 123;

    /// <summary>
    /// Returns the code as it can be sent in a close frame: 1005 (no code) becomes 1000, and codes that must not be sent become 1011.
    /// </summary>
    public static WebSocketCloseStatus ToSendable(int code) => (WebSocketCloseStatus)(code switch
    {
        None => 1000,
        (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999) => code,
        _ => 1011,
    });

    /// <summary>Returns the reason, cut to the maximum of 123 bytes in UTF-8 without splitting a character.</summary>
    public static string? ToSendable(string? reason)
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

    /// <summary>Whether reconnecting may succeed. All other codes report errors that would happen again, or have no defined meaning.</summary>
    public static bool IsTransient(int code) => code is 1001 or 1005 or 1006 or 1011 or 1012 or 1013;

    /// <summary>Whether the service closed the session because it reached its maximum duration.</summary>
    public static bool IsSessionExpiry(int? code, string? reason) =>
        code == 1001 && reason is not null && reason.Contains("maximum duration", StringComparison.OrdinalIgnoreCase);
}
