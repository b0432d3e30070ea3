using System.Net.WebSockets;
using System.Runtime.ExceptionServices;

namespace Realtime.Sdk.Internal;

/// <summary>Keeps the words of a server out of the exceptions of the platform that this SDK passes on as inner exceptions.</summary>
/// <remarks>
/// <see cref="HttpRequestException"/> quotes a status line, a header or a chunk length that it cannot read, and
/// <see cref="WebSocketException"/> quotes the headers of a handshake that fails, with the subprotocols that were asked for: a key may be
/// one of them. Exceptions of other types do not quote the server, or are the application's own.
/// </remarks>
internal static class InnerExceptions
{
    /// <summary>The exception itself when nothing in it has to be masked; otherwise a copy of the same type, with the same stack trace.</summary>
    /// <param name="exception">What the platform threw; null when nothing was thrown.</param>
    /// <param name="secret">The credential in use; null when it is not known.</param>
    public static Exception? Sanitize(Exception? exception, string? secret = null)
    {
        if (exception is null)
            return null;
        var inner = Sanitize(exception.InnerException, secret);
        if (ReferenceEquals(inner, exception.InnerException) && PeerText.IsClean(exception.Message, secret))
            return exception;
        if (Copy(exception, PeerText.Sanitize(exception.Message, secret), inner) is not { } copy)
            return exception;
        copy.HResult = exception.HResult;
        return exception.StackTrace is { } trace ? ExceptionDispatchInfo.SetRemoteStackTrace(copy, trace) : copy;
    }

    private static Exception? Copy(Exception exception, string message, Exception? inner) => exception switch
    {
        HttpRequestException http when IsExactly<HttpRequestException>(http) => new HttpRequestException(http.HttpRequestError, message, inner, http.StatusCode),
        HttpIOException io when IsExactly<HttpIOException>(io) => new HttpIOException(io.HttpRequestError, WithoutError(message, io.HttpRequestError), inner),
        IOException io when IsExactly<IOException>(io) => new IOException(message, inner),
        WebSocketException socket when IsExactly<WebSocketException>(socket) => new WebSocketException(socket.WebSocketErrorCode, message, inner),
        TaskCanceledException canceled when IsExactly<TaskCanceledException>(canceled) => new TaskCanceledException(message, inner, canceled.CancellationToken),
        OperationCanceledException canceled when IsExactly<OperationCanceledException>(canceled) => new OperationCanceledException(message, inner, canceled.CancellationToken),
        _ => null,
    };

    /// <summary>An application's own exception may derive from the platform's; it is not replaced.</summary>
    private static bool IsExactly<T>(T exception) where T : Exception => exception.GetType() == typeof(T);

    /// <summary><see cref="HttpIOException.Message"/> adds the error behind the message it was given.</summary>
    private static string WithoutError(string message, HttpRequestError error) =>
        message.EndsWith($" ({error})", StringComparison.Ordinal) ? message[..^$" ({error})".Length] : message;
}
