using System.Text;

namespace Realtime.Sdk;

/// <summary>The direction of a message on a connection.</summary>
public enum MessageDirection
{
    /// <summary>From the server to the client.</summary>
    Received,

    /// <summary>From the client to the server.</summary>
    Sent,
}

/// <summary>Handles a message of a connection. See <see cref="RealtimeConnection.OnMessage"/>.</summary>
/// <param name="message">The message, valid only during the call. Copy it to keep it.</param>
public delegate void RealtimeMessageHandler(in RealtimeMessage message);

/// <summary>
/// A message of a connection, not parsed. If it comes from <see cref="RealtimeConnection.ReadMessagesAsync"/>, it is valid until the next message is
/// requested; in a handler, only during the call. Copy it to keep it.
/// </summary>
public readonly struct RealtimeMessage : IEquatable<RealtimeMessage>
{
    internal RealtimeMessage(ReadOnlyMemory<byte> utf8Json, MessageDirection direction)
    {
        Utf8Json = utf8Json;
        Direction = direction;
    }

    /// <summary>The whole message: UTF-8 JSON, unless the server sent something else.</summary>
    public ReadOnlyMemory<byte> Utf8Json { get; }

    /// <summary>The direction of the message.</summary>
    public MessageDirection Direction { get; }

    /// <summary>
    /// The wire discriminator <c>type</c> as UTF-8. Empty if the message has none, or has several different ones, which makes it malformed
    /// (<see cref="MalformedEvent"/>). Each access examines the whole message; it allocates only if the value contains escapes.
    /// </summary>
    public ReadOnlySpan<byte> Utf8Type => WireMessage.PeekType(Utf8Json.Span);

    /// <summary>The wire discriminator <c>type</c>; empty if <see cref="Utf8Type"/> is empty.</summary>
    public string Type => Encoding.UTF8.GetString(Utf8Type);

    /// <summary>Whether both refer to the same memory and have the same direction.</summary>
    public bool Equals(RealtimeMessage other) => Direction == other.Direction && Utf8Json.Equals(other.Utf8Json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RealtimeMessage other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Utf8Json, Direction);

    /// <summary>Whether both refer to the same memory and have the same direction.</summary>
    public static bool operator ==(RealtimeMessage left, RealtimeMessage right) => left.Equals(right);

    /// <summary>Whether two messages refer to different memory or have different directions.</summary>
    public static bool operator !=(RealtimeMessage left, RealtimeMessage right) => !left.Equals(right);
}
