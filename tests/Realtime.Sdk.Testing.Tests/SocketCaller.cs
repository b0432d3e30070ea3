using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests;

/// <summary>What a stranger's WebSocket client gets to see of the emulator.</summary>
internal sealed class SocketCaller : IDisposable
{

    private readonly ClientWebSocket _socket = new();

    private SocketCaller() => _socket.Options.CollectHttpResponseDetails = true;

    public ClientWebSocket Socket => _socket;

    /// <summary>Connects as the emulator's own client.</summary>
    public static Task<SocketCaller> ConnectAsync(RealtimeEmulator emulator, string target = "realtime?model=gpt-realtime") =>
        ConnectAsync(emulator, target, options => options.SetRequestHeader("Authorization", $"Bearer {emulator.ApiKey}"));

    /// <summary>Connects in any way.</summary>
    public static async Task<SocketCaller> ConnectAsync(RealtimeEmulator emulator, string target, Action<ClientWebSocketOptions> configure)
    {
        var (caller, failure) = await TryConnectAsync(emulator, target, configure);
        return failure is null ? caller : throw failure;
    }

    /// <summary>Tries to connect; the status tells why it failed.</summary>
    public static async Task<(SocketCaller Caller, WebSocketException? Failure)> TryConnectAsync(
        RealtimeEmulator emulator, string target, Action<ClientWebSocketOptions>? configure = null)
    {
        var caller = new SocketCaller();
        configure?.Invoke(caller._socket.Options);
        var url = new UriBuilder(new Uri($"{emulator.BaseUrl}/{target}")) { Scheme = "ws" }.Uri;
        try
        {
            await caller._socket.ConnectAsync(url, default).WithTimeout();
            return (caller, null);
        }
        catch (WebSocketException e)
        {
            return (caller, e);
        }
    }

    public void Dispose() => _socket.Dispose();

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true) =>
        _socket.SendAsync(bytes, type, end, default).WithTimeout();

    /// <summary>The next message; null for a close.</summary>
    public async Task<byte[]?> ReceiveBytesAsync()
    {
        var (buffer, message) = (new byte[4096], new List<byte>());
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, default).WithTimeout();
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.AddRange(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return [.. message];
        }
    }

    public async Task<string?> ReceiveTextAsync() => await ReceiveBytesAsync() is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public async Task<JsonNode> ReceiveAsync() => JsonNode.Parse((await ReceiveTextAsync())!)!;

    public Task CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, string reason = "") =>
        _socket.CloseAsync(status, reason, default).WithTimeout();
}
