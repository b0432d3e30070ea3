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
        new(null, Kind(error), $"The server refused {what}{Words(error)}.") { Error = error };

    private static string Words(RealtimeError error) =>
        (error.Code is { Length: > 0 } code ? $" ({code})" : "") + (error.Message is { Length: > 0 } message ? $": {message.TrimEnd('.')}" : "");

    private static RealtimeApiErrorKind Kind(RealtimeError error) => (error.Type, error.Code) switch
    {
        ("insufficient_quota", _) or (_, "insufficient_quota" or "billing_hard_limit_reached") => RealtimeApiErrorKind.QuotaExceeded,
        (_, "rate_limit_exceeded") or ("rate_limit_error" or "rate_limit_exceeded", _) => RealtimeApiErrorKind.RateLimited,
        (_, "invalid_api_key") or ("authentication_error", _) => RealtimeApiErrorKind.Authentication,
        ("permission_error", _) => RealtimeApiErrorKind.Permission,
        ("server_error", _) or (_, "server_error") => RealtimeApiErrorKind.Server,
        _ => RealtimeApiErrorKind.InvalidRequest,
    };
}
