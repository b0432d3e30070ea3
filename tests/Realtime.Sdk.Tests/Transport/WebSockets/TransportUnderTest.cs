using System.Text;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>A socket core over a real loopback connection, with a pool of its own that can be counted.</summary>
internal sealed class TransportUnderTest : IAsyncDisposable
{
    private TransportUnderTest(SocketPair pair, WebSocketTransportSettings settings)
    {
        Pair = pair;
        Pool = settings.Pool;
        Core = new(pair.Client, settings);
    }

    public SocketPair Pair { get; }

    public BlockPool Pool { get; }

    public WebSocketTransport Core { get; }

    public static async Task<TransportUnderTest> StartAsync(
        WebSocketTransportSettings? settings = null, TimeSpan keepAliveInterval = default, TimeSpan keepAliveTimeout = default)
    {
        var pair = await SocketPair.CreateAsync(keepAliveInterval, keepAliveTimeout);
        var core = new TransportUnderTest(pair, (settings ?? new()) with { Pool = new() });
        core.Core.Start();
        return core;
    }

    /// <summary>The next message as text; null at a normal end.</summary>
    public async Task<string?> ReadAsync()
    {
        if (!await Core.WaitToReadAsync(CancellationToken.None).WithTimeout())
            return null;
        Core.TryRead(out var message, out _).Should().BeTrue();
        var text = Encoding.UTF8.GetString(message.Span);
        Core.Release();
        return text;
    }

    public Task SendAsync(string message, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(message), cancellationToken);

    public Task SendAsync(byte[] message, CancellationToken cancellationToken = default)
    {
        var writer = Core.RentWriter();
        message.CopyTo(writer.GetSpan(message.Length));
        writer.Advance(message.Length);
        return Core.SendAsync(writer, null, null, cancellationToken).AsTask();
    }

    /// <summary>Waits until a condition of the pump's state holds; the pump gives no signal of its own.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Core.Abort();
        await Core.DisposeAsync();
        await Pair.DisposeAsync();
    }
}
