using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>What a refusal says, read from any body, and never in the peer's control: no key, no control characters, no novel.</summary>
internal static class ErrorBody
{
    private const int LongestText = 1_000;
    private const int LongestRequestId = 128;
    private static readonly string[] KeyPrefixes = ["sk-", "ek_", "sess-", "Bearer "];
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
            return error.ValueKind switch
            {
                JsonValueKind.Object => Masked(Whole(error) ?? Parts(error), secret),
                JsonValueKind.String => Masked(new() { Message = error.GetString()! }, secret),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What a status means, given what the server says.</summary>
    public static RealtimeApiErrorKind Kind(HttpStatusCode status, RealtimeError? error)
    {
        if ((int)status >= 400 && (IsQuota(error?.Code) || IsQuota(error?.Type)))
            return RealtimeApiErrorKind.QuotaExceeded;
        return (int)status switch
        {
            < 300 => RealtimeApiErrorKind.InvalidResponse,
            < 400 => RealtimeApiErrorKind.Redirect,
            401 => RealtimeApiErrorKind.Authentication,
            403 => RealtimeApiErrorKind.Permission,
            404 => RealtimeApiErrorKind.NotFound,
            429 => RealtimeApiErrorKind.RateLimited,
            408 or >= 500 => RealtimeApiErrorKind.Server,
            _ => RealtimeApiErrorKind.InvalidRequest,
        };
    }

    /// <summary>The server's name for the request, if it is one that can stand in a log line.</summary>
    public static string? RequestId(HttpResponseMessage response)
    {
        foreach (var name in RequestIdHeaders)
        {
            if (!response.Headers.NonValidated.TryGetValues(name, out var values))
                continue;
            foreach (var id in values)
            {
                if (id.Length is > 0 and <= LongestRequestId && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0)
                    return id;
                break;
            }
        }
        return null;
    }

    /// <summary>One sentence of a refusal.</summary>
    public static string Sentence(string operation, HttpStatusCode status, RealtimeError? error, string? requestId, int attempts)
    {
        var text = new StringBuilder($"The server refused {operation} with {(int)status}");
        if (error?.Code is { Length: > 0 } code)
            text.Append($" ({code})");
        if (error?.Message is { Length: > 0 } message)
            text.Append(": ").Append(message.TrimEnd('.'));
        return text.Append(Suffix(requestId, attempts)).Append('.').ToString();
    }

    public static string Suffix(string? requestId, int attempts) =>
        (requestId, attempts) switch
        {
            (null, 1) => "",
            (null, _) => $" [{attempts} attempts]",
            (_, 1) => $" [request id {requestId}]",
            _ => $" [request id {requestId}, {attempts} attempts]",
        };

    /// <summary>The peer's words without keys, without control characters, and not for ever.</summary>
    public static string Mask(string text, string? secret)
    {
        if (secret is { Length: > 0 })
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        foreach (var prefix in KeyPrefixes)
            text = MaskAfter(text, prefix);
        text = string.Create(text.Length, text, static (shown, from) =>
        {
            for (var i = 0; i < shown.Length; i++)
                shown[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
        return text.Length <= LongestText ? text : text[..LongestText] + "…";
    }

    private static string MaskAfter(string text, string prefix)
    {
        var masked = new StringBuilder();
        var rest = 0;
        while (text.IndexOf(prefix, rest, StringComparison.OrdinalIgnoreCase) is >= 0 and var start)
        {
            var end = start + prefix.Length;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '*' or '.' or '=' or '/' or '+'))
                end++;
            masked.Append(text, rest, start + prefix.Length - rest).Append("***");
            rest = end;
        }
        return rest == 0 ? text : masked.Append(text, rest, text.Length - rest).ToString();
    }

    private static RealtimeError? Whole(JsonElement error)
    {
        try
        {
            var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(error));
            return WireReader.Whole<RealtimeError>(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What can be saved of an error object whose members have the wrong types.</summary>
    private static RealtimeError Parts(JsonElement error) =>
        new() { Type = Text(error, "type") ?? "", Code = Text(error, "code"), Message = Text(error, "message") ?? "", Param = Text(error, "param") };

    private static string? Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    private static RealtimeError Masked(RealtimeError error, string? secret) => error with
    {
        Type = Mask(error.Type, secret),
        Code = error.Code is { } code ? Mask(code, secret) : null,
        Message = Mask(error.Message, secret),
        Param = error.Param is { } param ? Mask(param, secret) : null,
    };

    private static bool IsQuota(string? word) => word is "insufficient_quota" or "billing_hard_limit_reached";
}
