using System.Net.Sockets;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Transport.Http;

/// <summary>What a server or a network does decides whether another attempt is worth it, by the same lists for requests and handshakes.</summary>
public sealed class TransienceTests
{
    private static readonly Dictionary<string, Func<RealtimeClient, Task>> Calls = new()
    {
        ["REST"] = client => client.CreateClientSecretAsync(new ClientSecretRequest()),
        ["call"] = client => client.Calls.HangUpAsync("rtc_1"),
        ["upgrade"] = client => client.ConnectAsync("m"),
    };

    public static TheoryData<string, int, string?, bool> ServiceErrors()
    {
        var data = new TheoryData<string, int, string?, bool>();
        foreach (var call in Calls.Keys)
        {
            foreach (var status in new[] { 408, 429, 500, 502, 503, 504, 520, 524, 529 })
            {
                data.Add(call, status, null, true);
                data.Add(call, status, "false", false);
            }
            foreach (var status in new[] { 400, 401, 409, 431, 501, 505, 511, 530 })
            {
                data.Add(call, status, null, false);
                data.Add(call, status, "true", true);
            }
            data.Add(call, 503, "perhaps", true);
            data.Add(call, 400, "perhaps", false);
            data.Add(call, 200, "true", false);
            data.Add(call, 307, "true", false);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(ServiceErrors))]
    public async Task A_refusal_is_transient_by_its_status_or_by_what_the_server_says_of_it(string call, int status, string? shouldRetry, bool transient)
    {
        var header = shouldRetry is null ? "" : $"x-should-retry: {shouldRetry}\r\n";
        await using var server = new RawServer($"HTTP/1.1 {status} Text\r\n{header}Content-Length: 2\r\nConnection: close\r\n\r\n[]");
        using var client = Client(server.BaseUrl);

        var failure = await Record.ExceptionAsync(() => Calls[call](client).WithTimeout());

        if (call == "call" && status == 200)
            return; // any success will do
        failure.Should().BeOfType<RealtimeApiException>().Which.IsTransient.Should().Be(transient);
        server.Connections.Should().Be(call == "REST" && transient ? 3 : 1, "only a request that makes nothing lasting is sent again");
    }

    public static TheoryData<string, string> Answers()
    {
        var data = new TheoryData<string, string>();
        foreach (var call in Calls.Keys)
        {
            data.Add(call, "200 KB of headers");
            data.Add(call, "not HTTP");
            data.Add(call, "a header without a name");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_not_HTTP_or_too_large_is_final(string call, string answer)
    {
        await using var server = new RawServer(answer switch
        {
            "not HTTP" => "SSH-2.0-OpenSSH_9.9\r\n\r\n",
            "a header without a name" => "HTTP/1.1 200 OK\r\n: value\r\n\r\n",
            _ => $"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat($"X-Filler: {new string('x', 1000)}\r\n", 200))}\r\n",
        });
        using var client = Client(server.BaseUrl);

        var failure = await Record.ExceptionAsync(() => Calls[call](client).WithTimeout());

        failure.Should().BeOfType<RealtimeConnectionException>().Which.IsTransient.Should().BeFalse();
        server.Connections.Should().Be(1);
    }

    [Theory]
    [InlineData("REST", 3)]
    [InlineData("call", 3)]
    [InlineData("upgrade", 1)]
    public async Task A_TLS_handshake_that_breaks_off_is_transient(string call, int connections)
    {
        await using var server = new BreakingServer();
        using var client = Client(server.BaseUrl);

        var failure = await Record.ExceptionAsync(() => Calls[call](client).WithTimeout());

        failure.Should().BeOfType<RealtimeConnectionException>().Which.IsTransient.Should().BeTrue();
        server.Connections.Should().Be(connections, "nothing was sent, so any request may be sent again");
    }

    [Theory]
    [InlineData("REST", false)]
    [InlineData("REST", true)]
    [InlineData("upgrade", false)]
    [InlineData("upgrade", true)]
    public async Task A_deadline_of_the_handler_is_a_failed_connection_and_not_a_cancellation(string call, bool overHttpClient)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromMilliseconds(1),
            ConnectCallback = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
        };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var options = new RealtimeClientOptions { ApiKey = "sk-1", MaxRetries = 0, HttpClientFollowsNoRedirects = true };
        using var client = overHttpClient ? new RealtimeClient(http, options) : new RealtimeClient(handler, options);

        var failure = await Record.ExceptionAsync(() => Calls[call](client).WithTimeout());

        var lost = failure.Should().BeOfType<RealtimeConnectionException>().Which;
        lost.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        lost.IsTransient.Should().BeTrue();
        lost.IsDeliveryUncertain.Should().BeFalse();
    }

    /// <summary>The platform lets it through when a server resets a connection that is just being set up.</summary>
    [Theory]
    [InlineData("REST")]
    [InlineData("call")]
    [InlineData("upgrade")]
    public async Task A_bare_socket_error_is_a_failed_connection(string call)
    {
        using var client = new RealtimeClient(new ResettingHandler(), new() { ApiKey = "k", MaxRetries = 0, HttpClientFollowsNoRedirects = true });

        var failure = await Record.ExceptionAsync(() => Calls[call](client).WithTimeout());

        var lost = failure.Should().BeOfType<RealtimeConnectionException>().Which;
        (lost.Phase, lost.IsTransient, lost.IsDeliveryUncertain).Should().Be((RealtimeConnectionPhase.Connect, true, false));
    }

    private static RealtimeClient Client(Uri url) => new(new RealtimeClientOptions { BaseUrl = url, ApiKey = "sk-1", MaxRetries = 2, Randomizer = () => 0, TimeProvider = new HurriedTime() });

    /// <summary>A clock whose waits pass at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(10) && dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }

    /// <summary>Closes every connection as soon as the first bytes have come.</summary>
    private sealed class BreakingServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(System.Net.IPAddress.Loopback, 0);
        private readonly Task _serving;

        public BreakingServer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public Uri BaseUrl => new($"https://{_listener.LocalEndpoint}/v1");

        public int Connections { get; private set; }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving.ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                Connections++;
                await socket.ReceiveAsync(new byte[4096]);
            }
        }
    }

    private sealed class ResettingHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new SocketException((int)SocketError.NotConnected);
    }
}
