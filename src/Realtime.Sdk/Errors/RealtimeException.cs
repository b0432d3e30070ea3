using System.Net;

namespace Realtime.Sdk;

/// <summary>
/// The base class of the exceptions of this SDK. Incorrect use of the API throws the platform's exceptions, such as <see cref="ArgumentException"/>.
/// </summary>
/// <remarks>
/// <see cref="Exception.Message"/> and <see cref="ToString"/> are safe to log even if they contain text of the server: text that looks like a
/// key is masked, control characters and line breaks become spaces, bidirectional control characters become U+FFFD, and the length is limited.
/// Each property that contains text of the server states whether the text is unchanged.
/// </remarks>
public abstract class RealtimeException : Exception
{
    /// <summary>The maximum length of the message. There can be many violations; text of the server within a message has a lower limit.</summary>
    private const int MaxMessageLength = 16_000;

    private protected RealtimeException(string message, Exception? inner)
        : base(PeerText.Sanitize(message, maxLength: MaxMessageLength), InnerExceptions.Sanitize(inner)) { }

    /// <summary>Whether the same call may succeed later without any change.</summary>
    public virtual bool IsTransient => false;

    /// <summary>Returns the message, the inner exceptions and the stack trace. Keys are masked, including those in the inner exceptions.</summary>
    public override string ToString() => PeerText.MaskKeys(base.ToString());
}

/// <summary>The server rejected the request or sent an invalid response.</summary>
/// <remarks>The message never quotes a response body that could not be parsed.</remarks>
public sealed class RealtimeApiException : RealtimeException
{
    internal RealtimeApiException(HttpStatusCode? statusCode, RealtimeApiErrorKind kind, string message, Exception? inner = null) : base(message, inner)
    {
        StatusCode = statusCode;
        Kind = kind;
    }

    /// <summary>The HTTP status of the last response; null if the error arrived over a WebSocket.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The kind of error.</summary>
    public RealtimeApiErrorKind Kind { get; }

    /// <summary>
    /// The server's error object; null if there is none or it could not be read. The object of an <c>error</c> event is unchanged. In an object from an
    /// HTTP body, keys are masked, because servers quote the credential that they reject. For a WebSocket close, it has only type and code, and
    /// <see cref="Exception.InnerException"/> is the <see cref="RealtimeConnectionException"/> of the close.
    /// </summary>
    public RealtimeError? Error { get; internal init; }

    /// <summary>
    /// The server-assigned request ID (<c>x-request-id</c>, or <c>apim-request-id</c> on Azure), for support requests: at most 128 visible ASCII
    /// characters. Null if the server sent none, or a value that is not an ID, such as a key.
    /// </summary>
    public string? RequestId { get; internal init; }

    /// <summary>
    /// The time to wait before a retry, as requested by the server in <c>retry-after-ms</c> or <c>Retry-After</c>; never negative. Null if the header is
    /// missing or malformed.
    /// </summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>The number of times that the request was sent. The default is 1.</summary>
    public int Attempts { get; internal init; } = 1;

    /// <summary>The value of the <c>x-should-retry</c> header; null if the server did not send it.</summary>
    internal bool? ShouldRetry { get; init; }

    /// <summary>
    /// Whether the same request may succeed later. If an error response has an <c>x-should-retry</c> header, its value decides. Otherwise the statuses
    /// 408, 429, 500, 502, 503, 504, 520 to 524 and 529 are transient, as are <c>error</c> events about rate limits and server errors.
    /// All others are permanent, including an exhausted quota, 501 and 505.
    /// </summary>
    public override bool IsTransient => Kind switch
    {
        RealtimeApiErrorKind.InvalidResponse or RealtimeApiErrorKind.Redirect => false,
        _ when ShouldRetry is { } should => should,
        RealtimeApiErrorKind.QuotaExceeded => false,
        _ => StatusCode is { } status ? TransientFailures.Contains(status) : TransientFailures.Contains(Kind, Error?.Code),
    };
}

/// <summary>The kind of error that the server reported.</summary>
public enum RealtimeApiErrorKind
{
    /// <summary>The request is invalid: 400, 413, 415, 422 and any other 4xx that is not listed here.</summary>
    InvalidRequest,

    /// <summary>The credential is missing, invalid or expired: 401.</summary>
    Authentication,

    /// <summary>The credential does not permit the operation: 403.</summary>
    Permission,

    /// <summary>The call, session or address does not exist: 404.</summary>
    NotFound,

    /// <summary>Too many requests: 429.</summary>
    RateLimited,

