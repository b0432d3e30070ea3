
namespace Realtime.Sdk.Testing.Internal;

/// <summary>A request on its way to a REST endpoint.</summary>
internal sealed class EmulatorRequest(EmulatorState state, RecordedRequest recorded, Credential credential, IReadOnlyList<string> values)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public EmulatorState State => state;

    public RecordedRequest Recorded => recorded;

    /// <summary>How strict the emulator is with this request.</summary>
    public ServicePolicy Policy { get; } = state.PolicyOf(recorded);

    /// <summary>Who asks.</summary>
    public Credential Credential => credential;

    /// <summary>What stands in the path where the route's template has braces, in order and decoded.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>The body as a JSON object; a body that is none is refused.</summary>
    public JsonObject ReadObject()
    {
        if (recorded.Body.IsEmpty)
            return [];
        try
        {
            var body = JsonNode.Parse(recorded.Body.Span, documentOptions: Strict);
            return body as JsonObject ?? throw EmulatorHttpException.NoJson();
        }
        catch (JsonException)
        {
            throw EmulatorHttpException.NoJson();
        }
    }

    /// <summary>An answer of 200 with <paramref name="body"/>.</summary>
    public static EmulatorAnswer Ok(JsonNode body) => Json(200, body);

    public static EmulatorAnswer Json(int status, JsonNode body) =>
        new() { StatusCode = status, Body = WireJson.Bytes(body) };
}
