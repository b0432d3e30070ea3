namespace Realtime.Sdk;

/// <summary>What the server says went wrong. Wire: the <c>error</c> object of REST answers and of <c>error</c> events.</summary>
/// <remarks>
/// Some compatible servers send a number as <c>code</c>, a string in place of the object, which reads as <see cref="Message"/>, a list of
/// errors, of which the first is read, or members of other types. Whatever they send is written back unless the record was changed. The properties of an <c>error</c> event hold what the server sent, unchanged; print the record, not its
/// properties. See <see cref="WireObject.ToString"/>.
/// </remarks>
public sealed partial record RealtimeError : WireObject, IErrorObject<RealtimeError>
{
    /// <summary>The kind of error, for example <c>invalid_request_error</c>; empty when the server named none.</summary>
    [JsonIgnore]
    public string Type { get => TypeOnWire ?? ""; init => TypeOnWire = value; }

    /// <summary>
    /// The precise reason, for example <c>insufficient_quota</c>, or the digits of a numeric code; null when the server named none.
    /// </summary>
    [JsonIgnore]
    public string? Code { get => CodeOnWire?.Text; init => CodeOnWire = ErrorCode.FromText(value); }

    /// <summary>The server's description of the error; empty when it gave none.</summary>
    [JsonIgnore]
    public string Message { get => MessageOnWire ?? ""; init => MessageOnWire = value; }

    /// <summary>The wire path of the parameter the error is about; null or empty when it is about none.</summary>
    [JsonPropertyName("param")]
    public string? Param { get; init; }

    /// <summary>The client event that caused the error; null outside <c>error</c> events and when no event is to blame.</summary>
    [JsonPropertyName("event_id")]
    public string? EventId { get; init; }

    [JsonPropertyName("type")]
    internal string? TypeOnWire { get; init; }

    [JsonPropertyName("code"), WireFormat(typeof(ErrorCode))]
    internal ErrorCode? CodeOnWire { get; init; }

    [JsonPropertyName("message")]
    internal string? MessageOnWire { get; init; }

    /// <summary>The JSON that the words were found in, when it is not an error object; otherwise null.</summary>
    [JsonIgnore]
    internal KeptJson? Unread { get; init; }

    internal static RealtimeError? Read(ref WireReader reader) => ErrorObject.Read<RealtimeError>(ref reader);

    internal override void Write(Utf8JsonWriter writer)
    {
        if (!ErrorObject.TryWriteUnread(this, Unread, writer))
            base.Write(writer);
    }

    static RealtimeError? IErrorObject<RealtimeError>.ReadObject(ref WireReader reader) => ReadObject(ref reader);

    static RealtimeError IErrorObject<RealtimeError>.FromWords(RealtimeError words, KeptJson json) => words with { Unread = json };
}
