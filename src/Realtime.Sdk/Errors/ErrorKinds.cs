using System.Globalization;
using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>Maps an error reported by a server, in any of the forms that servers use, to a <see cref="RealtimeApiErrorKind"/>.</summary>
internal static class ErrorKinds
{
    private const string InvalidRequestType = "invalid_request_error";

    /// <summary>Returns the kind that an error object names.</summary>
    /// <param name="type">The <c>type</c> of the object, or null if it has none.</param>
    /// <param name="code">The <c>code</c> of the object, which is more precise than the type, or null if it has none.</param>
    /// <returns>The kind, or null if neither is known.</returns>
    public static RealtimeApiErrorKind? FromCode(string? type, string? code)
    {
        // For a quota error, the type is more reliable than the code: some servers use the code of a rate limit.
        if (FindKind(type) is RealtimeApiErrorKind.QuotaExceeded)
            return RealtimeApiErrorKind.QuotaExceeded;
        return FindKind(code) ?? FromNumber(code) ?? FindKind(type);
    }

    /// <summary>
    /// Returns the kind named in the reason of a WebSocket close, for example <c>insufficient_quota</c> or
    /// <c>invalid_request_error.invalid_api_key</c>. The first code other than <c>invalid_request_error</c> wins, at any position.
    /// </summary>
    /// <returns>The kind, or null if the reason contains no known code.</returns>
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
                found = FindKind(rest[at..end]) ?? found;
            if (found is not null and not RealtimeApiErrorKind.InvalidRequest)
                return found;
            at = end + 1;
        }
        return found;
    }

    /// <summary>
    /// Returns the kind of an HTTP error. It follows from the status; only an exhausted quota and a call that was already decided are recognized by the error object.
    /// </summary>
    public static RealtimeApiErrorKind FromStatus(HttpStatusCode status, RealtimeError? error)
    {
        if ((int)status >= 400 && FromCode(error?.Type, error?.Code) is { } kind and (RealtimeApiErrorKind.QuotaExceeded or RealtimeApiErrorKind.AlreadyDecided))
            return kind;
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

    /// <summary>Returns the HTTP status that compatible servers send as the code, or null if the code is not an HTTP error status.</summary>
    public static HttpStatusCode? ParseStatus(string? code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599 ? (HttpStatusCode)status : null;

    private static RealtimeApiErrorKind? FromNumber(string? code) => ParseStatus(code) is { } status ? FromStatus(status, null) : null;

    private static RealtimeApiErrorKind? FindKind(string? word) => word switch
    {
        "insufficient_quota" or "billing_hard_limit_reached" => RealtimeApiErrorKind.QuotaExceeded,
        "rate_limit_exceeded" or "inference_rate_limit_exceeded" or "rate_limit_error" => RealtimeApiErrorKind.RateLimited,
        "invalid_api_key" or "account_deactivated" or "authentication_error" => RealtimeApiErrorKind.Authentication,
        "permission_error" => RealtimeApiErrorKind.Permission,
        "model_not_found" or "call_id_not_found" => RealtimeApiErrorKind.NotFound,
        "decision_already_made" => RealtimeApiErrorKind.AlreadyDecided,
        "session_expired" => RealtimeApiErrorKind.SessionExpired,
        "server_error" => RealtimeApiErrorKind.Server,
        InvalidRequestType => RealtimeApiErrorKind.InvalidRequest,
        _ => null,
    };
}
