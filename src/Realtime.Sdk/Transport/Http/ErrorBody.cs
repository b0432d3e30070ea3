using System.Net;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>Reads an error from a response body. The result is safe to log: keys are masked, control characters replaced and lengths limited.</summary>
internal static class ErrorBody
{
    private const int MaxRequestIdLength = 128;
    private static readonly string[] RequestIdHeaders = ["x-request-id", "apim-request-id"];

    /// <summary>Returns the error object in <paramref name="body"/>, or null if there is none that can be read.</summary>
    /// <param name="body">The body of the response.</param>
    /// <param name="secret">The credential that was sent, to mask it in text of the server.</param>
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
            return Mask(ReadWhole(error) ?? ServerErrorParser.Read(JsonMarshal.GetRawUtf8Value(error)), secret);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Returns the server-assigned request ID, or null if there is none or it is not safe to log.</summary>
    /// <param name="response">The response.</param>
    /// <param name="secret">The credential that was sent. An ID that contains it is ignored.</param>
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

    /// <summary>Returns the exception message for an error response.</summary>
    /// <param name="operation">The name of the operation.</param>
    /// <param name="status">The status. For 404 the message contains the path, because a wrong path is the most likely cause.</param>
    /// <param name="path">The requested path, without the query.</param>
    /// <param name="error">The error that the server reported; null if there is none.</param>
    /// <param name="requestId">The server-assigned request ID; null if there is none.</param>
    /// <param name="attempts">The number of attempts so far.</param>
    public static string FormatMessage(string operation, HttpStatusCode status, string path, RealtimeError? error, string? requestId, int attempts)
    {
        var requested = status is HttpStatusCode.NotFound ? $" at {path}" : "";
        return $"The server refused {operation} with {(int)status}{requested}{ServerErrors.FormatMessage(error)}{FormatSuffix(requestId, attempts)}.";
    }

    public static string FormatSuffix(string? requestId, int attempts) =>
        (requestId, attempts) switch
        {
            (null, 1) => "",
            (null, _) => $" [{attempts} attempts]",
            (_, 1) => $" [request ID {requestId}]",
            _ => $" [request ID {requestId}, {attempts} attempts]",
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
