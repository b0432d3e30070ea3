using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>A page whose bytes the test writes itself, so that it can stop at any of them.</summary>
internal sealed class RawRelayClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _unread = "";

    private RawRelayClient() { }

    /// <summary>The handshake.</summary>
    public static byte[] Handshake(TestApp app, string user = "ann") => Encoding.ASCII.GetBytes(
        $"GET {RelayApp.Path} HTTP/1.1\r\nHost: {app.Address.Authority}\r\nOrigin: {app.Address.GetLeftPart(UriPartial.Authority)}\r\n{TestApp.UserHeader}: {user}\r\n"
        + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n");

    /// <summary>A text message, or a part of one.</summary>
    public static byte[] Text(string text, bool isFirst = true, bool isLast = true) => Frame(isFirst ? 1 : 0, isLast, Encoding.UTF8.GetBytes(text));

    /// <summary>A close; 1005 has no code.</summary>
    public static byte[] Close(int code) => Frame(8, isLast: true, code == 1005 ? [] : [(byte)(code >> 8), (byte)code]);

    /// <summary>Connects without sending anything.</summary>
    public static async Task<RawRelayClient> OpenAsync(TestApp app, int receiveBufferBytes = 0)
    {
        var client = new RawRelayClient();
        if (receiveBufferBytes > 0)
            client._socket.ReceiveBufferSize = receiveBufferBytes;
        await client._socket.ConnectAsync("127.0.0.1", app.Address.Port).WithTimeout();
        return client;
    }

    /// <summary>Connects, and returns when the handshake has succeeded.</summary>
    public static async Task<RawRelayClient> ConnectAsync(TestApp app, string user = "ann", int receiveBufferBytes = 0)
    {
        var client = await OpenAsync(app, receiveBufferBytes);
        await client.SendAsync(Handshake(app, user));
        (await client.ReadUntilAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101 ");
        return client;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes).WithTimeout()..];
    }

    /// <summary>Ends the sending, but still receives.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>Reads until a text was received, and returns all from the last read text up to its end.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        int at;
        while ((at = _unread.IndexOf(text, StringComparison.Ordinal)) < 0)
            _unread += await ReceiveAsync() is { Length: > 0 } next ? next : throw new InvalidOperationException($"The connection has ended before {text}.");
        var end = at + text.Length;
        var read = _unread[..end];
        _unread = _unread[end..];
        return read;
    }

    /// <summary>Reads to the end of the connection.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while ((await ReceiveAsync()).Length > 0)
                continue;
        }
        catch (SocketException)
        {
            // Reset by the relay.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReceiveAsync() => Encoding.Latin1.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer).WithTimeout());

    /// <summary>Writes a frame. The mask is zero, which leaves the payload readable.</summary>
    private static byte[] Frame(int opcode, bool isLast, ReadOnlySpan<byte> payload)
    {
        byte[] length = payload.Length switch { < 126 => [(byte)(0x80 | payload.Length)], <= ushort.MaxValue => [0x80 | 126, 0, 0], _ => [0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 0] };
        if (length.Length == 3)
            BinaryPrimitives.WriteUInt16BigEndian(length.AsSpan(1), (ushort)payload.Length);
        else if (length.Length == 9)
            BinaryPrimitives.WriteUInt64BigEndian(length.AsSpan(1), (ulong)payload.Length);
        return [(byte)((isLast ? 0x80 : 0) | opcode), .. length, 0, 0, 0, 0, .. payload];
    }
}
