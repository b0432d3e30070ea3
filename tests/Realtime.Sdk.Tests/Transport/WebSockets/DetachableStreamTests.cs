using System.Net;
using System.Net.Sockets;
using System.Text;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>A WebSocket that takes its link from the HTTP connection it grew out of: no byte is lost, and nothing is left behind.</summary>
[Collection(nameof(AloneCollection))]
public sealed class DetachableStreamTests
{
    private const string Created = """{"type":"session.created","session":{"type":"realtime"}}""";

    [Fact]
    public async Task Frames_glued_to_the_handshake_are_read_whole_wherever_they_are_cut()
    {
        var second = new string('x', 200);
        var step = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 1 : 29;

        for (var cut = 0; cut <= ServerBytes.Text(second).Length; cut += step)
        {
            var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var (now, later) = (ServerBytes.Text(second)[..cut], (byte[])[.. ServerBytes.Text(second)[cut..], .. ServerBytes.Text("third")]);
            await using var server = Server(async (stream, handshake, token) =>
            {
                await stream.WriteAsync((byte[])[.. handshake, .. ServerBytes.Text(Created), .. now], token);
                await connected.Task;
                await stream.WriteAsync(later, token);
                await Task.Delay(Timeout.Infinite, token);
            });
            using var client = Client(server);

            await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
            connected.SetResult();
            var read = await ReadAsync(connection, 3).WithTimeout();
            connection.Abort();

            read.Should().Equal([Created, second, "third"], "the second frame was cut after {0} bytes", cut);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_sent_and_received_goes_on_over_the_taken_link(bool tls)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var handler = Handler();
        using var client = new RealtimeClient(handler, new() { ApiKey = emulator.ApiKey, BaseUrl = tls ? emulator.HttpsBaseUrl : emulator.BaseUrl });
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();

        for (var i = 0; i < 20; i++)
            await connection.SendAndWaitForReplyAsync(new InputAudioBufferClearEvent()).WithTimeout();

        (await ReadAsync(connection, 21).WithTimeout()).Skip(1).Should().AllSatisfy(message => message.Should().Contain("input_audio_buffer.cleared"));
    }

    [Fact]
    public async Task A_closed_connection_gives_its_place_in_the_pool_of_the_handler_free()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var handler = Handler();
        handler.MaxConnectionsPerServer = 1;
        using var client = new RealtimeClient(handler, new() { ApiKey = emulator.ApiKey, BaseUrl = emulator.BaseUrl });

        for (var i = 0; i < 3; i++)
        {
            await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
            await connection.SendAndWaitForReplyAsync(new InputAudioBufferClearEvent()).WithTimeout();
        }
    }

    [Fact]
    public async Task A_connection_at_rest_does_not_hold_the_http_connection_it_grew_out_of()
    {
        // Many, because what else the process allocates in the meantime is divided by their number.
        const int connections = 400;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new List<Socket>();
        using var client = new RealtimeClient(new RealtimeClientOptions { ApiKey = "sk-test", BaseUrl = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1") });
        var (open, loops) = (new List<RealtimeConnection>(), new List<Task>());

        var before = 0L;
        for (var i = 0; i <= connections; i++)
        {
            open.Add(await ConnectAsync(client, listener, server));
            loops.Add(ReadAsync(open[^1], 2));
            if (i == 0)
                before = Heap();
        }
        var each = (Heap() - before) / connections;

        each.Should().BeLessThan(8 * 1024);
        open.ForEach(connection => connection.Abort());
        await Task.WhenAll(loops).ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
        server.ForEach(socket => socket.Dispose());
    }

    /// <summary>A connection whose other end is a socket that is not read any more, so that it holds nothing.</summary>
    private static async Task<RealtimeConnection> ConnectAsync(RealtimeClient client, TcpListener listener, List<Socket> server)
    {
        var connecting = client.ConnectAsync("gpt-realtime");
        var socket = await listener.AcceptSocketAsync().WithTimeout();
        server.Add(socket);
        var request = "";
        var buffer = new byte[4096];
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            request += Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
        socket.Send(ServerBytes.SwitchProtocols(request));
        socket.Send(ServerBytes.Text(Created));
        return await connecting.WithTimeout();
    }

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static RealtimeClient Client(RawServer server) => new(new RealtimeClientOptions { ApiKey = "sk-test", BaseUrl = server.BaseUrl });

    /// <summary>A handler that trusts the emulator's certificate; the client prepares it.</summary>
    private static SocketsHttpHandler Handler() =>
#pragma warning disable CA5359 // the certificate is made for this test
        new() { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5359

    private static async Task<List<string>> ReadAsync(RealtimeConnection connection, int count)
    {
        var read = new List<string>();
        await foreach (var message in connection.ReadMessagesAsync())
        {
            read.Add(Encoding.UTF8.GetString(message.Utf8Json.Span));
            if (read.Count == count)
                break;
        }
        return read;
    }

    private static RawServer Server(Func<NetworkStream, byte[], CancellationToken, Task> answer)
    {
        RawServer? server = null;
        var answered = -1;
        server = new((stream, token) => answer(stream, ServerBytes.SwitchProtocols(server!.Requests[Interlocked.Increment(ref answered)]), token));
        return server;
    }
}