    /// <summary>The quota of the account is exhausted (<c>insufficient_quota</c>). A retry does not help.</summary>
    QuotaExceeded,

    /// <summary>The server failed or timed out: 408 and any 5xx. Only some are worth a retry; see <see cref="RealtimeApiException.IsTransient"/>.</summary>
    Server,

    /// <summary>
    /// The status indicates success, but the body does not contain what was requested or exceeds <see cref="RealtimeClientOptions.MaxResponseBytes"/>.
    /// </summary>
    InvalidResponse,

    /// <summary>The server sent a redirect: 3xx. Redirects are never followed, because the credential would be sent to another address.</summary>
    Redirect,

    /// <summary>
    /// The session reached its maximum duration (<c>session_expired</c>). A new connection has a new session without the previous conversation.
    /// </summary>
    SessionExpired,

    /// <summary>The telephone call was already accepted or rejected (<c>decision_already_made</c>), perhaps by another server, or by the Live API.</summary>
    AlreadyDecided,
}

/// <summary>The credential could not be obtained: the token callback failed or returned an invalid token. Nothing was sent.</summary>
/// <remarks><see cref="Exception.InnerException"/> is the exception of the callback, unchanged, or null if the callback returned an invalid token.</remarks>
public sealed class RealtimeCredentialException : RealtimeException
{
    internal RealtimeCredentialException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>The request violates rules of the Realtime API and was not sent, or the JSON schema of a C# type cannot be used for its purpose.</summary>
/// <remarks>The message quotes at most 40 characters of each invalid value, with keys masked.</remarks>
public sealed class RealtimeValidationException : RealtimeException
{
    private const string NotSent = "The request was not sent";

    internal RealtimeValidationException(IReadOnlyList<ConstraintViolation> violations, string outcome = NotSent)
        : base($"{outcome}: {string.Join("; ", violations)}.", null) => Violations = violations;

    /// <summary>All violations, each with its wire path or, for a C# type, its path in the schema.</summary>
    public IReadOnlyList<ConstraintViolation> Violations { get; }

    /// <summary>Throws an exception with all errors if there are any. Warnings are ignored.</summary>
    internal static void ThrowIfErrors(IReadOnlyList<ConstraintViolation> violations, string outcome = NotSent)
    {
        if (FromErrors(violations, outcome) is { } refused)
            throw refused;
    }

    /// <summary>Returns an exception with all errors, or null if there are only warnings.</summary>
    internal static RealtimeValidationException? FromErrors(IReadOnlyList<ConstraintViolation> violations, string outcome = NotSent)
    {
        List<ConstraintViolation>? errors = null;
        foreach (var violation in violations)
        {
            if (violation.Severity is ConstraintSeverity.Error)
                (errors ??= []).Add(violation);
        }
        return errors is null ? null : new(errors, outcome);
    }
}

/// <summary>
/// The reply was not requested, because <see cref="RealtimeConversationOptions.Budget"/> is spent, or what remains is reserved for the farewell. The
/// conversation ends.
/// </summary>
public sealed class RealtimeBudgetException : RealtimeException
{
    internal RealtimeBudgetException(string message) : base(message, null) { }
}

/// <summary>
/// Data of the server or of the caller could not be parsed. The message never contains the payload, and only member names that look like names of the API.
/// </summary>
public sealed class RealtimeProtocolException : RealtimeException
{
    internal RealtimeProtocolException(string message, string? path, long length) : base(message, null)
    {
        Path = path;
        Length = length;
    }

    /// <summary>
    /// The position in the JSON, for example <c>$.session.audio</c>; null if it is not known. A name that does not look like a name of the API,
    /// or looks like a key, is replaced by <c>*</c>.
    /// </summary>
    public string? Path { get; }

    /// <summary>The length of the data in bytes.</summary>
    public long Length { get; }
}

/// <summary>The phase in which a connection failed.</summary>
public enum RealtimeConnectionPhase
{
    /// <summary>Sending an HTTP request or receiving its response.</summary>
    Request,

    /// <summary>Opening a connection: DNS, TCP, TLS and proxy. For a WebSocket, this includes the handshake and the wait for the first event.</summary>
    Connect,

    /// <summary>Sending an event.</summary>
    Send,

    /// <summary>Reading events or waiting for one.</summary>
    Receive,
}

/// <summary>The connection to the server failed or closed abnormally.</summary>
public sealed class RealtimeConnectionException : RealtimeException
{
    internal RealtimeConnectionException(RealtimeConnectionPhase phase, string message, Exception? inner = null, bool isTransient = true)
        : base(message, inner)
    {
        Phase = phase;
        IsTransient = isTransient;
    }

