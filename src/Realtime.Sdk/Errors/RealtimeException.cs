using System.Net;

namespace Realtime.Sdk;

/// <summary>Base of everything this SDK throws on its own account; misuse throws the platform's argument exceptions.</summary>
/// <remarks>
/// <see cref="Exception.Message"/> and <see cref="ToString"/> are safe to log, whatever the server sent. What looks like a key is masked,
/// control characters and line breaks are shown as spaces, bidirectional controls as U+FFFD, and the length is bounded. Properties
/// that hold words of the server say whether they hold them unchanged.
/// </remarks>
public abstract class RealtimeException : Exception
{
    /// <summary>Violations can be many; the server's words inside a message have a bound of their own.</summary>
    private const int MaxMessageLength = 16_000;

    private protected RealtimeException(string message, Exception? inner)
        : base(PeerText.Sanitize(message, maxLength: MaxMessageLength), InnerExceptions.Sanitize(inner)) { }

    /// <summary>Whether the same call may succeed later without any change.</summary>
    public virtual bool IsTransient => false;

    /// <summary>Returns the message, the inner exceptions and the stack trace. Keys are masked in inner exceptions too, such as one of a token callback.</summary>
    public override string ToString() => PeerText.MaskKeys(base.ToString());
}

/// <summary>The server refused, or answered with something that could not be used.</summary>
/// <remarks>The message never quotes a body that could not be read.</remarks>
public sealed class RealtimeApiException : RealtimeException
{
    internal RealtimeApiException(HttpStatusCode? statusCode, RealtimeApiErrorKind kind, string message, Exception? inner = null) : base(message, inner)
    {
        StatusCode = statusCode;
        Kind = kind;
    }

    /// <summary>The HTTP status of the last answer; null when the server refused over the WebSocket.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>What the refusal means for the caller.</summary>
    public RealtimeApiErrorKind Kind { get; }

    /// <summary>
    /// The server's error object; null when the body held none that could be read. From an <c>error</c> event it is that event's object,
    /// unchanged. From an HTTP body, keys are masked in its texts as in the message, since servers repeat the credential they refuse. From the
    /// reason of a WebSocket close it is type and code, and <see cref="Exception.InnerException"/> is the <see cref="RealtimeConnectionException"/> with the close.
    /// </summary>
    public RealtimeError? Error { get; internal init; }

    /// <summary>
    /// The server-assigned request ID (<c>x-request-id</c>, on Azure <c>apim-request-id</c>), to give to its support: at most 128 visible
    /// ASCII characters. Null when the server sent none, or something that is not an ID, such as a key.
    /// </summary>
    public string? RequestId { get; internal init; }

    /// <summary>How long the server asks to wait (<c>retry-after-ms</c> or <c>Retry-After</c>), never negative; null when it asked for nothing readable.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>How many times the request was sent, this answer included.</summary>
    public int Attempts { get; internal init; } = 1;

    /// <summary>The value of the header <c>x-should-retry</c>; null when the server sent none.</summary>
    internal bool? ShouldRetry { get; init; }

    /// <summary>
    /// Whether the same request may succeed later. If the server sent <c>x-should-retry</c> with a refusal, it decides. Otherwise the statuses
    /// 408, 429, 500, 502, 503, 504, 520 to 524 and 529 are transient, and so are <c>error</c> events about rate limits and server errors.
    /// Everything else is final, such as a used-up quota, 501 or 505.
    /// </summary>
    public override bool IsTransient => Kind switch
    {
        RealtimeApiErrorKind.InvalidResponse or RealtimeApiErrorKind.Redirect => false,
        _ when ShouldRetry is { } should => should,
        RealtimeApiErrorKind.QuotaExceeded => false,
        _ => StatusCode is { } status ? TransientFailures.Contains(status) : TransientFailures.Contains(Kind, Error?.Code),
    };
}

/// <summary>What a refusal of the server means.</summary>
public enum RealtimeApiErrorKind
{
    /// <summary>The request is wrong as it is: 400, 413, 415, 422 and every other 4xx without a name of its own.</summary>
    InvalidRequest,

    /// <summary>The credential is missing, wrong or expired: 401.</summary>
    Authentication,

