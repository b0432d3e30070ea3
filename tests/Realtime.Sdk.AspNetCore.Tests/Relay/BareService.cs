using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>A service whose bytes the test reads and writes itself. It answers each handshake with a fixed response, or never, and then waits for the end of the connection.</summary>
internal sealed class BareService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SemaphoreSlim _received = new(0), _ended = new(0);
    private readonly List<string> _heads = [];
    private readonly string _answer;
    private readonly Task _serving;

    /// <param name="answer">The response to each handshake; empty for none.</param>
    public BareService(string answer = "")
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri BaseUrl => new($"http://{_listener.LocalEndpoint}/v1");

    /// <summary>The requests as they were received, up to the empty line.</summary>
    public IReadOnlyList<string> Heads
    {
        get
        {
            lock (_heads)
                return [.. _heads];
        }
    }

    /// <summary>Returns when one more request has been received.</summary>
    public async Task WhenReceivedAsync() => (await _received.WaitAsync(TestTimeout.Limit)).Should().BeTrue("a request must arrive");

    /// <summary>Returns when the client has ended one more connection.</summary>
    public async Task WhenEndedAsync() => (await _ended.WaitAsync(TestTimeout.Limit)).Should().BeTrue("the connection must end");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.WithTimeout();
        _received.Dispose();
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        var (head, buffer) = (new StringBuilder(), new byte[4_096]);
        try
        {
            while (await connection.ReceiveAsync(buffer) is > 0 and var count)
            {
                head.Append(Encoding.Latin1.GetString(buffer, 0, count));
                if (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                    continue;
                lock (_heads)
                    _heads.Add(head.ToString());
                head.Clear();
                _received.Release();
                await connection.SendAsync(Encoding.Latin1.GetBytes(_answer));
            }
        }
        catch (SocketException)
        {
            // The client has reset the connection.
        }
        _ended.Release();
    }
}
