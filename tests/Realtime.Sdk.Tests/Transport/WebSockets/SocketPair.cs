using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>Two ends of a real TCP connection over loopback, as WebSockets without a handshake: the client's and the server's.</summary>
internal sealed class SocketPair : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private SocketPair(Socket client, Socket server, WebSocketCreationOptions options)
    {
        ServerTcp = server;
        ServerStream = new NetworkStream(server, ownsSocket: true);
        ClientStream = new NetworkStream(client, ownsSocket: true);
        Client = WebSocket.CreateFromStream(ClientStream, options);
        Server = WebSocket.CreateFromStream(ServerStream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
    }

    public WebSocket Client { get; }

    public WebSocket Server { get; }

    public Socket ServerTcp { get; }

    /// <summary>What <see cref="Client"/> reads and writes, for a test that puts something in between.</summary>
    public NetworkStream ClientStream { get; }

    /// <summary>For bytes that no WebSocket would send.</summary>
    public NetworkStream ServerStream { get; }

    public static async Task<SocketPair> CreateAsync(TimeSpan keepAliveInterval = default, TimeSpan keepAliveTimeout = default)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var accepted = listener.AcceptSocketAsync();
        await client.ConnectAsync(listener.LocalEndpoint).WithTimeout();
        var server = await accepted.WithTimeout();
        server.NoDelay = true;
        return new(client, server, new()
        {
            KeepAliveInterval = keepAliveInterval,
            KeepAliveTimeout = keepAliveTimeout > TimeSpan.Zero ? keepAliveTimeout : Timeout.InfiniteTimeSpan,
        });
    }

    public Task SendAsync(string json) => SendAsync(Encoding.UTF8.GetBytes(json));

    public Task SendAsync(ReadOnlyMemory<byte> message) =>
        Server.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None).AsTask().WithTimeout();

    /// <summary>The next message of the client; null when it closed.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var bound = new CancellationTokenSource(Bound);
        var buffer = new byte[16 * 1024];
        using var message = new MemoryStream();
        while (true)
        {
            var part = await Server.ReceiveAsync(buffer.AsMemory(), bound.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            await message.WriteAsync(buffer.AsMemory(0, part.Count));
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
        }
    }

    /// <summary>Ends the TCP connection with a reset: no close, no FIN.</summary>
    public void Reset()
    {
        ServerTcp.LingerState = new(true, 0);
        ServerTcp.Close();
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        Server.Dispose();
        ServerTcp.Dispose();
        return ValueTask.CompletedTask;
    }
}
