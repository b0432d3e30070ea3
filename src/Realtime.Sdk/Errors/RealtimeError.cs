namespace Realtime.Sdk;

/// <summary>What the server says went wrong. Wire: the <c>error</c> object of REST answers and of <c>error</c> events.</summary>
/// <remarks>
/// The properties of an <c>error</c> event hold what the server sent, unchanged; print the record, not its properties. See
/// <see cref="WireObject.ToString"/>.
/// </remarks>
public sealed partial record RealtimeError : WireObject
{
    /// <summary>The kind of error, for example <c>invalid_request_error</c>; empty when the server named none.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>The precise reason, for example <c>insufficient_quota</c>; null when the server named none.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    /// <summary>The server's description of the error; empty when it gave none.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The wire path of the parameter the error is about; null or empty when it is about none.</summary>
    [JsonPropertyName("param")]
    public string? Param { get; init; }

    /// <summary>The client event that caused the error; null outside <c>error</c> events and when no event is to blame.</summary>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }
}
