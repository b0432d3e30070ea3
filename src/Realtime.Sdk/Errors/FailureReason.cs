namespace Realtime.Sdk.Internal;

/// <summary>Maps a failure to one of a fixed set of values, so that logs, traces and metrics have few distinct ones.</summary>
internal static class FailureReason
{
    /// <summary>The value for all other failures.</summary>
    public const string Other = "_OTHER";

    public static string From(Exception? failure) => failure switch
    {
        RealtimeApiException refused => refused.Kind switch
        {
            RealtimeApiErrorKind.InvalidRequest => "invalid_request",
            RealtimeApiErrorKind.Authentication => "authentication",
            RealtimeApiErrorKind.Permission => "permission",
            RealtimeApiErrorKind.NotFound => "not_found",
            RealtimeApiErrorKind.RateLimited => "rate_limited",
            RealtimeApiErrorKind.QuotaExceeded => "quota_exceeded",
            RealtimeApiErrorKind.Server => "server_error",
            RealtimeApiErrorKind.InvalidResponse => "invalid_response",
            RealtimeApiErrorKind.SessionExpired => "session_expired",
            RealtimeApiErrorKind.AlreadyDecided => "already_decided",
            _ => "redirect",
        },
        RealtimeConnectionException => "connection",
        RealtimeTimeoutException => "timeout",
        RealtimeCredentialException => "credential",
        OperationCanceledException => "cancelled",
        ObjectDisposedException => "disposed",
        _ => Other,
    };
}