    /// <summary>The phase in which the connection failed.</summary>
    public RealtimeConnectionPhase Phase { get; }

    /// <summary>The WebSocket close code, for example 1011; null if the connection was lost without a close or was never opened.</summary>
    public int? CloseCode { get; internal init; }

    /// <summary>
    /// The close reason that the server sent, unchanged, at most 123 bytes of UTF-8; null if it sent none. Do not log it, because it may contain any
    /// text: log <see cref="Exception.Message"/>.
    /// </summary>
    public string? CloseReason { get; internal init; }

    /// <summary>The HTTP status of a failed WebSocket handshake, for example that of a redirect, which is never followed; otherwise null.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>
    /// Whether the data may have reached the server although sending it failed. The SDK never resends such data. The default is <see langword="false"/>.
    /// </summary>
    public bool IsDeliveryUncertain { get; internal init; }

    /// <summary>
    /// The kind of error that the server reported in the close reason or in a preceding <c>error</c> event, for example
    /// <see cref="RealtimeApiErrorKind.QuotaExceeded"/>; null if it reported none, or one that this version does not recognize.
    /// </summary>
    public RealtimeApiErrorKind? ErrorKind { get; internal init; }

    /// <summary>Whether the session reached its maximum duration (60 minutes). A new connection has a new session without the previous conversation.</summary>
    public bool IsSessionExpired => ErrorKind is RealtimeApiErrorKind.SessionExpired;

    /// <summary>
    /// Whether reconnecting may succeed: the server could not be reached, the connection was lost or ended without a response, a proxy was busy, or
    /// the server closed the connection with 1001, 1005, 1006, 1011, 1012 or 1013. All other failures are permanent, such as a rejected certificate, a
    /// response that is not valid HTTP or has too many headers, or any other close code.
    /// </summary>
    public override bool IsTransient { get; }
}

/// <summary>
/// The send queue is full: see <see cref="RealtimeConnectionOptions.MaxQueuedSendBytes"/>. Nothing was sent, and the connection remains open.
/// </summary>
public sealed class RealtimeSendQueueFullException : RealtimeException
{
    internal RealtimeSendQueueFullException(long queuedBytes, long maxQueuedBytes)
        : base($"The event was not sent: {queuedBytes} bytes are waiting to be sent, and the limit is {maxQueuedBytes} bytes (MaxQueuedSendBytes). The connection is open.", null)
    {
        QueuedBytes = queuedBytes;
        MaxQueuedBytes = maxQueuedBytes;
    }

    /// <summary>The bytes in the queue, including 256 for each event.</summary>
    public long QueuedBytes { get; }

    /// <summary>The limit, <see cref="RealtimeConnectionOptions.MaxQueuedSendBytes"/>.</summary>
    public long MaxQueuedBytes { get; }

    /// <summary>Always <see langword="true"/>: the same send may succeed when the queue is shorter.</summary>
    public override bool IsTransient => true;
}

/// <summary>The deadlines of this SDK.</summary>
public enum RealtimeDeadline
{
    /// <summary>One attempt of an HTTP request.</summary>
    Attempt,

    /// <summary>An HTTP request with all attempts and the delays between them.</summary>
    Request,

    /// <summary>The <see cref="HttpClient.Timeout"/> of the caller's own <see cref="HttpClient"/>.</summary>
    HttpClient,

    /// <summary>Opening a WebSocket, including the wait for the first event.</summary>
    Connect,

    /// <summary>Sending one message to the network.</summary>
    Send,

    /// <summary>The server's reply to one event.</summary>
    Reply,

    /// <summary>A function call of an agent.</summary>
    Function,

    /// <summary>The approval of a function call.</summary>
    Approval,
}

/// <summary>A deadline of this SDK passed. If the caller's own token is canceled, <see cref="OperationCanceledException"/> is thrown instead.</summary>
public sealed class RealtimeTimeoutException : RealtimeException
{
    internal RealtimeTimeoutException(RealtimeDeadline deadline, TimeSpan timeout, string message, Exception? inner = null) : base(message, inner)
    {
        Deadline = deadline;
        Timeout = timeout;
    }

    /// <summary>The deadline that passed.</summary>
    public RealtimeDeadline Deadline { get; }

    /// <summary>The duration of the deadline.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>
    /// Whether the data may have reached the server although the deadline passed. The SDK never resends such data. The default is <see langword="false"/>.
    /// </summary>
    public bool IsDeliveryUncertain { get; internal init; }

    /// <summary>Always <see langword="true"/>: the same call may complete in time later.</summary>
    public override bool IsTransient => true;
}
