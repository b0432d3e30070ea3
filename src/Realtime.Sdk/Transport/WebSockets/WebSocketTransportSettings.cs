using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk.Internal;

/// <summary>Whether a message belongs to a set.</summary>
internal delegate bool MessageFilter(ReadOnlySpan<byte> message);

/// <summary>The settings of one WebSocket, independent of the events that it carries.</summary>
internal sealed record WebSocketTransportSettings
{
    public long MaxUnreadBytes { get; init; } = 16 * 1024 * 1024;

    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    public int MaxSendBytes { get; init; } = 24 * 1024 * 1024;

    public long MaxQueuedSendBytes { get; init; } = 32 * 1024 * 1024;

    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum time without a read while the buffer is full; then the connection is aborted. The default is 10 seconds.</summary>
    public TimeSpan UnreadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum time that receiving continues after a write has failed. The default is 2 seconds.</summary>
    public TimeSpan WriteFailureGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The stream under the socket; null for a socket that was opened by other code.</summary>
    public ReadAheadStream? Source { get; init; }

    /// <summary>Sends the pings over <see cref="Source"/>; null, the default, sends none.</summary>
    public KeepAliveClock? KeepAlive { get; init; }

    /// <inheritdoc cref="RealtimeConnectionOptions.KeepAliveInterval"/>
    public TimeSpan KeepAliveInterval { get; init; } = Timeout.InfiniteTimeSpan;

    /// <inheritdoc cref="RealtimeConnectionOptions.KeepAliveTimeout"/>
    public TimeSpan KeepAliveTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Selects the messages that are dropped when three quarters of <see cref="MaxUnreadBytes"/> are used; null, the default, drops none.</summary>
    public MessageFilter? Droppable { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The key of the handshake; null for a socket that was opened by other code.</summary>
    public string? Key { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <inheritdoc cref="ConnectionTelemetry.Secret"/>
    public string? Secret { get; init; }

    public BlockPool Pool { get; init; } = BlockPool.Shared;
}
