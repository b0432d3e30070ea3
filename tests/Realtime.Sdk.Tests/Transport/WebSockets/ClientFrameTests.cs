using System.Net.WebSockets;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>The frames that a connection writes without its WebSocket, read by the WebSocket of the platform or byte by byte.</summary>
public sealed class ClientFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    public async Task A_message_of_any_length_arrives_unchanged(int length)
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var core = Start(pair);
        var message = new byte[length];
        for (var i = 0; i < length; i++)
            message[i] = (byte)(' ' + i % 90);

        var sending = SendAsync(core, message);
        var received = new List<byte>();
        ValueWebSocketReceiveResult part = default;
        while (!part.EndOfMessage)
        {
            var buffer = new byte[50_000];
            part = await pair.Server.ReceiveAsync(buffer.AsMemory(), default).AsTask().WithTimeout();
            received.AddRange(buffer.AsSpan(0, part.Count));
        }
        await sending.WithTimeout();

        part.MessageType.Should().Be(WebSocketMessageType.Text);
        received.Should().Equal(message);
    }

    [Fact]
    public async Task Every_frame_has_a_masking_key_of_its_own()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var core = Start(pair);
        var keys = new HashSet<uint>();

        for (var i = 0; i < 100; i++)
        {
            await SendAsync(core, "{}"u8.ToArray()).WithTimeout();
            var frame = new byte[8];
            await pair.ServerStream.ReadExactlyAsync(frame).AsTask().WithTimeout();
            frame[..2].Should().Equal(0x81, 0x82);
            ((byte)(frame[6] ^ frame[2]), (byte)(frame[7] ^ frame[3])).Should().Be(((byte)'{', (byte)'}'));
            keys.Add(BitConverter.ToUInt32(frame, 2));
        }

        keys.Should().HaveCountGreaterThan(95, "two random keys are rarely equal");
    }

    [Fact]
    public async Task A_close_follows_the_messages_before_it()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var core = Start(pair);

        await SendAsync(core, "{}"u8.ToArray()).WithTimeout();
        var closing = core.CloseAsync(1000, "done", default);
        var message = await pair.ReceiveAsync();
        var end = await pair.ReceiveAsync();
        await pair.Server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default).WithTimeout();
        await closing.WithTimeout();

        (message, end, pair.Server.CloseStatusDescription).Should().Be(("{}", null, "done"));
        core.End!.IsNormal.Should().BeTrue();
    }

    private static WebSocketTransport Start(SocketPair pair)
    {
        var stream = new ReadAheadStream(pair.ClientStream, BlockPool.Shared);
        var core = new WebSocketTransport(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero }), new() { Source = stream });
        core.Start();
        return core;
    }

    private static Task SendAsync(WebSocketTransport core, byte[] message)
    {
        var writer = core.RentWriter();
        message.CopyTo(writer.GetSpan(message.Length));
        writer.Advance(message.Length);
        return core.SendAsync(writer, null, null, default).AsTask();
    }
}
