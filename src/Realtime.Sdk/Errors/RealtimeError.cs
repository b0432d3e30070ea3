namespace Realtime.Sdk;

/// <summary>An error reported by the server. Wire: the <c>error</c> object of REST responses and of <c>error</c> events.</summary>
/// <remarks>
/// Errors of compatible servers are read too: a number as <c>code</c>; a string in place of the object, which becomes <see cref="Message"/>; an
/// array of errors, of which the first is read; and members of other types. Unless the record is changed, it is written back as it was
/// received. In an <c>error</c> event, the properties contain the server's text unchanged, so log the record, not its properties. See
/// <see cref="WireObject.ToString"/>.
/// </remarks>
public sealed partial record RealtimeError : WireObject, IErrorObject<RealtimeError>
{
    /// <summary>The kind of error, for example <c>invalid_request_error</c>; empty if the server sent none.</summary>
    [JsonIgnore]
    public string Type { get => TypeOnWire ?? ""; init => TypeOnWire = value; }

    /// <summary>
    /// The specific error code, for example <c>insufficient_quota</c>, or the digits of a numeric code; null if the server sent none.
    /// </summary>
    [JsonIgnore]
    public string? Code { get => CodeOnWire?.Text; init => CodeOnWire = ErrorCode.FromText(value); }

    /// <summary>The server's description of the error; empty if the server sent none.</summary>
    [JsonIgnore]
    public string Message { get => MessageOnWire ?? ""; init => MessageOnWire = value; }

    /// <summary>The wire path of the parameter that caused the error; null or empty if no parameter did.</summary>
    [JsonPropertyName("param")]
    public string? Param { get; init; }

    /// <summary>The ID of the client event that caused the error; null if no client event did, and outside <c>error</c> events.</summary>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    [JsonPropertyName("type")]
    internal string? TypeOnWire { get; init; }

    [JsonPropertyName("code"), WireFormat(typeof(ErrorCode))]
    internal ErrorCode? CodeOnWire { get; init; }

    [JsonPropertyName("message")]
    internal string? MessageOnWire { get; init; }

    /// <summary>The JSON that the error was read from, if it was not an error object; otherwise null.</summary>
    [JsonIgnore]
    internal RawJson? OriginalJson { get; init; }

    internal static RealtimeError? Read(ref WireReader reader) => ErrorObject.Read<RealtimeError>(ref reader);

    internal override void Write(Utf8JsonWriter writer)
    {
        if (!ErrorObject.TryWriteOriginal(this, OriginalJson, writer))
            base.Write(writer);
    }

    static RealtimeError? IErrorObject<RealtimeError>.ReadObject(ref WireReader reader) => ReadObject(ref reader);

    static RealtimeError IErrorObject<RealtimeError>.FromError(RealtimeError error, RawJson json) => error with { OriginalJson = json };
}
