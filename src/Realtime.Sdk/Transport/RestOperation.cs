using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>One request to be made, in as many attempts as it takes.</summary>
internal sealed record RestOperation
{
    /// <summary>The name in traces, metrics and logs, for example <c>create_client_secret</c>.</summary>
    public required string Name { get; init; }

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
    public override string ToString() => Name;
}

/// <summary>The server's success.</summary>
/// <param name="StatusCode">2xx.</param>
/// <param name="Body">The whole body, at most <see cref="RealtimeClientOptions.MaxResponseBytes"/>.</param>
/// <param name="Location">The <c>Location</c> header; null when there is none.</param>
/// <param name="RequestId">The server's name for the request.</param>
/// <param name="Attempts">How many times the request was sent.</param>
internal sealed record RestAnswer(HttpStatusCode StatusCode, byte[] Body, Uri? Location, string? RequestId, int Attempts)
{
    /// <summary>The body as the JSON object it must be.</summary>
    /// <exception cref="RealtimeApiException">The body is no such thing; it is not quoted, for it may hold a secret.</exception>
    public T Read<T>(string operation) where T : WireObject, IWireObject<T>
    {
        try
        {
            var reader = new Utf8JsonReader(WithoutMark(Body));
            if (reader.Read() && reader.TokenType is JsonTokenType.StartObject && T.Read(ref reader) is { } value && !reader.Read())
                return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            // What is wrong with the bytes may quote them: the sentence below is all that leaves.
        }
        throw Invalid(operation, $"its body of {Body.Length} bytes is not what was asked for");
    }

    /// <summary>Success by status that does not hold what was asked for; the body is not quoted.</summary>
    public RealtimeApiException Invalid(string operation, string what, Exception? inner = null) =>
        new(StatusCode, RealtimeApiErrorKind.InvalidResponse,
            $"The server answered {operation} with {(int)StatusCode}, but {what}{ErrorBody.Suffix(RequestId, Attempts)}.", inner)
        {
            RequestId = RequestId,
            Attempts = Attempts,
        };

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
