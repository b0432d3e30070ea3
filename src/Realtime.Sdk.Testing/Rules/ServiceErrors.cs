using System.Globalization;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The refusals of the service. "Observed" marks messages that the service was observed to send. A message that is known from one part of OpenAI's API is
/// used for all of it.
/// </summary>
internal static class ServiceErrors
{
    private const int BadRequest = 400, NotFound = 404, InvalidTargetCode = 4000, UnknownModelCode = 4004;

    /// <summary>Observed for voices, tool types, content parts and event types.</summary>
    public static EmulatorHttpException UnknownValue(string path, string value, ValueSet values) =>
        new(BadRequest, $"Invalid value: '{value}'. {values.Supported}", "invalid_value", path);

    /// <summary>Observed: "Invalid type for 'session.audio.input.format': expected an object, but got a string instead."</summary>
    public static EmulatorHttpException WrongType(string path, string expected, JsonNode? value) =>
        new(BadRequest, $"Invalid type for '{path}': expected {expected}, but got {DescribeKind(value)} instead.", "invalid_type", path);

    /// <summary>Observed for item IDs: "Expected a string with maximum length 32, but got a string with length 39 instead."</summary>
    public static EmulatorHttpException TooLong(string path, int max, int length) => new(
        BadRequest,
        $"Invalid '{path}': string too long. Expected a string with maximum length {max}, but got a string with length {length} instead.",
        "string_above_max_length",
        path);

    /// <summary>Observed at OpenAI's other endpoints.</summary>
    public static EmulatorHttpException Empty(string path) => new(
        BadRequest, $"Invalid '{path}': empty string. Expected a string with minimum length 1, but got an empty string instead.", "empty_string", path);

    /// <summary>Observed for the names of tools: "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."</summary>
    public static EmulatorHttpException PatternMismatch(string path, string pattern) => new(
        BadRequest, $"Invalid '{path}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.", "invalid_value", path);

    /// <summary>Observed for <c>speed</c> (a decimal) and <c>format.rate</c> (an integer), which have different codes.</summary>
    public static EmulatorHttpException BelowMinimum(string path, string kind, double min, double value) => new(
        BadRequest,
        $"Invalid '{path}': {kind} below minimum value. Expected a value >= {Text(min)}, but got {Text(value)} instead.",
        $"{kind}_below_min_value",
        path);

    /// <inheritdoc cref="BelowMinimum"/>
    public static EmulatorHttpException AboveMaximum(string path, string kind, double max, double value) => new(
        BadRequest,
        $"Invalid '{path}': {kind} above maximum value. Expected a value <= {Text(max)}, but got {Text(value)} instead.",
        $"{kind}_above_max_value",
        path);

    /// <summary>Observed at OpenAI's other endpoints.</summary>
    public static EmulatorHttpException TooShortList(string path, int min, int count) => new(
        BadRequest,
        $"Invalid '{path}': array too short. Expected an array with minimum length {min}, but got an array with length {count} instead.",
        "array_below_min_length",
        path);

    /// <summary>Observed at OpenAI's other endpoints for <c>metadata</c>.</summary>
    public static EmulatorHttpException TooManyPairs(string path, int max, int count) => new(
        BadRequest,
        $"Invalid '{path}': too many properties. Expected an object with at most {max} properties, but got an object with {count} properties instead.",
        "object_above_max_properties",
        path);

    /// <summary>Observed for <c>output_modalities</c>.</summary>
    public static EmulatorHttpException Modalities(string path, IEnumerable<string> given, string combinations) => new(
        BadRequest,
        $"Invalid modalities: [{string.Join(", ", given.Select(value => $"'{value}'"))}]. Supported combinations are: {combinations}.",
        "invalid_value",
        path);

    /// <summary>Observed for <c>item.content[0].audio</c> and <c>audio</c>.</summary>
    public static EmulatorHttpException InvalidAudio(string path, string actual) => new(
        BadRequest, $"Invalid '{path}'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got {actual}.", "invalid_value", path);

    /// <summary>Observed at OpenAI's Responses API, which accepts the same kind of URL.</summary>
    public static EmulatorHttpException InvalidImageUrl(string path, string actual) => new(
        BadRequest,
        $"Invalid '{path}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got {actual}.",
        "invalid_value",
        path);

    /// <summary>Observed at OpenAI's Responses API, with more formats.</summary>
    public static EmulatorHttpException InvalidImage(string path) => new(
        BadRequest,
        "The image data you provided does not represent a valid image. Please check your input and try again with one of the following image formats: "
            + "['image/jpeg', 'image/png'].",
        "invalid_value",
        path);

    /// <summary>Observed at OpenAI's Responses API: "Tool choice 'image_generation' not found in 'tools' parameter."</summary>
    public static EmulatorHttpException UndeclaredTool(string path, string name) =>
        new(BadRequest, $"Tool choice '{name}' not found in 'tools' parameter.", "invalid_value", path);

    /// <summary>Observed: "Model \"gpt-live-1\" is not supported in realtime mode."</summary>
    public static EmulatorHttpException UnsupportedModel(string model, string? param) => new(
        BadRequest,
        $"Model \"{model}\" is not supported in realtime mode. See https://platform.openai.com/docs/models for a list of supported models.",
        "invalid_model",
        param)
    {
        CloseCode = InvalidTargetCode,
    };

    /// <summary>Observed in a failed response, and as the reason of a close with 4004.</summary>
    public static EmulatorHttpException ModelNotFound(string model, string? param) =>
        new(NotFound, $"The model `{model}` does not exist or you do not have access to it.", "model_not_found", param) { CloseCode = UnknownModelCode };

    /// <summary>Observed: "You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5".</summary>
    public static EmulatorHttpException MissingModel() => new(
        BadRequest, "You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5", "missing_model")
    {
        CloseCode = InvalidTargetCode,
    };

    /// <summary>Observed for <c>?intent=transcription&amp;model=…</c>.</summary>
    public static EmulatorHttpException UnexpectedModel() =>
        new(BadRequest, "You must not provide a model parameter for transcription sessions.", "invalid_model") { CloseCode = InvalidTargetCode };

    /// <summary>Observed for an update with a transcription session in a realtime session. It is assumed that <c>param</c> is the type.</summary>
    public static EmulatorHttpException SessionTypeMismatch(string path, string given, string current) =>
        new(BadRequest, $"Passing a {given} session update event to a {current} session is not allowed.", "invalid_parameter", path);

    /// <summary>Observed for gpt-live-transcribe and gpt-realtime-whisper.</summary>
    public static EmulatorHttpException NoTurnDetection(string path) =>
        new(BadRequest, "Turn detection is not supported for this transcription model.", "invalid_value", path);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string DescribeKind(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => value.AsValue().TryGetValue(out long _) ? "an integer" : "a decimal number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };
}
