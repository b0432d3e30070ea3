using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk.Internal;

/// <summary>Whether a message is of a kind.</summary>
internal delegate bool MessageFilter(ReadOnlySpan<byte> message);

/// <summary>How one socket behaves, whatever events it carries.</summary>
internal sealed record WebSocketTransportSettings
{
    public long MaxUnreadBytes { get; init; } = 16 * 1024 * 1024;

    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    public int MaxSendBytes { get; init; } = 24 * 1024 * 1024;

    public long MaxQueuedSendBytes { get; init; } = 32 * 1024 * 1024;

    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a full buffer may go without a read before the connection is aborted.</summary>
    public TimeSpan UnreadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the pump may go on after a write has failed.</summary>
    public TimeSpan WriteFailureGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The stream below the socket, where it is ours; null for a socket that was opened elsewhere.</summary>
    public ReadAheadStream? Source { get; init; }

    /// <summary>Which messages are dropped once three quarters of <see cref="MaxUnreadBytes"/> are taken; null is none.</summary>
    public MessageFilter? Droppable { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The key of the handshake; null for a socket that was opened elsewhere.</summary>
    public string? Key { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <inheritdoc cref="ConnectionTelemetry.Secret"/>
    public string? Secret { get; init; }

    public BlockPool Pool { get; init; } = BlockPool.Shared;
}
