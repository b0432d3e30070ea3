using System.Net.WebSockets;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>A WebSocket that the application made may throw anything, from any member. Alone in its collection: buffers belong to the whole process.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ForeignWebSocketTests
{
    public static TheoryData<string, bool> Members()
    {
        var data = new TheoryData<string, bool>();
        foreach (var member in new[] { "", "State", "CloseStatus", "CloseStatusDescription", "Send", "Receive", "CloseOutput", "Abort", "Dispose" })
        {
            data.Add(member, true);
            data.Add(member, false);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_socket_that_throws_does_not_keep_its_connection_from_ending(string throwing, bool serverCloses)
    {
        var buffers = BlockPool.Shared.Outstanding;
        await using var pair = await SocketPair.CreateAsync();
        var socket = new ThrowingWebSocket(pair.Client);
        var connection = RealtimeConnection.FromWebSocket(socket, new() { CloseTimeout = TimeSpan.FromMilliseconds(100) });
        await pair.SendAsync("""{"type":"one"}""");
        await foreach (var _ in connection.ReadEventsAsync())
            break;

        socket.Throwing = throwing;
        await pair.SendAsync("""{"type":"two"}""");
        await Record.ExceptionAsync(() => connection.CancelResponseAsync().WithTimeout());
        if (serverCloses)
            await Record.ExceptionAsync(() => pair.Server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None).WithTimeout());
        var disposing = await Record.ExceptionAsync(() => connection.DisposeAsync().WithTimeout());

        disposing.Should().BeNull();
        await connection.Completion.WithTimeout();
        connection.IsOpen.Should().BeFalse();
        socket.IsCut.Should().BeTrue();
        await TransportUnderTest.UntilAsync(() => BlockPool.Shared.Outstanding == buffers);
    }

    /// <summary>A real socket in the hands of a careless one.</summary>
    private sealed class ThrowingWebSocket(WebSocket inner) : WebSocket
    {
        public string Throwing { get; set; } = "";

        /// <summary>Whether it was aborted or disposed, one of which throws instead.</summary>
        public bool IsCut { get; private set; }

        public override WebSocketCloseStatus? CloseStatus => Checked("CloseStatus").CloseStatus;

        public override string? CloseStatusDescription => Checked("CloseStatusDescription").CloseStatusDescription;

        public override WebSocketState State => Checked("State").State;

        public override string? SubProtocol => null;

        public override void Abort()
        {
            Checked("Abort").Abort();
            IsCut = true;
        }

        public override void Dispose()
        {
            Checked("Dispose").Dispose();
            IsCut = true;
        }

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            Checked("CloseOutput").CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            Checked("Receive").ReceiveAsync(buffer, cancellationToken);

        public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            Checked("Send").SendAsync(buffer, messageType, endOfMessage, cancellationToken);

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        private WebSocket Checked(string member) => member == Throwing ? throw new InvalidOperationException(member) : inner;
    }
}
