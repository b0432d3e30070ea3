using System.Net;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>What a refusal says, read from any body, and never in the peer's control: no key, no control characters, no novel.</summary>
internal static class ErrorBody
{
    private const int MaxRequestIdLength = 128;
    private static readonly string[] RequestIdHeaders = ["x-request-id", "apim-request-id"];

    /// <summary>The error object in <paramref name="body"/>; null when there is none that can be read.</summary>
    /// <param name="body">Whatever came with the refusal.</param>
    /// <param name="secret">The credential that was sent, to be masked in the server's words.</param>
    public static RealtimeError? Read(ReadOnlySpan<byte> body, string? secret)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var error = document.RootElement.TryGetProperty("error", out var inner) ? inner : document.RootElement;
            if (error.ValueKind is JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False)
                return null;
            return Mask(ReadWhole(error) ?? ErrorWords.Read(JsonMarshal.GetRawUtf8Value(error)), secret);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The server-assigned request ID; null when there is none, or none that can stand in a log line.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="secret">The credential that was sent: an ID that holds it is not shown.</param>
    public static string? ReadRequestId(HttpResponseMessage response, string secret)
    {
        foreach (var name in RequestIdHeaders)
        {
            if (!response.Headers.NonValidated.TryGetValues(name, out var values))
                continue;
            foreach (var id in values)
            {
                if (id.Length is > 0 and <= MaxRequestIdLength && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && PeerText.IsClean(id, secret))
                    return id;
                break;
            }
        }
        return null;
    }

    /// <summary>One sentence of a refusal.</summary>
    /// <param name="operation">What was refused.</param>
    /// <param name="status">The status; with 404 the sentence names the path, which is most often what is wrong.</param>
    /// <param name="path">The path that was asked for, without its query.</param>
    /// <param name="error">What the server says; null when it says nothing.</param>
    /// <param name="requestId">The server-assigned request ID; null when there is none.</param>
    /// <param name="attempts">The number of attempts made.</param>
    public static string FormatMessage(string operation, HttpStatusCode status, string path, RealtimeError? error, string? requestId, int attempts)
    {
        var asked = status is HttpStatusCode.NotFound ? $" at {path}" : "";
        return $"The server refused {operation} with {(int)status}{asked}{ServerErrors.FormatMessage(error)}{FormatSuffix(requestId, attempts)}.";
    }

    public static string FormatSuffix(string? requestId, int attempts) =>
        (requestId, attempts) switch
        {
            (null, 1) => "",
            (null, _) => $" [{attempts} attempts]",
            (_, 1) => $" [request id {requestId}]",
            _ => $" [request id {requestId}, {attempts} attempts]",
        };

    private static RealtimeError? ReadWhole(JsonElement error)
    {
        try
        {
            var reader = new WireReader(JsonMarshal.GetRawUtf8Value(error));
            return reader.ReadWhole<RealtimeError>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RealtimeError Mask(RealtimeError error, string? secret) => error with
    {
        Type = PeerText.Sanitize(error.Type, secret),
        Code = error.Code is { } code ? PeerText.Sanitize(code, secret).ToString() : null,
        Message = PeerText.Sanitize(error.Message, secret),
        Param = error.Param is { } param ? PeerText.Sanitize(param, secret).ToString() : null,
    };
}
