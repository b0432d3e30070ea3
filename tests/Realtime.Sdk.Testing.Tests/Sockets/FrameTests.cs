using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Sockets;

/// <summary>Frames that no correct client sends, made up from RFC 6455.</summary>
public sealed class FrameTests
{
    private const byte Last = 0x80, Continuation = 0, Text = 1, Close = 8, Ping = 9;

    private static readonly byte[] Mask = [1, 2, 3, 4];

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "a frame without a mask", [Last | Text, 2, (byte)'{', (byte)'}'] },
        { "a frame with a reserved bit", [Last | 0x40 | Text, 0x80, .. Mask] },
        { "a frame of an unknown kind", [Last | 3, 0x80, .. Mask] },
        { "a control frame of an unknown kind", [Last | 11, 0x80, .. Mask] },
        { "a continuation of nothing", Frame(Last | Continuation, "{}") },
        { "a message inside another", [.. Frame(Text, "{"), .. Frame(Last | Text, "{}")] },
        { "a ping in parts", Frame(Ping, "") },
        { "a ping of 126 bytes", Frame(Last | Ping, new string('.', 126)) },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task What_is_not_WebSocket_is_closed_with_1002(string what, byte[] frames)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await ConnectAsync(emulator);

        await caller.SendAsync(frames);

        (await ReadCloseAsync(caller)).Should().Be(1002, what);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1UL << 30)]
    public async Task A_frame_that_announces_too_much_is_closed_with_1009(ulong length)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await ConnectAsync(emulator);

        await caller.SendAsync(Head(Last | Text, length));

        (await ReadCloseAsync(caller)).Should().Be(1009);
        await emulator.Sessions[0].Completion.WithTimeout();
    }

    [Fact]
    public async Task Fragments_are_too_big_together()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { MaxMessageBytes = 1000 });
        using var caller = await ConnectAsync(emulator);

        byte[] frames = [.. Frame(Text, new string(' ', 600)), .. Frame(Continuation, new string(' ', 400)), .. Frame(Last | Continuation, " ")];
        await caller.SendAsync(frames);

        (await ReadCloseAsync(caller)).Should().Be(1009);
        emulator.Sessions[0].Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_that_keeps_sending_too_much_can_read_the_close()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { MaxMessageBytes = 1000 });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        await caller.SendAsync(new byte[4 * 1024 * 1024]);

        (await caller.ReceiveBytesAsync()).Should().BeNull();
        ((int)caller.Socket.CloseStatus!).Should().Be(1009);
    }

    [Fact]
    public async Task A_message_of_the_maximum_size_is_accepted()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { MaxMessageBytes = 1000 });
        emulator.OnConnect(async session => await session.SendBytesAsync((await session.NextAsync()).Bytes));
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var sent = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => (char)('a' + (i % 26)))));

        await caller.SendAsync(sent[..601], end: false);
        await caller.SendAsync(sent[601..], end: true);

        (await caller.ReceiveBytesAsync()).Should().Equal(sent);
    }

    [Fact]
    public async Task A_frame_that_is_announced_and_not_sent_takes_hardly_any_memory()
    {
        byte[] head = Head(Last | Text, 30 * 1024 * 1024);
        var (at, never) = (0, new TaskCompletionSource());
        using var reader = new FrameReader(Fill, maxMessageBytes: 32 * 1024 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var waiting = reader.NextAsync();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        never.SetException(new IOException("The client has left."));

        allocated.Should().BeLessThan(64 * 1024);
        (await waiting.AsTask().WithTimeout()).Should().BeNull();

        ValueTask Fill(Memory<byte> buffer)
        {
            if (at >= head.Length)
                return new(never.Task);
            head.AsMemory(at, buffer.Length).CopyTo(buffer);
            at += buffer.Length;
            return default;
        }
    }

    private static byte[] Frame(int start, string payload)
    {
        var masked = Encoding.ASCII.GetBytes(payload);
        for (var i = 0; i < masked.Length; i++)
            masked[i] ^= Mask[i % Mask.Length];
        if (masked.Length < 126)
            return [(byte)start, (byte)(0x80 | masked.Length), .. Mask, .. masked];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)masked.Length);
        return [(byte)start, 0x80 | 126, .. length, .. Mask, .. masked];
    }

    private static byte[] Head(int start, ulong length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, length);
        return [(byte)start, 0x80 | 127, .. bytes, .. Mask];
    }

    /// <summary>A client that has read its <c>session.created</c> and then sends raw bytes.</summary>
    private static async Task<Socket> ConnectAsync(RealtimeEmulator emulator)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(emulator.BaseUrl.Host, emulator.BaseUrl.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            "GET /v1/realtime?model=gpt-realtime HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
            $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {emulator.ApiKey}\r\n\r\n"));
        var (buffer, text) = (new byte[8192], "");
        while (!text.Contains("\"include\":null", StringComparison.Ordinal))
            text += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WithTimeout());
        return socket;
    }

    /// <summary>The code of the close that ends the connection.</summary>
    private static async Task<int> ReadCloseAsync(Socket socket)
    {
        var (buffer, length) = (new byte[256], 0);
        while (await socket.ReceiveAsync(buffer.AsMemory(length)).AsTask().WithTimeout() is > 0 and var read)
            length += read;
        buffer[0].Should().Be(Last | Close);
        return BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2));
    }
}
