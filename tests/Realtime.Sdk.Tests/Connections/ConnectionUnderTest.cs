using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>A connection over a real loopback socket whose other end the test holds.</summary>
internal sealed class ConnectionUnderTest : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ServerEvent> _events;
    private Task<bool> _pending = Task.FromResult(true);

    private ConnectionUnderTest(SocketPair pair, RealtimeConnectionOptions options)
    {
        Pair = pair;
        Connection = RealtimeConnection.FromWebSocket(pair.Client, options);
        _events = Connection.ReadEventsAsync().GetAsyncEnumerator();
    }

    public SocketPair Pair { get; }

    public RealtimeConnection Connection { get; }

    public static async Task<ConnectionUnderTest> StartAsync(RealtimeConnectionOptions? options = null) =>
        new(await SocketPair.CreateAsync(), options ?? new());

    /// <summary>The next event of one loop that runs as long as the test; null at its end.</summary>
    public async Task<ServerEvent?> ReadAsync()
    {
        _pending = _events.MoveNextAsync().AsTask();
        return await _pending.WithTimeout() ? _events.Current : null;
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Abort();
        await Connection.DisposeAsync();
        await _pending.ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
        await _events.DisposeAsync();
        await Pair.DisposeAsync();
    }
}
