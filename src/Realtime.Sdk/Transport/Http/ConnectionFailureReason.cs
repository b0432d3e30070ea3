using System.Net.Sockets;

namespace Realtime.Sdk.Internal;

/// <summary>Describes why a connection failed. Messages of platform exceptions are not quoted, because they repeat text of the server.</summary>
internal static class ConnectionFailureReason
{
    public static string Describe(Exception cause) => cause switch
    {
        OperationCanceledException { InnerException: TimeoutException } => "the HTTP handler timed out",
        OperationCanceledException => "the HTTP handler canceled the request",
        HttpRequestException http => Describe(http),
        HttpIOException io => Describe(io.HttpRequestError, io),
        _ => Describe(HttpRequestError.Unknown, cause),
    };

    private static string Describe(HttpRequestException http) => http is { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status }
        ? $"the proxy refused the tunnel with {(int)status}"
        : Describe(http.HttpRequestError, http);

    private static string Describe(HttpRequestError error, Exception exception) => error switch
    {
        HttpRequestError.NameResolutionError => "the host name could not be resolved",
        HttpRequestError.SecureConnectionError => "the TLS handshake failed",
        HttpRequestError.ProxyTunnelError => "the proxy did not open a tunnel",
        HttpRequestError.ResponseEnded => "the connection was closed before the response was complete",
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => "the response is not valid HTTP",
        HttpRequestError.ConfigurationLimitExceeded => "the response exceeds a limit of the HTTP handler",
        HttpRequestError.UserAuthenticationError => "authentication failed",
        _ when FindSocketError(exception) is { } code => Describe(code),
        HttpRequestError.ConnectionError => "the connection failed",
        HttpRequestError.Unknown => $"the HTTP handler failed with {exception.GetType().Name}",
        _ => error.ToString(),
    };

    private static string Describe(SocketError code) => code switch
    {
        SocketError.ConnectionRefused => "the connection was refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "the connection was reset",
        SocketError.TimedOut => "the connection timed out",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host name could not be resolved",
        SocketError.HostUnreachable or SocketError.HostDown => "the host is unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "the network is unreachable",
        _ => $"the connection failed ({code})",
    };

    private static SocketError? FindSocketError(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
                return socket.SocketErrorCode;
        }
        return null;
    }
}
