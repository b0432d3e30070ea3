using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Transport.Http;

/// <summary>One call is one request at the server: neither the SDK nor the platform below it sends again what a server may have read.</summary>
public sealed class SentOnceTests
{
    private const string KeptAlive = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";

    private static readonly Dictionary<string, Func<Uri, Built>> Ways = new()
    {
        ["options"] = url => new(new RealtimeClient(Options(url))),
        ["handler"] = url => new(new RealtimeClient(new SocketsHttpHandler(), Options(url))),
        ["handler with a filter of its own"] = url => new(new RealtimeClient(
            new SocketsHttpHandler { PlaintextStreamFilter = (context, _) => new(context.PlaintextStream) }, Options(url))),
        ["services"] = url =>
        {
            var services = new ServiceCollection();
            services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey, options.MaxRetries) = (url, "sk-1", 0));
            var provider = services.BuildServiceProvider();
            return new(provider.GetRequiredService<RealtimeClient>(), provider);
        },
    };

    private static readonly Dictionary<string, Func<RealtimeClient, Task>> Calls = new()
    {
        ["upgrade"] = client => client.ConnectAsync("m"),
        ["translation upgrade"] = client => client.ConnectTranslationAsync("m"),
        ["REST"] = client => client.CreateClientSecretAsync(new ClientSecretRequest()),
        ["call"] = client => client.Calls.CreateAsync("v=0"),
        ["call without a body"] = client => client.Calls.HangUpAsync("rtc_1"),
    };

    public static TheoryData<string, string, bool, bool> Matrix()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (var way in Ways.Keys)
        {
            foreach (var call in Calls.Keys)
            {
                foreach (var reused in new[] { false, true })
                {
                    data.Add(way, call, reused, false);
                    data.Add(way, call, reused, true);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_server_that_closes_after_reading_a_request_reads_it_once(string way, string call, bool reused, bool reset)
    {
        var read = 0;
        await using var server = new RawServer(async (stream, token) =>
        {
            if (reused)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(KeptAlive), token);
                await ReadRequestAsync(stream, token);
            }
            Interlocked.Increment(ref read);
            Close(stream, reset);
        });
        await using var built = Ways[way](server.BaseUrl);
        if (reused)
            await FluentActions.Awaiting(() => Calls["REST"](built.Client).WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        var failure = await Record.ExceptionAsync(() => Calls[call](built.Client).WithTimeout());

        read.Should().Be(1);
        server.Connections.Should().Be(1);
        var lost = failure.Should().BeOfType<RealtimeConnectionException>().Which;
        lost.IsTransient.Should().BeTrue();
        lost.IsDeliveryUncertain.Should().Be(!call.EndsWith("upgrade", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("upgrade", false)]
    [InlineData("upgrade", true)]
    [InlineData("REST", false)]
    [InlineData("REST", true)]
    public async Task A_server_that_closes_before_reading_a_request_is_not_asked_again(string call, bool reset)
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/v1");
        await using var built = Ways["options"](url);

        var calling = Record.ExceptionAsync(() => Calls[call](built.Client).WithTimeout());
        using (var accepted = await listener.AcceptSocketAsync().WithTimeout())
        {
            if (reset)
                accepted.LingerState = new(true, 0);
        }
        var failure = await calling;

        failure.Should().BeOfType<RealtimeConnectionException>().Which.IsTransient.Should().BeTrue();
        listener.Pending().Should().BeFalse();
    }

    /// <summary>What cannot be prevented: a handler out of the client's reach repeats a request without a body, at most three times.</summary>
    [Fact]
    public async Task A_handshake_over_an_HttpClient_of_the_callers_is_repeated_at_most_three_times_by_the_platform()
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var options = Options(server.BaseUrl);
        options.HttpClientFollowsNoRedirects = true;
        using var client = new RealtimeClient(http, options);

        var failure = await Record.ExceptionAsync(() => Calls["upgrade"](client).WithTimeout());

        failure.Should().BeOfType<RealtimeConnectionException>();
        server.Requests.Should().HaveCountLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task Only_an_end_in_the_place_of_an_answer_is_a_failure()
    {
        var buffer = new byte[8];
        await using var link = new Internal.DetachableStream(new MemoryStream([1, 2]));
        await using var ended = new Internal.DetachableStream(Stream.Null);

        (await ended.ReadAsync(buffer)).Should().Be(0, "an idle connection was closed");
        await ended.WriteAsync(buffer);
        (await ended.ReadAsync(Memory<byte>.Empty)).Should().Be(0, "a wait for bytes asks for none");
        await FluentActions.Awaiting(() => ended.ReadAsync(buffer).AsTask()).Should().ThrowAsync<HttpIOException>();
        await link.WriteAsync(Memory<byte>.Empty);
        (await link.ReadAsync(buffer)).Should().Be(2);
        (await link.ReadAsync(buffer)).Should().Be(0, "the answer has come");
    }

    private static RealtimeClientOptions Options(Uri url) => new() { BaseUrl = url, ApiKey = "sk-1", MaxRetries = 0 };

    private static void Close(NetworkStream stream, bool reset)
    {
        if (!reset)
            return;
        stream.Socket.LingerState = new(true, 0);
        stream.Socket.Close();
    }

    /// <summary>Reads a request whose body, if it has one, comes with its head.</summary>
    private static async Task ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var text = "";
        var buffer = new byte[8192];
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                throw new IOException("The client closed the connection.");
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }
    }

    private sealed record Built(RealtimeClient Client, ServiceProvider? Provider = null) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            if (Provider is not null)
                await Provider.DisposeAsync();
        }
    }
}