    /// <summary>The credential may not do this: 403.</summary>
    Permission,

    /// <summary>No such call, session or address: 404.</summary>
    NotFound,

    /// <summary>Too many requests for now: 429.</summary>
    RateLimited,

    /// <summary>The account has no credit left (<c>insufficient_quota</c>): waiting does not help.</summary>
    QuotaExceeded,

    /// <summary>The server failed or timed out: 408 and every 5xx. Only some of them are worth a retry, see <see cref="RealtimeApiException.IsTransient"/>.</summary>
    Server,

    /// <summary>The status says success, the body does not hold what was asked for, or is larger than <see cref="RealtimeClientOptions.MaxResponseBytes"/>.</summary>
    InvalidResponse,

    /// <summary>The server pointed elsewhere: 3xx. Redirects are never followed, they would carry the credential along.</summary>
    Redirect,

    /// <summary>The session reached its maximum duration (<c>session_expired</c>). A new connection is a new session and remembers nothing.</summary>
    SessionExpired,
}

/// <summary>There is no usable credential: the token callback failed or returned something that is not a token. Nothing was sent.</summary>
/// <remarks><see cref="Exception.InnerException"/> is what the callback threw, unchanged.</remarks>
public sealed class RealtimeCredentialException : RealtimeException
{
    internal RealtimeCredentialException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>The SDK refused to send: the request breaks rules of the Realtime API. Nothing was sent. Or a C# type has no strict schema.</summary>
/// <remarks>The message quotes offending values, at most 40 characters of each, with keys masked.</remarks>
public sealed class RealtimeValidationException : RealtimeException
{
    private const string NotSent = "The request was not sent";

    internal RealtimeValidationException(IReadOnlyList<ConstraintViolation> violations, string outcome = NotSent)
        : base($"{outcome}: {string.Join("; ", violations)}.", null) => Violations = violations;

    /// <summary>Every violated rule, each with its wire path; of a schema, with the path in it.</summary>
    public IReadOnlyList<ConstraintViolation> Violations { get; }

    /// <summary>Throws when there are errors among what was found, with all of them; warnings pass.</summary>
    internal static void ThrowIfErrors(IReadOnlyList<ConstraintViolation> violations, string outcome = NotSent)
    {
        if (FromErrors(violations, outcome) is { } refused)
            throw refused;
    }

    /// <summary>The exception for the errors among what was found, with all of them; null when there are only warnings.</summary>
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

/// <summary>The SDK could not understand bytes it was given or sent. The payload is never part of the message; of its names, only those that look like the wire's.</summary>
public sealed class RealtimeProtocolException : RealtimeException
{
    internal RealtimeProtocolException(string message, string? path, long length) : base(message, null)
    {
        Path = path;
        Length = length;
    }

    /// <summary>
    /// Where in the JSON, for example <c>$.session.audio</c>; null when that is not known. A name that does not look like a name of the
    /// wire, or looks like a key, is shown as <c>*</c>.
    /// </summary>
    public string? Path { get; }

    /// <summary>The number of bytes that could not be understood.</summary>
    public long Length { get; }
}

/// <summary>The phase in which a connection failed.</summary>
public enum RealtimeConnectionPhase
{
    /// <summary>An HTTP request and its answer.</summary>
    Request,

    /// <summary>Opening a connection: name, TCP, TLS, proxy; of a WebSocket also the handshake, until its first event.</summary>
    Connect,

    /// <summary>Sending an event.</summary>
    Send,

    /// <summary>Reading events, or waiting for one.</summary>
    Receive,
}

/// <summary>The connection to the server failed or did not end normally; no request was refused.</summary>
public sealed class RealtimeConnectionException : RealtimeException
{
    internal RealtimeConnectionException(RealtimeConnectionPhase phase, string message, Exception? inner = null, bool isTransient = true)
        : base(message, inner)
    {
        Phase = phase;
        IsTransient = isTransient;
    }

    /// <summary>What was going on.</summary>
    public RealtimeConnectionPhase Phase { get; }

    /// <summary>The code a WebSocket was closed with, for example 1011; null when it was not closed but lost, or never open.</summary>
    public int? CloseCode { get; internal init; }

