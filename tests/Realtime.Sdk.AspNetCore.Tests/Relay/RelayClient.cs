using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>A page that is connected to a relay: a bare WebSocket, which sends any text and keeps what it receives.</summary>
internal sealed class RelayClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly List<JsonElement> _received = [];
    private readonly byte[] _buffer = new byte[1024 * 1024];

    private RelayClient(ClientWebSocket socket) => _socket = socket;

    public WebSocket Socket => _socket;

    /// <summary>Everything that was received and read so far.</summary>
    public IReadOnlyList<JsonElement> Received => _received;

    /// <summary>The number of the last received message that <see cref="WhenAsync"/> has returned.</summary>
    private int Position { get; set; }

    public static async Task<RelayClient> ConnectAsync(TestApp app, string? user = "ann", Action<ClientWebSocketOptions>? configure = null, string path = RelayApp.Path)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("Origin", app.Address.GetLeftPart(UriPartial.Authority));
            socket.Options.CollectHttpResponseDetails = true;
            if (user is not null)
                socket.Options.SetRequestHeader(TestApp.UserHeader, user);
            configure?.Invoke(socket.Options);
            await socket.ConnectAsync(new UriBuilder(new Uri(app.Address, path)) { Scheme = "ws" }.Uri, CancellationToken.None).WithTimeout();
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task SendAsync(string json) => SendAsync(Encoding.UTF8.GetBytes(json));

    public Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None).AsTask().WithTimeout();

    /// <summary>Returns the next message of a type, and keeps those before it.</summary>
    public async Task<JsonElement> WhenAsync(string type, Func<JsonElement, bool>? where = null)
    {
        while (true)
        {
            while (Position < _received.Count)
            {
                var message = _received[Position++];
                if (TypeOf(message) == type && where?.Invoke(message) != false)
                    return message;
            }
            if (await ReceiveAsync() is not { } next)
                throw new InvalidOperationException($"Closed ({_socket.CloseStatus}: {_socket.CloseStatusDescription}) before {type}; received: {string.Join(", ", _received.Select(TypeOf))}.");
            _received.Add(next);
        }
    }

    /// <summary>Reads to the close of the relay, answers it, and returns its code and text.</summary>
    public async Task<(int Code, string Description)> WhenClosedAsync()
    {
        while (await ReceiveAsync() is { } message)
            _received.Add(message);
        if (_socket.State == WebSocketState.CloseReceived)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();
        return ((int)_socket.CloseStatus!, _socket.CloseStatusDescription ?? "");
    }

    /// <summary>Closes the connection and waits for the answer.</summary>
    public Task CloseAsync(int code = 1000) => _socket.CloseAsync((WebSocketCloseStatus)code, null, CancellationToken.None).WithTimeout();

    public static string TypeOf(JsonElement message) => message.GetProperty("type").GetString()!;

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement?> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).AsTask().WithTimeout();
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            length += part.Count;
            if (part.EndOfMessage)
                return JsonElement.Parse(_buffer.AsSpan(0, length));
        }
    }
}
