using System.Text;

namespace Realtime.Sdk;

/// <summary>Which way a message crosses a connection.</summary>
public enum MessageDirection
{
    /// <summary>From the server.</summary>
    Received,

    /// <summary>To the server.</summary>
    Sent,
}

/// <summary>Handles one message of a connection; see <see cref="RealtimeConnection.OnMessage"/>.</summary>
/// <param name="message">The message, valid only during the call. Copy it to keep it.</param>
public delegate void RealtimeMessageHandler(in RealtimeMessage message);

/// <summary>
/// One message of a connection, unparsed. From <see cref="RealtimeConnection.ReadMessagesAsync"/> it is valid until the next one is asked for, in
/// a handler only during the call. Copy it to keep it.
/// </summary>
public readonly struct RealtimeMessage : IEquatable<RealtimeMessage>
{
    internal RealtimeMessage(ReadOnlyMemory<byte> utf8Json, MessageDirection direction)
    {
        Utf8Json = utf8Json;
        Direction = direction;
    }

    /// <summary>The whole message as UTF-8 JSON, or whatever the server sent in its place.</summary>
    public ReadOnlyMemory<byte> Utf8Json { get; }

    /// <summary>Which way the message crosses the connection.</summary>
    public MessageDirection Direction { get; }

    /// <summary>
    /// The wire discriminator as UTF-8, without allocating unless it is written with escapes. Empty when the message has none, and when it
    /// names several types that differ: such a message is malformed, and reads as <see cref="MalformedEvent"/>. Each call looks at the
    /// whole message.
    /// </summary>
    public ReadOnlySpan<byte> Utf8Type => WireMessage.PeekType(Utf8Json.Span);

    /// <summary>The wire discriminator. Empty when <see cref="Utf8Type"/> is.</summary>
    public string Type => Encoding.UTF8.GetString(Utf8Type);

    /// <summary>Whether both are the same stretch of memory.</summary>
    public bool Equals(RealtimeMessage other) => Direction == other.Direction && Utf8Json.Equals(other.Utf8Json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RealtimeMessage other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Utf8Json, Direction);

    /// <summary>Whether both are the same stretch of memory.</summary>
    public static bool operator ==(RealtimeMessage left, RealtimeMessage right) => left.Equals(right);

    /// <summary>Whether they are different stretches of memory.</summary>
    public static bool operator !=(RealtimeMessage left, RealtimeMessage right) => !left.Equals(right);
}