    /// <summary>
    /// The reason the server gave on closing, unchanged, at most 123 bytes of UTF-8; null when it gave none. It may hold anything: log
    /// <see cref="Exception.Message"/> instead.
    /// </summary>
    public string? CloseReason { get; internal init; }

    /// <summary>The HTTP status of an upgrade that was not granted, for example a redirect, which is never followed; otherwise null.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>Whether what was being sent may have arrived all the same. Nothing of the kind is ever sent again by itself.</summary>
    public bool IsDeliveryUncertain { get; internal init; }

    /// <summary>
    /// What the server said went wrong, in the reason of its close or in an <c>error</c> event before it, for example
    /// <see cref="RealtimeApiErrorKind.QuotaExceeded"/>; null when it said nothing, or nothing this version knows.
    /// </summary>
    public RealtimeApiErrorKind? ErrorKind { get; internal init; }

    /// <summary>Whether the session reached its maximum duration (60 minutes). A new connection is a new session and remembers nothing.</summary>
    public bool IsSessionExpired => ErrorKind is RealtimeApiErrorKind.SessionExpired;

    /// <summary>
    /// Whether a new connection may succeed: the server could not be reached, the connection was lost or ended without an answer, a proxy was
    /// busy, or the server closed it with 1001, 1005, 1006, 1011, 1012 or 1013. Everything else is final, such as a refused certificate, an
    /// answer that is not valid HTTP or has too many headers, or any other close code.
    /// </summary>
    public override bool IsTransient { get; }
}

/// <summary>
/// Too much is waiting to be sent already: see <see cref="RealtimeConnectionOptions.MaxQueuedSendBytes"/>. Nothing was sent, and the connection is open.
/// </summary>
public sealed class RealtimeSendQueueFullException : RealtimeException
{
    internal RealtimeSendQueueFullException(long queuedBytes, long maxQueuedBytes)
        : base($"The event was not sent: {queuedBytes} bytes are waiting to be sent, and the limit is {maxQueuedBytes} bytes (MaxQueuedSendBytes). The connection is open.", null)
    {
        QueuedBytes = queuedBytes;
        MaxQueuedBytes = maxQueuedBytes;
    }

    /// <summary>The bytes that were waiting to be sent, 256 for each event included.</summary>
    public long QueuedBytes { get; }

    /// <summary>The limit, <see cref="RealtimeConnectionOptions.MaxQueuedSendBytes"/>.</summary>
    public long MaxQueuedBytes { get; }

    /// <summary>Always true: the same send may succeed once the network has taken what is waiting.</summary>
    public override bool IsTransient => true;
}

/// <summary>A deadline of this SDK.</summary>
public enum RealtimeDeadline
{
    /// <summary>One attempt of an HTTP request.</summary>
    Attempt,

    /// <summary>An HTTP request with all its attempts and the waits between them.</summary>
    Request,

    /// <summary><see cref="HttpClient.Timeout"/> of an <see cref="HttpClient"/> the caller brought.</summary>
    HttpClient,

    /// <summary>Opening a WebSocket, until its first event.</summary>
    Connect,

    /// <summary>Handing one message to the network.</summary>
    Send,

    /// <summary>The server's acknowledgement of one event.</summary>
    Reply,

    /// <summary>A function call of an agent.</summary>
    Function,

    /// <summary>The approval of a function call.</summary>
    Approval,
}

/// <summary>A deadline of this SDK passed. A caller's own cancelled token gives <see cref="OperationCanceledException"/> instead.</summary>
public sealed class RealtimeTimeoutException : RealtimeException
{
    internal RealtimeTimeoutException(RealtimeDeadline deadline, TimeSpan timeout, string message, Exception? inner = null) : base(message, inner)
    {
        Deadline = deadline;
        Timeout = timeout;
    }

    /// <summary>Which deadline passed.</summary>
    public RealtimeDeadline Deadline { get; }

    /// <summary>How long it was.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Whether what was being sent may have arrived all the same. Nothing of the kind is ever sent again by itself.</summary>
    public bool IsDeliveryUncertain { get; internal init; }

    /// <summary>Always true: the same call may be in time later.</summary>
    public override bool IsTransient => true;
}
