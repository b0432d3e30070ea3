namespace Realtime.Sdk.Internal;

/// <summary>An attempt to open a connection. Creates the exceptions for its failures.</summary>
/// <param name="Operation">The public method that opens the connection.</param>
/// <param name="Server">The host and port of the server and, if there is one, of the proxy.</param>
internal sealed record ConnectAttempt(string Operation, string Server)
{
    /// <summary>Returns the attempt as it appears in exception messages, for example <c>ConnectAsync to api.openai.com:443</c>.</summary>
    public override string ToString() => $"{Operation} to {Server}";

    /// <summary>
    /// Creates the exception for a connection that ended before its session began. If the close reason names a known error, it is a
    /// <see cref="RealtimeApiException"/>, because the service closes the connection instead of sending an <c>error</c> event, or directly after one.
    /// </summary>
    public RealtimeException CreateFailure(RealtimeConnectionException end)
    {
        var reason = $"{char.ToLowerInvariant(end.Message[0])}{end.Message.AsSpan(1)}";
        var failure = new RealtimeConnectionException(
            RealtimeConnectionPhase.Connect, $"{Operation} got no session from {Server}: {reason}", end.InnerException, end.IsTransient)
        {
            CloseCode = end.CloseCode,
            CloseReason = end.CloseReason,
            ErrorKind = end.ErrorKind,
            IsDeliveryUncertain = end.IsDeliveryUncertain,
        };
        return end is { ErrorKind: { } kind, CloseCode: not null }
            ? new RealtimeApiException(null, kind, $"The server refused {this}: {reason}", failure) { Error = ServerErrorParser.FromCloseReason(end.CloseReason) }
            : failure;
    }
}
