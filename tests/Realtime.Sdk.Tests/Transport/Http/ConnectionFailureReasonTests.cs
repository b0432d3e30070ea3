using System.Net;
using System.Net.Sockets;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.Http;

public sealed class ConnectionFailureReasonTests
{
    public static TheoryData<Exception, string> Causes => new()
    {
        { Http(HttpRequestError.NameResolutionError, SocketError.TryAgain), "the host name could not be resolved" },
        { Http(HttpRequestError.ConnectionError, SocketError.ConnectionRefused), "the connection was refused" },
        { Http(HttpRequestError.ConnectionError, SocketError.TimedOut), "the connection timed out" },
        { Http(HttpRequestError.ConnectionError, SocketError.HostUnreachable), "the host is unreachable" },
        { Http(HttpRequestError.ConnectionError, SocketError.NetworkUnreachable), "the network is unreachable" },
        { Http(HttpRequestError.ConnectionError, SocketError.AccessDenied), "the connection failed (AccessDenied)" },
        { Http(HttpRequestError.Unknown, SocketError.ConnectionReset), "the connection was reset" },
        { new HttpRequestException(HttpRequestError.ConnectionError), "the connection failed" },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), "the TLS handshake failed" },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError, "", null, HttpStatusCode.ProxyAuthenticationRequired), "the proxy refused the tunnel with 407" },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError), "the proxy did not open a tunnel" },
        { new HttpRequestException(HttpRequestError.ResponseEnded), "the connection was closed before the response was complete" },
        { new HttpIOException(HttpRequestError.ResponseEnded), "the connection was closed before the response was complete" },
        { new HttpRequestException(HttpRequestError.InvalidResponse), "the response is not valid HTTP" },
        { new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded), "the response exceeds a limit of the HTTP handler" },
        { new HttpRequestException("canary"), "the HTTP handler failed with HttpRequestException" },
        { new IOException("canary"), "the HTTP handler failed with IOException" },
        { new TaskCanceledException("canary", new TimeoutException()), "the HTTP handler timed out" },
        { new OperationCanceledException("canary"), "the HTTP handler canceled the request" },
    };

    [Theory, MemberData(nameof(Causes))]
    public void A_failed_connection_is_described_in_words_that_quote_nothing(Exception cause, string words)
    {
        ConnectionFailureReason.Describe(cause).Should().Be(words);
    }

    private static HttpRequestException Http(HttpRequestError error, SocketError code) => new(error, "canary", new SocketException((int)code));
}
