namespace Realtime.Sdk.Internal;

/// <summary>What an <c>error</c> event that answers one of our events is as an exception.</summary>
internal static class ServerErrors
{
    public static void ThrowIfError(ServerEvent answer, string what)
    {
        if (answer is ErrorEvent { Error: var error })
            throw ToException(error, what);
    }

    public static RealtimeApiException ToException(RealtimeError error, string what) =>
        new(null, ErrorKinds.FromCode(error.Type, error.Code) ?? RealtimeApiErrorKind.InvalidRequest, $"The server refused {what}{Words(error)}.") { Error = error };

    /// <summary>Code and message as they stand in a sentence.</summary>
    public static string Words(RealtimeError? error) =>
        (error?.Code is { Length: > 0 } code ? $" ({PeerText.Sanitize(code)})" : "")
        + (error?.Message is { Length: > 0 } message ? $": {PeerText.Sanitize(message).ToString().TrimEnd('.')}" : "");
}
