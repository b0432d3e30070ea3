using System.Text;

namespace Realtime.Sdk;

/// <summary>One message of the server as it came. Valid only until the next one is asked for: copy what you keep.</summary>
public readonly struct RealtimeMessage : IEquatable<RealtimeMessage>
{
    internal RealtimeMessage(ReadOnlyMemory<byte> utf8Json) => Utf8Json = utf8Json;

    /// <summary>The whole message as UTF-8 JSON, whatever the server sent.</summary>
    public ReadOnlyMemory<byte> Utf8Json { get; }

    /// <summary>
    /// The wire discriminator as UTF-8, without allocating unless it is written with escapes. Empty when the message has none, and when it
    /// names several types that differ: such a message is malformed, and reads as <see cref="MalformedEvent"/>. Each call looks at the
    /// whole message.
    /// </summary>
    public ReadOnlySpan<byte> Utf8Type => ServerEventReader.PeekType(Utf8Json.Span);

    /// <summary>The wire discriminator. Empty when <see cref="Utf8Type"/> is.</summary>
    public string Type => Encoding.UTF8.GetString(Utf8Type);

    /// <summary>Whether both are the same stretch of memory.</summary>
    public bool Equals(RealtimeMessage other) => Utf8Json.Equals(other.Utf8Json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RealtimeMessage other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Utf8Json.GetHashCode();

    /// <summary>Whether both are the same stretch of memory.</summary>
    public static bool operator ==(RealtimeMessage left, RealtimeMessage right) => left.Equals(right);

    /// <summary>Whether they are different stretches of memory.</summary>
    public static bool operator !=(RealtimeMessage left, RealtimeMessage right) => !left.Equals(right);
}
