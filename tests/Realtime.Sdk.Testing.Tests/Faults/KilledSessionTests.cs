using System.Net.Sockets;
using System.Text;

namespace Realtime.Sdk.Testing.Tests.Faults;

/// <summary>A session killed at a byte sends just the bytes before it, whichever way it dies.</summary>
public sealed class KilledSessionTests
{
    private const int FrameBytes = 2 + 5;

    public static TheoryData<ConnectionFailure, int> Offsets
    {
        get
        {
            var offsets = new TheoryData<ConnectionFailure, int>();
            foreach (var end in new[] { ConnectionFailure.Fin, ConnectionFailure.Reset })
            {
                for (var offset = 0; offset <= 2 * FrameBytes; offset++)
                    offsets.Add(end, offset);
            }
            return offsets;
        }
    }

    [Theory]
    [MemberData(nameof(Offsets))]
    public async Task Just_the_bytes_before_the_end_reach_the_client(ConnectionFailure end, int offset)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            session.End(end, offset);
            await session.SendTextAsync("first");
            await session.SendTextAsync("again");
        });
        using var socket = await UpgradeAsync(emulator);

        var (received, failure) = await ReadAsync(socket);

        var head = received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        received[head..].Should().Be("\u0081\u0005first\u0081\u0005again"[..offset]);
        failure?.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        (failure is null).Should().Be(end == ConnectionFailure.Fin);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(FrameBytes)]
    [InlineData(FrameBytes + 3)]
    [InlineData((2 * FrameBytes) - 1)]
    public async Task Frames_that_leave_together_are_cut_at_the_byte(int offset)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session =>
        {
            session.End(ConnectionFailure.Fin, offset);
            return session.SendFragmentsAsync("firstagain"u8.ToArray(), frameBytes: 5);
        });
        using var socket = await UpgradeAsync(emulator);

        var (received, _) = await ReadAsync(socket);

        var head = received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        received[head..].Should().Be("\u0001\u0005first\u0080\u0005again"[..offset]);
    }

    [Fact]
    public async Task A_silent_session_swallows_what_is_sent_and_still_hears()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            session.End(ConnectionFailure.BlackHole, FrameBytes);
            await session.SendTextAsync("first");
            await session.SendTextAsync("again");
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();

        var first = await caller.ReceiveTextAsync();
        await caller.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await session.WhenReceivedAsync<InputAudioBufferCommitEvent>();
        var second = caller.ReceiveTextAsync();
        await emulator.WhenIdleAsync().WithTimeout();

        first.Should().Be("first");
        second.IsCompleted.Should().BeFalse();
        session.End(ConnectionFailure.Reset);
        caller.Socket.Abort();
        await Record.ExceptionAsync(() => second);
    }

    private static async Task<Socket> UpgradeAsync(RealtimeEmulator emulator)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(emulator.BaseUrl.Host, emulator.BaseUrl.Port).WithTimeout();
        var request = $"GET /v1/realtime?model=gpt-realtime HTTP/1.1\r\nHost: localhost\r\napi-key: {emulator.ApiKey}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request)).WithTimeout();
        return socket;
    }

    private static async Task<(string Received, SocketException? Failure)> ReadAsync(Socket socket)
    {
        var (received, buffer) = (new StringBuilder(), new byte[1024]);
        try
        {
            while (await socket.ReceiveAsync(buffer).WithTimeout() is > 0 and var count)
                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return (received.ToString(), null);
        }
        catch (SocketException e)
        {
            return (received.ToString(), e);
        }
    }
}
