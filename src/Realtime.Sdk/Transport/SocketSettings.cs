using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk.Internal;

/// <summary>Whether a message is of a kind.</summary>
internal delegate bool MessageFilter(ReadOnlySpan<byte> message);

/// <summary>How one socket behaves, whatever events it carries.</summary>
internal sealed record SocketSettings
{
    public long MaxUnreadBytes { get; init; } = 16 * 1024 * 1024;

    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    public int MaxSendBytes { get; init; } = 24 * 1024 * 1024;

    public long MaxQueuedSendBytes { get; init; } = 32 * 1024 * 1024;

    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Which messages are dropped once three quarters of <see cref="MaxUnreadBytes"/> are taken; null is none.</summary>
    public MessageFilter? Droppable { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public BlockPool Pool { get; init; } = BlockPool.Shared;
}
