using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>Handshakes that go wrong, byte by byte.</summary>
public sealed class HandshakeFaultTests
{
    private const string Session = """{"type":"session.created","session":{"type":"realtime"}}""";

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: bm90IHRoZSByaWdodCBvbmU=\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: close\r\nSec-WebSocket-Accept: {accept}\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: {accept}\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: stranger\r\n\r\n")]
    public async Task What_is_no_handshake_is_a_failed_link_and_not_worth_another_try(string answer)
    {
        await using var server = Server(answer);
        using var client = Client(server.BaseUrl);

        var failure = await FluentActions.Awaiting(() => client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();

        failure.Which.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        failure.Which.IsTransient.Should().BeFalse();
        failure.Which.ToString().Should().NotContain("sk-test");
    }

    [Fact]
    public async Task A_page_in_the_place_of_a_handshake_is_a_refusal()
    {
        await using var server = Server("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>portal...");
        using var client = Client(server.BaseUrl);

        var refused = await FluentActions.Awaiting(() => client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        refused.Which.StatusCode.Should().Be(HttpStatusCode.OK);
        refused.Which.Kind.Should().Be(RealtimeApiErrorKind.InvalidResponse);
        refused.Which.Message.Should().NotContain("portal");
    }

    [Fact]
    public async Task A_refusal_whose_body_never_ends_still_says_the_status_at_the_deadline()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        using var answered = new AnsweredHandler();
        using var client = new RealtimeClient(answered, new() { ApiKey = "sk-test", BaseUrl = server.BaseUrl });

        var connecting = client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", TimeProvider = time });
        await answered.Headers.WithTimeout();
        var failure = await Record.ExceptionAsync(() => AdvanceAsync(connecting, time));

        failure.Should().BeOfType<RealtimeApiException>().Which.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_at_the_deadline()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.Infinite, token));
        using var client = Client(server.BaseUrl);

        var connecting = client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", TimeProvider = time });
        await server.Received.WithTimeout();
        connecting.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(30));

        var late = await FluentActions.Awaiting(() => connecting.WithTimeout()).Should().ThrowAsync<RealtimeTimeoutException>();
        late.Which.Deadline.Should().Be(RealtimeDeadline.Connect);
        late.Which.Message.Should().Be($"ConnectAsync got no session from 127.0.0.1:{server.BaseUrl.Port} within 30 s.");
    }

    [Fact]
    public async Task Nobody_there_is_a_failed_link_worth_another_try()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = Client(new($"http://127.0.0.1:{port}/v1"));

        var failure = await FluentActions.Awaiting(() => client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();

        failure.Which.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        failure.Which.IsTransient.Should().BeTrue();
        failure.Which.Message.Should().Be($"ConnectAsync could not connect to 127.0.0.1:{port}: the connection was refused.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handshake_that_breaks_off_anywhere_is_a_typed_failure(bool reset)
    {
        var frame = (byte[])[0x81, (byte)Session.Length, .. Encoding.ASCII.GetBytes(Session)];
        var length = Handshake("dGhlIHNhbXBsZSBub25jZQ==").Length + frame.Length;
        var step = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 1 : 23;

        for (var offset = 0; offset < length; offset += step)
        {
            var until = offset;
            await using var server = Breaking(frame, until, reset);
            using var client = Client(server.BaseUrl);

            var failure = await Record.ExceptionAsync(() => client.ConnectAsync("gpt-realtime").WithTimeout());

            failure.Should().BeOfType<RealtimeConnectionException>("it broke off after {0} bytes", until).Which.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        }
    }

    [Fact]
    public async Task Disposing_the_client_ends_a_handshake_that_nobody_answers()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var client = Client(server.BaseUrl);

        var connecting = client.ConnectAsync("gpt-realtime");
        await asked.Task.WithTimeout();
        client.Dispose();

        await FluentActions.Awaiting(() => connecting.WithTimeout()).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Disposing_the_client_leaves_its_connections_open()
    {
        await using var emulator = await Testing.RealtimeEmulator.StartAsync();
        var client = Client(emulator.BaseUrl, emulator.ApiKey);
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();

        client.Dispose();

        var session = await emulator.WhenConnectedAsync();
        await connection.SendAsync(new InputAudioBufferClearEvent());
        await session.WhenReceivedAsync<InputAudioBufferClearEvent>().WithTimeout();
        await FluentActions.Awaiting(() => client.ConnectAsync("gpt-realtime")).Should().ThrowAsync<ObjectDisposedException>();
    }

    private static RealtimeClient Client(Uri baseUrl, string key = "sk-test") => new(new RealtimeClientOptions { BaseUrl = baseUrl, ApiKey = key });

    private static RawServer Server(string answer)
    {
        RawServer? server = null;
        server = new(async (stream, token) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Replace("{accept}", Accept(server!.Requests[0]), StringComparison.Ordinal)), token);
            await stream.FlushAsync(token);
        });
        return server;
    }

    /// <summary>Upgrades and greets, but breaks off after so many bytes.</summary>
    private static RawServer Breaking(byte[] frame, int bytes, bool reset)
    {
        RawServer? server = null;
        server = new(async (stream, token) =>
        {
            var all = (byte[])[.. Encoding.ASCII.GetBytes(Handshake(Key(server!.Requests[0]))), .. frame];
            await stream.WriteAsync(all.AsMemory(0, bytes), token);
            if (reset)
            {
                stream.Socket.LingerState = new(true, 0);
                stream.Socket.Close();
            }
        });
        return server;
    }

    private static string Handshake(string key) =>
        $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {AcceptOf(key)}\r\n\r\n";

    private static string Accept(string request) => AcceptOf(Key(request));

    private static string Key(string request) =>
        request.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();

#pragma warning disable CA5350 // the handshake of RFC 6455 is made with SHA-1; it protects nothing
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    /// <summary>Lets time pass until the attempt has ended.</summary>
    private static async Task AdvanceAsync(Task attempt, FakeTimeProvider time)
    {
        while (!attempt.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await attempt.WithTimeout();
    }

    /// <summary>Tells when the headers of an answer have come: from then on its status is known.</summary>
    private sealed class AnsweredHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly TaskCompletionSource _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Headers => _headers.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            _headers.SetResult();
            return response;
        }
    }
}
