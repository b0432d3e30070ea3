using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The failures that are worth a retry. All others are permanent: an unexpected error is more likely to recur than to disappear, and a retry only
/// delays it and puts load on the server twice.
/// </summary>
internal static class TransientFailures
{
    /// <summary>
    /// Whether an HTTP status means that the same request may succeed later. Sources: RFC 9110 for 408, 502 and 504, and OpenAI's documentation for 429,
    /// 500 and 503 (https://platform.openai.com/docs/guides/error-codes). The service is behind Cloudflare, which uses 520 to 524 if the origin server
    /// was down, timed out or sent no valid response. Its 525, 526 and 530 are certificate and DNS errors, which a retry does not solve
    /// (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/). 529 is not registered; services use it
    /// when they are overloaded.
    /// </summary>
    public static bool Contains(HttpStatusCode status) => (int)status is 408 or 429 or 500 or 502 or 503 or 504 or (>= 520 and <= 524) or 529;

    /// <summary>Whether an error that was reported without an HTTP status, in an <c>error</c> event, is transient.</summary>
    /// <param name="kind">The kind, as determined by its type and code.</param>
    /// <param name="code">Its code. Compatible servers use an HTTP status as the code.</param>
    public static bool Contains(RealtimeApiErrorKind kind, string? code) =>
        kind is RealtimeApiErrorKind.RateLimited or RealtimeApiErrorKind.Server && (ErrorKinds.ParseStatus(code) is not { } status || Contains(status));

    /// <summary>
    /// Whether the exception means that a connection failed, which may be temporary, and not that it is impossible or that the response is invalid.
    /// </summary>
    public static bool Contains(Exception? cause) => cause switch
    {
        // A proxy that rejects a tunnel responds with a status.
        HttpRequestException { StatusCode: { } status } => Contains(status),
        HttpRequestException http => Contains(http.HttpRequestError, http.InnerException),
        HttpIOException io => Contains(io.HttpRequestError, io.InnerException),
        WebSocketException { InnerException: { } inner } => Contains(inner),
        WebSocketException socket => socket.WebSocketErrorCode is WebSocketError.ConnectionClosedPrematurely,
        SocketException socket => Contains(socket.SocketErrorCode),
        // The exact type only: FileNotFoundException and others derive from IOException.
        IOException io when io.GetType() == typeof(IOException) => io.InnerException is null || Contains(io.InnerException),
        // The connect timeout of an HTTP handler, or the timeout of an HttpClient.
        OperationCanceledException { InnerException: TimeoutException } or TimeoutException => true,
        _ => false,
    };

    private static bool Contains(HttpRequestError error, Exception? inner) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => inner is not SocketException || Contains(inner),
        HttpRequestError.ResponseEnded => true,
        // An interrupted TLS handshake has an inner IOException; a rejected certificate or protocol version has not.
        HttpRequestError.Unknown or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError => Contains(inner),
        _ => false,
    };

    /// <summary>HostNotFound is included, because a machine without a network connection reports it for every name.</summary>
    private static bool Contains(SocketError error) => error is SocketError.ConnectionAborted or SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.HostDown or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.NetworkReset
        or SocketError.NetworkUnreachable or SocketError.NotConnected or SocketError.Shutdown or SocketError.TimedOut or SocketError.TryAgain;
}
