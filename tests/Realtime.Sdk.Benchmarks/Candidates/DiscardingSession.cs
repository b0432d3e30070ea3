using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A bare ClientWebSocket that reads and drops messages.</summary>
internal sealed class DiscardingSession(ClientWebSocket socket) : ISession
{
    private static readonly byte[] Create = """{"type":"response.create"}"""u8.ToArray();

    private readonly byte[] _buffer = new byte[16384];

    public static async Task<ISession> ConnectAsync(Uri endpoint, string model)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(SessionAddress.Of(endpoint, model), default);
        return new DiscardingSession(socket);
    }

    public async Task AskAsync() => await socket.SendAsync(Create.AsMemory(), WebSocketMessageType.Text, true, default);

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        var start = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(start), default);
            if (part.MessageType == WebSocketMessageType.Close)
                return false;
            if (!part.EndOfMessage)
            {
                start = Math.Min(64, start + part.Count);
                continue;
            }
            start = 0;
            tally.Add(new(1, 0, 0));
            if (until is not null && _buffer.AsSpan(9).StartsWith(Encoding.UTF8.GetBytes(until)))
                return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
