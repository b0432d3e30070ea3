using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Lists the failures that are worth another attempt. Every other failure is final: an unforeseen error is more likely to
/// recur than to go away, and a retry delays it and costs the server twice.
/// </summary>
internal static class TransientFailures
{
    /// <summary>
    /// Whether an HTTP status says that the same request may succeed later. 408, 502 and 504 are those of RFC 9110; 429, 500 and 503 those
    /// that OpenAI documents as worth a retry (https://platform.openai.com/docs/guides/error-codes). The service is reached through
    /// Cloudflare, whose 520 to 524 say that the origin gave no answer, was down or timed out, whereas 525, 526 and 530 are errors of
    /// certificates and names (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/). 529 is
    /// not registered; services that use it say that they are overloaded.
    /// </summary>
    public static bool Contains(HttpStatusCode status) => (int)status is 408 or 429 or 500 or 502 or 503 or 504 or (>= 520 and <= 524) or 529;

    /// <summary>Whether an error that the server reported without an HTTP status, in an <c>error</c> event, is transient.</summary>
    /// <param name="kind">What its type and code mean.</param>
    /// <param name="code">Its code, in whose place compatible servers put an HTTP status.</param>
    public static bool Contains(RealtimeApiErrorKind kind, string? code) =>
        kind is RealtimeApiErrorKind.RateLimited or RealtimeApiErrorKind.Server && (ErrorKinds.StatusOf(code) is not { } status || Contains(status));

    /// <summary>Whether what the platform reports is a connection that failed, as opposed to one that cannot be had or an answer that is wrong.</summary>
    public static bool Contains(Exception? cause) => cause switch
    {
        // A proxy that refuses a tunnel answers with a status.
        HttpRequestException { StatusCode: { } status } => Contains(status),
        HttpRequestException http => Contains(http.HttpRequestError, http.InnerException),
        HttpIOException io => Contains(io.HttpRequestError, io.InnerException),
        WebSocketException { InnerException: { } inner } => Contains(inner),
        WebSocketException socket => socket.WebSocketErrorCode is WebSocketError.ConnectionClosedPrematurely,
        SocketException socket => Contains(socket.SocketErrorCode),
        // Only the exact type: a file that is missing is an IOException, too.
        IOException io when io.GetType() == typeof(IOException) => io.InnerException is null || Contains(io.InnerException),
        // A handler's own deadline for connections, or that of an HttpClient.
        OperationCanceledException { InnerException: TimeoutException } or TimeoutException => true,
        _ => false,
    };

    private static bool Contains(HttpRequestError error, Exception? inner) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => inner is not SocketException || Contains(inner),
        HttpRequestError.ResponseEnded => true,
        // A TLS handshake that breaks off is an IOException inside; a certificate or protocol that is refused is not.
        HttpRequestError.Unknown or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError => Contains(inner),
        _ => false,
    };

    /// <summary>HostNotFound is also what a machine without a network says of every name.</summary>
    private static bool Contains(SocketError error) => error is SocketError.ConnectionAborted or SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.HostDown or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.NetworkReset
        or SocketError.NetworkUnreachable or SocketError.NotConnected or SocketError.Shutdown or SocketError.TimedOut or SocketError.TryAgain;
}
