using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The log messages, with fixed event IDs: REST and configuration 1 to 19, connections 100 to 119, conversations 200 to 219, recordings 220 to 229. They contain no headers,
/// bodies or credentials, and content only if the application enables it. Text that may come from a server or from the application's data has the type
/// <see cref="PeerText"/>; a string is always text of the SDK.
/// </summary>
/// <remarks>A single class, because the platform's generator writes several classes in random order, and the build would not be reproducible.</remarks>
internal static partial class RealtimeLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Operation} completed with status {StatusCode} after {Elapsed}; attempts: {Attempts}, request ID: {RequestId}.")]
    public static partial void RequestCompleted(ILogger logger, string operation, int statusCode, TimeSpan elapsed, int attempts, PeerText? requestId);

    [LoggerMessage(2, LogLevel.Warning, "{Operation} failed ({Reason}) after {Elapsed}; attempts: {Attempts}, request ID: {RequestId}.")]
    public static partial void RequestFailed(ILogger logger, string operation, string reason, TimeSpan elapsed, int attempts, PeerText? requestId);

    [LoggerMessage(3, LogLevel.Information, "{Operation} failed ({Reason}). Retry {RetryNumber} starts in {Delay}.")]
    public static partial void RequestRetrying(ILogger logger, string operation, string reason, TimeSpan delay, int retryNumber);

    [LoggerMessage(EventId = 4, Message = "Sending {Type} despite a validation warning: {Violation}.")]
    public static partial void ValidationWarning(ILogger logger, LogLevel level, PeerText type, PeerText violation);

    /// <summary>
    /// Returns the level of a validation warning. It is Debug, because most requests are sent many times. It is Warning if an operator should act: a model
    /// will be shut down, or a server expects another session format.
    /// </summary>
    public static LogLevel GetLevel(ViolationKind kind) => kind is ViolationKind.ModelShutdown or ViolationKind.SessionTypeMismatch ? LogLevel.Warning : LogLevel.Debug;

    [LoggerMessage(5, LogLevel.Information,
        "Removed {Handler}, which is configured for all HTTP clients, from the Realtime client \"{Name}\": the client retries requests itself, and only if that is safe.")]
    public static partial void RetryHandlerRemoved(ILogger logger, string? handler, string name);

    [LoggerMessage(6, LogLevel.Warning, "Session \"{Session}\": {Path} is {Value}, {Rule}")]
    public static partial void SessionValue(ILogger logger, string session, PeerText path, PeerText value, PeerText rule);

    [LoggerMessage(7, LogLevel.Warning, "Session \"{Session}\": {Path} {Rule}")]
    public static partial void SessionWarning(ILogger logger, string session, PeerText path, PeerText rule);

    [LoggerMessage(8, LogLevel.Warning, "Agent \"{Agent}\": {Path} is {Value}, {Rule}")]
    public static partial void AgentValue(ILogger logger, string agent, PeerText path, PeerText value, PeerText rule);

    [LoggerMessage(9, LogLevel.Warning, "Agent \"{Agent}\": {Path} {Rule}")]
    public static partial void AgentWarning(ILogger logger, string agent, PeerText path, PeerText rule);

    [LoggerMessage(10, LogLevel.Warning, "The webhook options have changed and are not valid. The previous options stay in use. {Reason}")]
    public static partial void WebhookOptionsNotReloaded(ILogger logger, PeerText reason);

    [LoggerMessage(100, LogLevel.Information, "Connecting to {Host} ({Purpose}).")]
    public static partial void Connecting(ILogger logger, string host, string purpose);

    [LoggerMessage(101, LogLevel.Information, "Connected to {Host} in {Elapsed} ms.")]
    public static partial void Connected(ILogger logger, string host, long elapsed);

    [LoggerMessage(102, LogLevel.Information, "The connection ended normally. {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, PeerText reason);

    [LoggerMessage(103, LogLevel.Warning, "The connection failed. {Reason}")]
    public static partial void ConnectionFailed(ILogger logger, PeerText reason);

    [LoggerMessage(104, LogLevel.Warning, "The application reads events too slowly: {UnreadBytes} bytes are unread. Events of the droppable types are dropped until less is unread.")]
    public static partial void Dropping(ILogger logger, long unreadBytes);

    [LoggerMessage(105, LogLevel.Information,
        "Received an event of the unknown type {Type}. The application gets it as an unknown event. Later events of this type are not logged.")]
    public static partial void UnknownEventType(ILogger logger, PeerText type);

    [LoggerMessage(106, LogLevel.Trace, "Received {Type}, {Bytes} bytes.{Content}")]
    public static partial void Received(ILogger logger, PeerText type, int bytes, PeerText content);

    [LoggerMessage(107, LogLevel.Trace, "Sending {Type}, {Bytes} bytes.{Content}")]
    public static partial void Sending(ILogger logger, PeerText type, int bytes, PeerText content);

    [LoggerMessage(108, LogLevel.Warning, "Failed to parse a message of {Bytes} bytes ({Count} so far): {Reason}")]
    public static partial void Malformed(ILogger logger, long count, long bytes, PeerText reason);

    [LoggerMessage(110, LogLevel.Warning,
        "A message handler threw {Exception}. The connection is not affected. Later exceptions of this handler are not logged.")]
    public static partial void HandlerFailed(ILogger logger, PeerText exception);

    [LoggerMessage(109, LogLevel.Warning, "The connection could not be opened ({Exception}). {Reason}")]
    public static partial void ConnectionRefused(ILogger logger, string exception, PeerText reason);

    [LoggerMessage(200, LogLevel.Warning, "Conversation warning ({Kind}): {Message}")]
    public static partial void ConversationWarning(ILogger logger, string kind, PeerText message);

    [LoggerMessage(201, LogLevel.Information, "The conversation has ended: {Reason}.")]
    public static partial void ConversationEnded(ILogger logger, PeerText reason);

    [LoggerMessage(202, LogLevel.Warning, "The conversation has failed ({Reason}). {Message}")]
    public static partial void ConversationFailed(ILogger logger, string reason, PeerText message);

    [LoggerMessage(203, LogLevel.Information, "The conversation continues in a new session ({Reason}) after {Gap}. Items of the history: {HistoryItems}; losses: {Losses}.")]
    public static partial void ConversationRenewed(ILogger logger, string reason, TimeSpan gap, int historyItems, int losses);

    [LoggerMessage(210, LogLevel.Information, "A relay refused an event of its client ({Type}): {Reason}")]
    public static partial void RelayRefused(ILogger logger, PeerText type, PeerText reason);

    [LoggerMessage(220, LogLevel.Warning, "The output of a recording threw {Exception}. Nothing more is recorded.")]
    public static partial void RecordingFailed(ILogger logger, PeerText exception);

    [LoggerMessage(221, LogLevel.Warning, "The output of a recording is too slow: lines are dropped.")]
    public static partial void RecordingIncomplete(ILogger logger);
}
