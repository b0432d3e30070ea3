namespace Realtime.Sdk.Testing;

/// <summary>One message between a client and the emulator.</summary>
/// <param name="Session">The session.</param>
/// <param name="IsFromClient">Whether the client sent the message.</param>
/// <param name="Bytes">The payload of the message, unchanged.</param>
public sealed record EmulatorTraffic(EmulatorSession Session, bool IsFromClient, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Returns the session ID, the direction and the size, but not the content.</summary>
    public override string ToString() => $"{PeerText.Sanitize(Session.Id)} {(IsFromClient ? "→" : "←")} {Bytes.Length} bytes";
}
