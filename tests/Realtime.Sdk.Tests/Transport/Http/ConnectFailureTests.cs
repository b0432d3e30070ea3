using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Tests.Transport.Http;

/// <summary>A failure to connect names the operation, the host, the port, the proxy and the reason.</summary>
public sealed class ConnectFailureTests
{
    private static readonly Dictionary<string, Func<RealtimeClient, Task>> Calls = new()
    {
        ["ConnectAsync"] = client => client.ConnectAsync("m"),
        ["ConnectTranslationAsync"] = client => client.ConnectTranslationAsync("m"),
        ["CreateClientSecretAsync"] = client => client.CreateClientSecretAsync(new ClientSecretRequest()),
        ["CreateSessionAsync"] = client => client.CreateSessionAsync(new() { Model = "m" }),
        ["Calls.CreateAsync"] = client => client.Calls.CreateAsync("v=0"),
        ["Calls.HangUpAsync"] = client => client.Calls.HangUpAsync("rtc_1"),
    };

    public static TheoryData<string> Operations => [.. Calls.Keys];

    [Theory, MemberData(nameof(Operations))]
    public async Task A_refused_connection_says_where_and_why(string operation)
    {
        var port = FreePort();
        using var client = new RealtimeClient(Options($"http://127.0.0.1:{port}/v1"));

        var message = await FailureAsync(client, operation);

        message.Should().Be($"{operation} could not connect to 127.0.0.1:{port}: the connection was refused{Delivery(operation)}.");
    }

    [Theory]
    [InlineData("http://api.example.invalid/v1", "ConnectAsync", "api.example.invalid:80")]
    [InlineData("http://api.example.invalid/v1", "CreateClientSecretAsync", "api.example.invalid:80")]
    [InlineData("https://api.example.invalid/v1", "ConnectAsync", "api.example.invalid:443")]
    [InlineData("https://api.example.invalid/v1", "CreateClientSecretAsync", "api.example.invalid:443")]
    public async Task A_proxy_that_cannot_be_reached_is_named_without_its_password(string baseUrl, string operation, string server)
    {
        var port = FreePort();
        var options = Options(baseUrl);
        options.Proxy = new WebProxy(new Uri($"http://user:canary@127.0.0.1:{port}"));
        using var client = new RealtimeClient(options);

        var message = await FailureAsync(client, operation);

        message.Should().Be($"{operation} could not connect to {server} through the proxy 127.0.0.1:{port}: the connection was refused{Delivery(operation)}.");
    }

    [Fact]
    public async Task The_proxy_of_a_client_from_services_is_named_too()
    {
        var port = FreePort();
        await using var services = new ServiceCollection().AddRealtimeClient(options =>
        {
            (options.BaseUrl, options.ApiKey, options.MaxRetries) = (new("https://api.example.invalid/v1"), "sk-1", 0);
            options.Proxy = new WebProxy("127.0.0.1", port);
        }).Services.BuildServiceProvider();

        var message = await FailureAsync(services.GetRequiredService<RealtimeClient>(), "ConnectAsync");

        message.Should().Be($"ConnectAsync could not connect to api.example.invalid:443 through the proxy 127.0.0.1:{port}: the connection was refused.");
    }

    [Theory]
    [InlineData("ConnectAsync")]
    [InlineData("CreateClientSecretAsync")]
    public async Task A_proxy_that_refuses_the_tunnel_is_named_with_its_status(string operation)
    {
        await using var proxy = new RawServer("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        var options = Options("https://api.example.invalid/v1");
        options.Proxy = new WebProxy(proxy.BaseUrl);
        using var client = new RealtimeClient(options);

        var message = await FailureAsync(client, operation);

        message.Should().Be($"{operation} could not connect to api.example.invalid:443 through the proxy 127.0.0.1:{proxy.BaseUrl.Port}: "
            + $"the proxy refused the tunnel with 407{Delivery(operation)}.");
    }

    [Theory]
    [InlineData("ConnectAsync")]
    [InlineData("CreateClientSecretAsync")]
    public async Task A_server_that_speaks_no_TLS_is_a_failed_handshake(string operation)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answering = AnswerAsync();
        using var client = new RealtimeClient(Options($"https://127.0.0.1:{port}/v1"));

        var message = await FailureAsync(client, operation);

        await answering.WithTimeout();
        listener.Stop();
        message.Should().Be($"{operation} could not connect to 127.0.0.1:{port}: the TLS handshake failed{Delivery(operation)}.");

        async Task AnswerAsync()
        {
            using var accepted = await listener.AcceptTcpClientAsync();
            var stream = accepted.GetStream();
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            await stream.CopyToAsync(Stream.Null);
        }
    }

    [Fact]
    public async Task A_proxy_that_throws_hides_no_failure()
    {
        var port = FreePort();
        using var handler = new SocketsHttpHandler { Proxy = new ThrowingProxy(), ConnectCallback = (_, _) => throw new SocketException((int)SocketError.HostUnreachable) };
        using var client = new RealtimeClient(handler, Options($"http://127.0.0.1:{port}/v1"));

        var failure = await Record.ExceptionAsync(() => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout());

        failure.Should().NotBeNull();
        failure!.Message.Should().NotContain("through the proxy");
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_no_failure_to_connect()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{");
        using var client = new RealtimeClient(Options(server.BaseUrl.ToString()));

        var message = await FailureAsync(client, "CreateClientSecretAsync");

        message.Should().Be($"CreateClientSecretAsync failed at 127.0.0.1:{server.BaseUrl.Port}: the connection was closed before the response was complete; "
            + "the request may have reached the server.");
    }

    private static async Task<string> FailureAsync(RealtimeClient client, string operation)
    {
        var failure = await Record.ExceptionAsync(() => Calls[operation](client).WithTimeout());

        failure.Should().BeOfType<RealtimeConnectionException>();
        failure!.ToString().Should().NotContain("canary");
        return failure.Message;
    }

    /// <summary>A handshake has no body whose delivery could be uncertain.</summary>
    private static string Delivery(string operation) => operation.StartsWith("Connect", StringComparison.Ordinal) ? "" : "; nothing was sent";

    private static RealtimeClientOptions Options(string baseUrl) =>
        new() { BaseUrl = new(baseUrl), ApiKey = "sk-1", AllowInsecureTransport = true, MaxRetries = 0 };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class ThrowingProxy : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => throw new InvalidOperationException("canary");

        public bool IsBypassed(Uri host) => throw new InvalidOperationException("canary");
    }
}
