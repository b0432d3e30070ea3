using System.Net.Sockets;
using System.Text;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>A request whose bytes the test writes itself.</summary>
internal sealed class RawRequest : IDisposable
{
    public const string Handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private RawRequest() { }

    /// <summary>Connects and sends a head, and the beginning of its body.</summary>
    public static Task<RawRequest> BeginAsync(TestApp app, Door door, string framing, string body = "", string? host = null) =>
        BeginAsync(
            app,
            $"{door.Verb} {TestApp.Token} HTTP/1.1\r\nHost: {host ?? app.Address.Authority}\r\n{TestApp.UserHeader}: ann\r\n{(door == Door.Relay ? Handshake : $"Content-Type: {door.MediaType}\r\n")}{framing}\r\n\r\n{body}");

    /// <summary>Connects and sends the beginning of a request.</summary>
    public static async Task<RawRequest> BeginAsync(TestApp app, string begin)
    {
        var request = new RawRequest();
        await request._socket.ConnectAsync("127.0.0.1", app.Address.Port).WithTimeout();
        await request.SendAsync(begin);
        return request;
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text)).WithTimeout();

    /// <summary>Ends the sending, but still receives.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>Returns all that the server sends until the end of a chunked or empty body.</summary>
    public async Task<string> ReceiveAsync()
    {
        var received = new StringBuilder();
        var buffer = new byte[4_096];
        while (!received.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(buffer).WithTimeout();
            if (count == 0)
                break;
            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        return received.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
