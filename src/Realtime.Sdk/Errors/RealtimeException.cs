using System.Net;

namespace Realtime.Sdk;

/// <summary>Base of everything this SDK throws on its own account; misuse throws the platform's argument exceptions.</summary>
public abstract class RealtimeException : Exception
{
    private protected RealtimeException(string message, Exception? inner) : base(message, inner) { }

    /// <summary>Whether the same call may succeed later without any change.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>The SDK refused to send: the request breaks rules of the Realtime API. Nothing was sent.</summary>
public sealed class RealtimeValidationException : RealtimeException
{
    internal RealtimeValidationException(IReadOnlyList<ConstraintViolation> violations)
        : base($"The request was not sent: {string.Join("; ", violations)}.", null) => Violations = violations;

    /// <summary>Every violated rule, each with its wire path.</summary>
    public IReadOnlyList<ConstraintViolation> Violations { get; }
}

/// <summary>The SDK could not understand bytes it was given or sent. The payload is never part of the message.</summary>
public sealed class RealtimeProtocolException : RealtimeException
{
    internal RealtimeProtocolException(string message, string? path, long length, Exception? inner = null) : base(message, inner)
    {
        Path = path;
        Length = length;
    }

    /// <summary>Where in the JSON, for example <c>$.session.audio</c>; null when that is not known.</summary>
    public string? Path { get; }

    /// <summary>The number of bytes that could not be understood.</summary>
    public long Length { get; }
}

/// <summary>What was going on when a link failed.</summary>
public enum RealtimeConnectionPhase
{
    /// <summary>An HTTP request and its answer.</summary>
    Request,

    /// <summary>Opening a WebSocket, until its first event.</summary>
    Connect,

    /// <summary>Sending an event.</summary>
    Send,

    /// <summary>Reading events, or waiting for one.</summary>
    Receive,
}

/// <summary>The link to the server failed or ended other than normally; nobody said no to a request.</summary>
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

    /// <summary>The server's words on closing; null when it gave none.</summary>
    public string? CloseReason { get; internal init; }

    /// <summary>The HTTP status of an upgrade that was not granted, for example a redirect, which is never followed; otherwise null.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>Whether what was being sent may have arrived all the same. Nothing of the kind is ever sent again by itself.</summary>
    public bool IsDeliveryUncertain { get; internal init; }

    /// <summary>Whether the session reached its maximum duration (60 minutes). A new connection is a new session and remembers nothing.</summary>
    public bool IsSessionExpired { get; internal init; }

    /// <summary>Whether a new connection looks promising: the link was lost or the service was busy, and nobody refused anything.</summary>
    public override bool IsTransient { get; }
}

/// <summary>A deadline of this SDK.</summary>
public enum RealtimeDeadline
{
    /// <summary>One attempt of an HTTP request.</summary>
    Attempt,

    /// <summary>An HTTP request with all its attempts and the waits between them.</summary>
    Request,

    /// <summary>Opening a WebSocket, until its first event.</summary>
    Connect,

    /// <summary>Handing one message to the network.</summary>
    Send,

    /// <summary>The server's acknowledgement of one event.</summary>
    Confirm,
}

/// <summary>A deadline of this SDK passed. A caller's own cancelled token gives <see cref="OperationCanceledException"/> instead.</summary>
public sealed class RealtimeTimeoutException : RealtimeException
{
    internal RealtimeTimeoutException(RealtimeDeadline deadline, TimeSpan after, string message, Exception? inner = null) : base(message, inner)
    {
        Deadline = deadline;
        After = after;
    }

    /// <summary>Which deadline passed.</summary>
    public RealtimeDeadline Deadline { get; }

    /// <summary>How long it was.</summary>
    public TimeSpan After { get; }

    /// <summary>Always true: the same call may be in time later.</summary>
    public override bool IsTransient => true;
}
