using System.Net.Sockets;
using System.Text;

namespace Realtime.Sdk.Testing.Tests.Faults;

public sealed class ConnectionFaultTests
{

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_connection_that_ends_orderly_sends_just_the_bytes_it_was_left(int bytes)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.RespondNext(new EmulatorHttpResponse { Fault = new() { AfterBytes = bytes, End = ConnectionFailure.Fin } });
        using var socket = await AskAsync(emulator);

        var received = await ReadToEndAsync(socket);

        received.Should().HaveLength(bytes);
        "HTTP/1.1 200 OK\r\nContent-Length: 1000".Should().StartWith(received[..Math.Min(bytes, 15)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public async Task A_connection_that_is_reset_sends_just_the_bytes_it_was_left(int bytes)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.RespondNext(new EmulatorHttpResponse { Fault = new() { AfterBytes = bytes, End = ConnectionFailure.Reset } });
        using var socket = await AskAsync(emulator);

        var received = new List<byte>();
        var end = await Record.ExceptionAsync(() => ReadAsync(socket, received));

        end.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        received.Should().HaveCount(bytes);
    }

    [Fact]
    public async Task A_connection_that_falls_silent_stays_open()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.RespondNext(new EmulatorHttpResponse { Fault = new() { AfterBytes = 5, End = ConnectionFailure.BlackHole } });
        using var socket = await AskAsync(emulator);
        await emulator.WhenReceivedAsync(1);
        await emulator.WhenIdleAsync();

        var buffer = new byte[100];
        var count = await socket.ReceiveAsync(buffer).WithTimeout();
        while (count < 5)
            count += await socket.ReceiveAsync(buffer.AsMemory(count)).WithTimeout();

        Encoding.ASCII.GetString(buffer, 0, count).Should().Be("HTTP/");
        socket.Poll(0, SelectMode.SelectRead).Should().BeFalse("neither bytes nor an end have come");
    }

    private static async Task<Socket> AskAsync(RealtimeEmulator emulator)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(emulator.BaseUrl.Host, emulator.BaseUrl.Port).WithTimeout();
        var request = $"POST /v1/realtime/client_secrets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {emulator.ApiKey}\r\nContent-Length: 2\r\n\r\n{{}}";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request)).WithTimeout();
        return socket;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var received = new List<byte>();
        await ReadAsync(socket, received);
        return Encoding.ASCII.GetString([.. received]);
    }

    private static async Task ReadAsync(Socket socket, List<byte> received)
    {
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer).WithTimeout() is > 0 and var count)
            received.AddRange(buffer.AsSpan(0, count));
    }
}
