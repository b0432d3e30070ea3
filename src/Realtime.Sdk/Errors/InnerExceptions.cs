using System.Net.WebSockets;
using System.Runtime.ExceptionServices;

namespace Realtime.Sdk.Internal;

/// <summary>Removes text of the server from platform exceptions before they become inner exceptions of this SDK's exceptions.</summary>
/// <remarks>
/// <see cref="HttpRequestException"/> quotes a malformed status line, header or chunk length. <see cref="WebSocketException"/> quotes the
/// headers of a failed handshake, including the requested subprotocols, and one of these may contain a key. Exceptions of other types do
/// not quote the server, or come from the application.
/// </remarks>
internal static class InnerExceptions
{
    /// <summary>Returns the exception itself if nothing in it must be masked; otherwise a copy of the same type with the same stack trace.</summary>
    /// <param name="exception">The exception, or null.</param>
    /// <param name="secret">The credential in use, or null if it is not known.</param>
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
        HttpIOException io when IsExactly<HttpIOException>(io) => new HttpIOException(io.HttpRequestError, RemoveError(message, io.HttpRequestError), inner),
        IOException io when IsExactly<IOException>(io) => new IOException(message, inner),
        WebSocketException socket => new WebSocketException(socket.WebSocketErrorCode, message, inner),
        TaskCanceledException canceled when IsExactly<TaskCanceledException>(canceled) => new TaskCanceledException(message, inner, canceled.CancellationToken),
        OperationCanceledException canceled when IsExactly<OperationCanceledException>(canceled) => new OperationCanceledException(message, inner, canceled.CancellationToken),
        _ => null,
    };

    /// <summary>Matches the exact type only: an application's exception may derive from the platform's, and is not replaced.</summary>
    private static bool IsExactly<T>(T exception) where T : Exception => exception.GetType() == typeof(T);

    /// <summary>Removes the error name that <see cref="HttpIOException.Message"/> appends to its message; the constructor would append it again.</summary>
    private static string RemoveError(string message, HttpRequestError error) =>
        message.EndsWith($" ({error})", StringComparison.Ordinal) ? message[..^$" ({error})".Length] : message;
}
