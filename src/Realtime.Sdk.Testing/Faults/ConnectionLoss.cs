using System.Net.Sockets;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Tells the many ways in which a platform says that a connection is gone from failures of our own.</summary>
internal static class ConnectionLoss
{
    public static bool Is(Exception e) => e is IOException or SocketException or OperationCanceledException or InvalidOperationException;
}
