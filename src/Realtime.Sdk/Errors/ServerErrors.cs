namespace Realtime.Sdk.Internal;

/// <summary>Converts an <c>error</c> event that replies to a client event to an exception.</summary>
internal static class ServerErrors
{
    public static RealtimeApiException ToException(RealtimeError error, string request, string? secret) =>
        new(null, ErrorKinds.FromCode(error.Type, error.Code) ?? RealtimeApiErrorKind.InvalidRequest, $"The server refused {request}{FormatMessage(error, secret)}.") { Error = error };

    /// <summary>Returns code and message as the end of a sentence; empty if there are neither.</summary>
    public static string FormatMessage(RealtimeError? error, string? secret = null) =>
        (error?.Code is { Length: > 0 } code ? $" ({PeerText.Sanitize(code, secret)})" : "")
        + (error?.Message is { Length: > 0 } message ? $": {PeerText.Sanitize(message, secret).ToString().TrimEnd('.')}" : "");
}
