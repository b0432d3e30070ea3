namespace Realtime.Sdk.Internal;

/// <summary>The reason why a connection has ended. Each caller gets its own exception, created from it.</summary>
internal sealed record CloseInfo(string Message)
{
    public bool IsNormal { get; init; }

    /// <summary>
    /// Whether reconnecting may succeed. The default is <see langword="false"/>, so that new reasons are permanent unless they are known to be transient.
    /// </summary>
    public bool IsTransient { get; init; }

    public int? CloseCode { get; init; }

    public string? CloseReason { get; init; }

    /// <summary>The kind of error that the server reported; null if it reported none, or an unknown one.</summary>
    public RealtimeApiErrorKind? ErrorKind { get; init; }

    public Exception? Cause { get; init; }

    public static CloseInfo ClosedByClient { get; } = new("The connection was closed by the client.") { IsNormal = true };

    public static CloseInfo ClosedByServer(int code, string? reason, string? secret = null)
    {
        var expired = CloseCodes.IsSessionExpiry(code, reason);
        var kind = expired ? RealtimeApiErrorKind.SessionExpired : ErrorKinds.FromCloseReason(reason);
        var details = code == CloseCodes.None ? ", no code" : string.IsNullOrEmpty(reason) ? "" : $": {PeerText.Sanitize(reason, secret)}";
        return new(expired ? $"The session reached its maximum duration and the server closed it ({code}{details})." : $"The server closed the connection ({code}{details}).")
        {
            IsNormal = code == 1000,
            IsTransient = kind is { } named ? IsRecoverable(named) : CloseCodes.IsTransient(code),
            ErrorKind = kind,
            CloseCode = code,
            CloseReason = reason,
        };
    }

    /// <summary>
    /// Returns the reason, completed with a preceding error event. The close itself takes precedence if it names an error.
    /// </summary>
    public CloseInfo WithReportedError(RealtimeApiErrorKind? reported) =>
        reported is { } kind && ErrorKind is null && !IsNormal ? this with { ErrorKind = kind, IsTransient = IsTransient && IsRecoverable(kind) } : this;

    /// <summary>Whether the error does not affect a new connection. A new session has its own maximum duration.</summary>
    private static bool IsRecoverable(RealtimeApiErrorKind kind) =>
        kind is RealtimeApiErrorKind.RateLimited or RealtimeApiErrorKind.Server or RealtimeApiErrorKind.SessionExpired;

    public static CloseInfo ConnectionLost(Exception? cause) =>
        new("The connection was lost without a close handshake.") { Cause = cause, IsTransient = true };

    public static CloseInfo PingTimeout(Exception? cause = null) =>
        new("The connection was lost: the server stopped responding to pings.") { Cause = cause, IsTransient = true };

    public static CloseInfo ProtocolViolation(Exception cause) =>
        new("The connection was aborted: the server violated the WebSocket protocol.") { Cause = cause };

    public static CloseInfo UnreadTimeout(long unread, TimeSpan after) =>
        new($"The connection was aborted: its buffer was full ({unread} bytes of unread events), and no event was read for {after.TotalSeconds:0.###} s.");

    public static CloseInfo MessageTooBig(long limit) =>
        new($"The connection was aborted: the server sent a message of more than {limit} bytes.");

    public static CloseInfo SendStalled(TimeSpan after) =>
        new($"The connection was aborted: the network accepted no data for {after.TotalSeconds:0.###} s.")
        {
            IsTransient = true,
            Cause = new RealtimeTimeoutException(RealtimeDeadline.Send, after, $"Sending took longer than {after.TotalSeconds:0.###} s."),
        };

    public RealtimeConnectionException ToException(RealtimeConnectionPhase phase, bool isDeliveryUncertain = false, Exception? cause = null) =>
        new(phase, isDeliveryUncertain ? $"{Message} The data being sent may or may not have reached the server." : Message, Cause ?? cause, IsTransient)
        {
            CloseCode = CloseCode,
            CloseReason = CloseReason,
            ErrorKind = ErrorKind,
            IsDeliveryUncertain = isDeliveryUncertain,
        };
}
