namespace Realtime.Sdk.Testing.Internal;

/// <summary>A request to a REST endpoint, with its credential and the values of its path.</summary>
internal sealed class EmulatorRequest(EmulatorState state, RecordedRequest recorded, Credential credential, IReadOnlyList<string> values)
{
    public EmulatorState State => state;

    public RecordedRequest Recorded => recorded;

    /// <summary>The values that the emulator accepts in this request.</summary>
    public ServicePolicy Policy { get; } = state.GetPolicy(recorded);

    /// <summary>The credential of the request.</summary>
    public Credential Credential => credential;

    /// <summary>The values of the placeholders in the route's template, in order and decoded.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>Returns the body as a JSON object, which is empty if there is no body. Any other body is refused.</summary>
    public JsonObject ReadObject()
    {
        if (recorded.Body.IsEmpty)
            return [];
        return WireJson.ParseObject(recorded.Body.Span) ?? throw EmulatorHttpException.InvalidJson();
    }

    /// <summary>Creates a 200 response with <paramref name="body"/>.</summary>
    public static EmulatorHttpResponse Ok(JsonNode body) => Json(200, body);

    public static EmulatorHttpResponse Json(int status, JsonNode body) =>
        new() { StatusCode = status, Body = WireJson.Bytes(body) };
}
