namespace Realtime.Sdk.Testing.Internal;

/// <summary>A refusal of a request or an event: an HTTP status and an error object.</summary>
#pragma warning disable CA1064 // never leaves the emulator: thrown by an endpoint, answered by its caller
internal sealed class EmulatorHttpException(int status, string message, string? code = null, string? param = null, string type = "invalid_request_error")
    : Exception(message)
#pragma warning restore CA1064
{
    private const int KeyRefused = 3000, ShapeRefused = 4000;

    public int Status => status;

    public string? Code => code;

    /// <summary>The close code if the service refuses after the WebSocket handshake; null if it refuses the handshake with the HTTP status.</summary>
    public int? CloseCode { get; init; }

    /// <summary>The close reason: the type of the error and its code.</summary>
    public string CloseReason => code is null ? type : $"{type}.{code}";

    /// <summary>The <c>error</c> object, as in REST answers.</summary>
    public JsonObject Error => new() { ["message"] = Message, ["type"] = type, ["param"] = param, ["code"] = code };

    public JsonObject Body => new() { ["error"] = Error };

    /// <summary>Observed from the service, on the WebSocket before a close with 3000.</summary>
    public static EmulatorHttpException MissingKey() => new(401, "Missing bearer or basic authentication in header") { CloseCode = KeyRefused };

    /// <summary>The message is the service's, from a public report. The status and the close code are those of other refused keys.</summary>
    public static EmulatorHttpException TwoKeys() =>
        new(401, "You must only send one of protocol api key and Authorization header.") { CloseCode = KeyRefused };

    /// <summary>Observed from the service, on the WebSocket before a close with 3000. The service masks the key differently.</summary>
    /// <param name="shown">The masked key.</param>
    /// <param name="hint">The end of the message: the service's text, or a more specific reason of the emulator.</param>
    public static EmulatorHttpException WrongKey(string shown, string hint = "You can find your API key at https://platform.openai.com/account/api-keys.") =>
        new(401, $"Incorrect API key provided: {shown}. {hint}", "invalid_api_key") { CloseCode = KeyRefused };

    public static EmulatorHttpException UnknownPath(string method, string path) =>
        new(404, $"Invalid URL ({method} {path}).", "unknown_url");

    public static EmulatorHttpException WrongMethod(string method) => new(405, $"The method {method} is not allowed for this path.", "method_not_supported");

    public static EmulatorHttpException UnknownCall() => new(404, "No session found for the provided call_id.", "call_id_not_found");

    public static EmulatorHttpException CallDecided() =>
        new(400, "The call has already been accepted or rejected.", "decision_already_made");

    public static EmulatorHttpException MediaNotAvailable() => new(
        501,
        $"The emulator has no WebRTC stack that could answer the offer. Answer it with {nameof(RealtimeEmulator.OnOffer)}, or set "
            + $"{nameof(RealtimeEmulatorOptions.AnswersWithoutMedia)} to begin calls without media.",
        "media_not_available",
        type: "emulator_error");

    public static EmulatorHttpException BetaShape() =>
        new(400, "The beta API shape is no longer supported. Remove the OpenAI-Beta header and use the GA event shapes.", "beta_api_shape_disabled")
        {
            CloseCode = ShapeRefused,
        };

    public static EmulatorHttpException InvalidJson() => new(400, "We could not parse the JSON body of your request.", "invalid_json");

    public static EmulatorHttpException UnknownParameter(string path) => new(400, $"Unknown parameter: '{path}'.", "unknown_parameter", path);

    public static EmulatorHttpException MissingParameter(string path) => new(400, $"Missing required parameter: '{path}'.", "missing_required_parameter", path);

    /// <summary>For refusals whose message by the service is not known.</summary>
    public static EmulatorHttpException InvalidValue(string path, string rule) => new(400, $"Invalid value for '{path}': {rule}.", "invalid_value", path);
}
