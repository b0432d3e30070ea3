using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>A request to send, in one or several attempts.</summary>
internal sealed record HttpOperation
{
    public required OperationName Name { get; init; }

    public required Uri Uri { get; init; }

    /// <summary>The body; empty with a null <see cref="ContentType"/> when there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public string Accept { get; init; } = "application/json";

    /// <summary>Whether a transient refusal by the server leaves nothing behind, so that asking again is safe.</summary>
    public bool RepeatAfterRefusal { get; init; }

    /// <summary>The model asked for; null when the request names none.</summary>
    public string? Model { get; init; }

    /// <summary>The safety identifier of this request; null takes the client's.</summary>
    public string? SafetyIdentifier { get; init; }

    /// <summary>Never the body, and never the address: it may hold ids and a query.</summary>
    public override string ToString() => Name.Method;
}

/// <summary>A successful response.</summary>
/// <param name="StatusCode">2xx.</param>
/// <param name="Body">The whole body, at most <see cref="RealtimeClientOptions.MaxResponseBytes"/>.</param>
/// <param name="Location">The <c>Location</c> header; null when there is none.</param>
/// <param name="RequestId">The server-assigned request ID; null when there is none.</param>
/// <param name="Attempts">The number of attempts made.</param>
internal sealed record HttpAnswer(HttpStatusCode StatusCode, byte[] Body, Uri? Location, string? RequestId, int Attempts)
{
    /// <summary>Reads the body, which must be a JSON object.</summary>
    /// <exception cref="RealtimeApiException">The body is something else. The message says where, and does not quote the body, because it may hold a secret.</exception>
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
            // The exception is not passed on, because the platform's quotes the body.
            fault = MessageFault.From(e, "It is not valid JSON.", JsonPath.Find(json, reader.Position));
        }
        throw CreateException(operation, $"its body of {Body.Length} bytes could not be read as {typeof(T).Name}{fault.ToClause()}");
    }

    /// <summary>Creates the exception for a success that does not hold what was asked for; the body is not quoted.</summary>
    public RealtimeApiException CreateException(OperationName operation, string what, Exception? inner = null) =>
        new(StatusCode, RealtimeApiErrorKind.InvalidResponse,
            $"The server answered {operation.Method} with {(int)StatusCode}, but {what}{ErrorBody.FormatSuffix(RequestId, Attempts)}.", inner)
        {
            RequestId = RequestId,
            Attempts = Attempts,
        };

    private static ReadOnlySpan<byte> SkipByteOrderMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
