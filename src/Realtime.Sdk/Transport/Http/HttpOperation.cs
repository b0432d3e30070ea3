using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>A request that is sent in one or more attempts.</summary>
internal sealed record HttpOperation
{
    public required OperationName Name { get; init; }

    public required Uri Uri { get; init; }

    /// <summary>The body. Empty, with a null <see cref="ContentType"/>, if there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public string Accept { get; init; } = "application/json";

    /// <summary>
    /// Whether the operation may be retried after a transient error response, because it has no effect on the server when it fails. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool RetryAfterErrorResponse { get; init; }

    /// <summary>
    /// Whether the status 404 is usual, for example because a call has ended already. It is an exception for the caller, but not a failure in the log. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool IsNotFoundUsual { get; init; }

    /// <summary>The requested model; null if the request names none.</summary>
    public string? Model { get; init; }

    /// <summary>The safety identifier of this request; null uses that of the client.</summary>
    public string? SafetyIdentifier { get; init; }

    /// <summary>Returns the name of the method. The body and the address are not included, because they may contain IDs or secrets.</summary>
    public override string ToString() => Name.Method;
}

/// <summary>A successful response.</summary>
/// <param name="StatusCode">The status, 2xx.</param>
/// <param name="Body">The whole body, at most <see cref="RealtimeClientOptions.MaxResponseBytes"/>.</param>
/// <param name="Location">The <c>Location</c> header; null if there is none.</param>
/// <param name="RequestId">The server-assigned request ID; null if there is none.</param>
/// <param name="Attempts">The number of attempts.</param>
internal sealed record ApiResponse(HttpStatusCode StatusCode, byte[] Body, Uri? Location, string? RequestId, int Attempts)
{
    /// <summary>Reads the body, which must be a JSON object.</summary>
    /// <exception cref="RealtimeApiException">
    /// The body could not be read. The message states the position but does not quote the body, because it may contain a secret.
    /// </exception>
    public T Read<T>(OperationName operation) where T : WireObject, IWireObject<T>
    {
        var json = SkipByteOrderMark(Body);
        var reader = new WireReader(json);
        MessageFault fault;
        try
        {
            if (reader.ReadWhole<T>() is { } value)
                return value;
            fault = new("An object was expected, not null.", "$");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            // The exception is not passed on as the inner exception, because that of the platform quotes the body.
            fault = MessageFault.From(e, "It is not valid JSON.", JsonPath.Find(json, reader.Position));
        }
        throw CreateException(operation, $"its body of {Body.Length} bytes could not be read as {typeof(T).Name}{fault.ToClause()}");
    }

    /// <summary>Creates the exception for a successful response without the expected content. The body is not quoted.</summary>
    public RealtimeApiException CreateException(OperationName operation, string problem, Exception? inner = null) =>
        new(StatusCode, RealtimeApiErrorKind.InvalidResponse,
            $"The server responded to {operation.Method} with {(int)StatusCode}, but {problem}{ErrorBody.FormatSuffix(RequestId, Attempts)}.", inner)
        {
            RequestId = RequestId,
            Attempts = Attempts,
        };

    private static ReadOnlySpan<byte> SkipByteOrderMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
