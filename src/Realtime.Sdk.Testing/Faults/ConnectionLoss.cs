using System.Net.Sockets;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Distinguishes the exceptions with which the platform reports a lost connection from failures of the emulator.</summary>
internal static class ConnectionLoss
{
    public static bool Matches(Exception e) => e is IOException or SocketException or OperationCanceledException or InvalidOperationException;
}
