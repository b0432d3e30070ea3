using System.Security.Cryptography;
using System.Text;

namespace Realtime.Sdk.Tests;

/// <summary>What a WebSocket server writes, as bytes.</summary>
internal static class ServerBytes
{
    /// <summary>The answer that switches protocols.</summary>
    /// <param name="request">The head of the handshake.</param>
    public static byte[] SwitchProtocols(string request)
    {
        var key = request.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
#pragma warning disable CA5350 // the handshake of RFC 6455 is made with SHA-1; it protects nothing
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    }

    /// <summary>One text message in one frame.</summary>
    public static byte[] Text(string text) => Frame(0x81, Encoding.UTF8.GetBytes(text));

    /// <summary>A close with a code.</summary>
    public static byte[] Close(int code, string reason = "") => Frame(0x88, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    private static byte[] Frame(byte head, byte[] payload) => payload.Length < 126
        ? [head, (byte)payload.Length, .. payload]
        : [head, 126, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];
}
