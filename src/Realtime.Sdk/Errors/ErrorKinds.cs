using System.Globalization;
using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>Maps what a server says went wrong, in whatever form it says it, to a <see cref="RealtimeApiErrorKind"/>.</summary>
internal static class ErrorKinds
{
    private const string InvalidRequestType = "invalid_request_error";

    /// <summary>The kind that an error object names.</summary>
    /// <param name="type">The object's <c>type</c>; null when it has none.</param>
    /// <param name="code">The object's <c>code</c>, which is more precise than the type; null when it has none.</param>
    /// <returns>The kind; null when neither is known.</returns>
    public static RealtimeApiErrorKind? FromCode(string? type, string? code)
    {
        // The type of a quota error is more precise than its code, which some servers fill with that of a rate limit.
        if (Known(type) is RealtimeApiErrorKind.QuotaExceeded)
            return RealtimeApiErrorKind.QuotaExceeded;
        return Known(code) ?? FromNumber(code) ?? Known(type);
    }

    /// <summary>
    /// The kind that the reason of a WebSocket close names, for example <c>insufficient_quota</c> or
    /// <c>invalid_request_error.invalid_api_key</c>. The first precise code wins, wherever it stands in the text.
    /// </summary>
    /// <returns>The kind; null when the reason holds no known code.</returns>
    public static RealtimeApiErrorKind? FromCloseReason(string? reason)
    {
        RealtimeApiErrorKind? found = null;
        var rest = reason ?? "";
        for (var at = 0; at < rest.Length;)
        {
            var end = at;
            while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] == '_'))
                end++;
            if (end > at)
                found = Known(rest[at..end]) ?? found;
            if (found is not null and not RealtimeApiErrorKind.InvalidRequest)
                return found;
            at = end + 1;
        }
        return found;
    }

    /// <summary>The kind of a refusal over HTTP: the status decides, and the error object tells a used-up quota from a rate limit.</summary>
    public static RealtimeApiErrorKind FromStatus(HttpStatusCode status, RealtimeError? error)
    {
        if ((int)status >= 400 && FromCode(error?.Type, error?.Code) is RealtimeApiErrorKind.QuotaExceeded)
            return RealtimeApiErrorKind.QuotaExceeded;
        return (int)status switch
        {
            < 300 => RealtimeApiErrorKind.InvalidResponse,
            < 400 => RealtimeApiErrorKind.Redirect,
            401 => RealtimeApiErrorKind.Authentication,
            403 => RealtimeApiErrorKind.Permission,
            404 => RealtimeApiErrorKind.NotFound,
            429 => RealtimeApiErrorKind.RateLimited,
            408 or >= 500 => RealtimeApiErrorKind.Server,
            _ => RealtimeApiErrorKind.InvalidRequest,
        };
    }

    /// <summary>The HTTP status that compatible servers put in place of a code; null when the code is none.</summary>
    public static HttpStatusCode? StatusOf(string? code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599 ? (HttpStatusCode)status : null;

    private static RealtimeApiErrorKind? FromNumber(string? code) => StatusOf(code) is { } status ? FromStatus(status, null) : null;

    private static RealtimeApiErrorKind? Known(string? word) => word switch
    {
        "insufficient_quota" or "billing_hard_limit_reached" => RealtimeApiErrorKind.QuotaExceeded,
        "rate_limit_exceeded" or "inference_rate_limit_exceeded" or "rate_limit_error" => RealtimeApiErrorKind.RateLimited,
        "invalid_api_key" or "account_deactivated" or "authentication_error" => RealtimeApiErrorKind.Authentication,
        "permission_error" => RealtimeApiErrorKind.Permission,
        "model_not_found" or "call_id_not_found" => RealtimeApiErrorKind.NotFound,
        "session_expired" => RealtimeApiErrorKind.SessionExpired,
        "server_error" => RealtimeApiErrorKind.Server,
        InvalidRequestType => RealtimeApiErrorKind.InvalidRequest,
        _ => null,
    };
}
