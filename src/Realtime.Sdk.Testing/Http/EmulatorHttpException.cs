namespace Realtime.Sdk.Testing.Internal;

/// <summary>A request the service refuses: a status and its error object.</summary>
#pragma warning disable CA1064 // never leaves the emulator: thrown by an endpoint, answered by its caller
internal sealed class EmulatorHttpException(int status, string message, string? code = null, string? param = null, string type = "invalid_request_error")
    : Exception(message)
#pragma warning restore CA1064
{
    public int Status => status;

    public string? Code => code;

    /// <summary>The <c>error</c> object, as REST answers carry it.</summary>
    public JsonObject Error => new() { ["message"] = Message, ["type"] = type, ["param"] = param, ["code"] = code };

    public JsonObject Body => new() { ["error"] = Error };

    public static EmulatorHttpException UnknownKey(string? shown) =>
        new(401, $"The API key {(shown is null ? "is missing" : $"{shown} is not known")}: the emulator takes its own key and the secrets it made.", "invalid_api_key");

    public static EmulatorHttpException ExpiredSecret(DateTimeOffset at) =>
        new(401, $"The client secret expired at {at:O}.", "invalid_api_key");

    public static EmulatorHttpException UnknownPath(string method, string path) =>
        new(404, $"Invalid URL ({method} {path}).", "unknown_url");

    public static EmulatorHttpException WrongMethod(string method) => new(405, $"{method} is not allowed here.", "method_not_supported");

    public static EmulatorHttpException UnknownCall() => new(404, "No session found for the provided call_id.", "call_id_not_found");

    public static EmulatorHttpException CallDecided() =>
        new(400, "The call has already been accepted or rejected.", "decision_already_made");

    public static EmulatorHttpException NoMedia() => new(
        501,
        $"The emulator has no WebRTC stack that could answer the offer. Supply the answer with {nameof(RealtimeEmulator)}.{nameof(RealtimeEmulator.OnOffer)}, or set "
            + $"{nameof(RealtimeEmulatorOptions)}.{nameof(RealtimeEmulatorOptions.AnswersWithoutMedia)} to begin the call without media, for its sideband alone.",
        "media_not_available",
        type: "emulator_error");

    public static EmulatorHttpException BetaShape() =>
        new(400, "The beta of the Realtime API is no longer served: leave out the OpenAI-Beta header and use the current events.", "beta_api_shape_disabled");

    public static EmulatorHttpException NoJson() => new(400, "The body is not valid JSON.", "invalid_json");

    public static EmulatorHttpException UnknownParameter(string path) => new(400, $"Unknown parameter: '{path}'.", "unknown_parameter", path);

    public static EmulatorHttpException MissingParameter(string path) => new(400, $"Missing required parameter: '{path}'.", "missing_required_parameter", path);

    public static EmulatorHttpException WrongType(string path, string rule) => new(400, $"Invalid type for '{path}': {rule}.", "invalid_type", path);

    public static EmulatorHttpException InvalidValue(string path, string rule) => new(400, $"Invalid value for '{path}': {rule}.", "invalid_value", path);
}
