namespace Realtime.Sdk.Testing;

/// <summary>One message between a client and the emulator.</summary>
/// <param name="Session">The session.</param>
/// <param name="IsFromClient">Who sent it.</param>
/// <param name="Bytes">The message as it is on the wire.</param>
public sealed record EmulatorTraffic(EmulatorSession Session, bool IsFromClient, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Who and how much, not what.</summary>
    public override string ToString() => $"{PeerText.Sanitize(Session.Id)} {(IsFromClient ? "→" : "←")} {Bytes.Length} bytes";
}
