namespace Realtime.Sdk;

/// <summary>The status of a response. Wire: <c>response.status</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ResponseStatus(string Value) : IWireString<ResponseStatus>
{
    /// <summary>The response is in progress.</summary>
    public static ResponseStatus InProgress { get; } = new("in_progress");

    /// <summary>The response is complete.</summary>
    public static ResponseStatus Completed { get; } = new("completed");

    /// <summary>The response was canceled, by speech of the user or by the client.</summary>
    public static ResponseStatus Cancelled { get; } = new("cancelled");

    /// <summary>The service failed; see <see cref="ResponseStatusDetails.Error"/>.</summary>
    public static ResponseStatus Failed { get; } = new("failed");

    /// <summary>The response ended early, because of the token limit or a content filter.</summary>
    public static ResponseStatus Incomplete { get; } = new("incomplete");
}

/// <summary>Details of the status of a response. Wire: <c>response.status_details</c>.</summary>
public sealed partial record ResponseStatusDetails : WireObject
{
    /// <summary>The same as <see cref="RealtimeResponse.Status"/>; null if the server omits it.</summary>
    [JsonPropertyName("type")]
    public ResponseStatus? Type { get; init; }

    /// <summary>The reason why the response was canceled or is incomplete. Some servers send this string in place of the object.</summary>
    [JsonPropertyName("reason")]
    public ResponseStatusReason? Reason { get; init; }

    /// <summary>The error of a failed response.</summary>
    [JsonPropertyName("error")]
    public ResponseError? Error { get; init; }

    /// <summary>Whether the server sent the details as a string, in which case they are also written as one.</summary>
    [JsonIgnore]
    internal bool IsBareReason { get; init; }

    internal static ResponseStatusDetails? Read(ref WireReader reader) =>
        reader.TokenType == JsonTokenType.String ? new() { Reason = reader.GetText()!, IsBareReason = true } : ReadObject(ref reader);

    internal override void Write(Utf8JsonWriter writer)
    {
        if (this is { IsBareReason: true, Reason: { } reason })
            writer.WriteStringValue(reason.Value);
        else
            base.Write(writer);
    }
}

/// <summary>The reason why a response was canceled or is incomplete. Wire: <c>status_details.reason</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ResponseStatusReason(string Value) : IWireString<ResponseStatusReason>
{
    /// <summary>Canceled because the user started to speak.</summary>
    public static ResponseStatusReason TurnDetected { get; } = new("turn_detected");

    /// <summary>Canceled by a <see cref="ResponseCancelEvent"/>.</summary>
    public static ResponseStatusReason ClientCancelled { get; } = new("client_cancelled");

    /// <summary>Incomplete because the token limit was reached.</summary>
    public static ResponseStatusReason MaxOutputTokens { get; } = new("max_output_tokens");

    /// <summary>Incomplete because the content filter stopped it.</summary>
    public static ResponseStatusReason ContentFilter { get; } = new("content_filter");
}

/// <summary>The error of a failed response. Wire: <c>status_details.error</c>.</summary>
/// <remarks>
/// Some compatible servers send a number as <c>code</c>, or a string in place of the object, which is read as <see cref="Message"/>. The JSON is written back
/// as received unless the record was changed.
/// </remarks>
public sealed partial record ResponseError : WireObject, IErrorObject<ResponseError>
{
    /// <summary>The type of error; null if the server provided none.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The error code, for example <c>insufficient_quota</c>, or the digits of a numeric code; null if the server provided none.</summary>
    [JsonIgnore]
    public string? Code { get => CodeOnWire?.Text; init => CodeOnWire = ErrorCode.FromText(value); }

    [JsonPropertyName("code"), WireFormat(typeof(ErrorCode))]
    internal ErrorCode? CodeOnWire { get; init; }

    /// <summary>The error message of the server; null if it provided none.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <inheritdoc cref="RealtimeError.OriginalJson"/>
    [JsonIgnore]
    internal RawJson? OriginalJson { get; init; }

    internal static ResponseError? Read(ref WireReader reader) => ErrorObject.Read<ResponseError>(ref reader);

    internal override void Write(Utf8JsonWriter writer)
    {
        if (!ErrorObject.TryWriteOriginal(this, OriginalJson, writer))
            base.Write(writer);
    }

    static ResponseError? IErrorObject<ResponseError>.ReadObject(ref WireReader reader) => ReadObject(ref reader);

    static ResponseError IErrorObject<ResponseError>.FromError(RealtimeError error, RawJson json) =>
        new() { Type = error.TypeOnWire, CodeOnWire = error.CodeOnWire, Message = error.MessageOnWire, OriginalJson = json };
}
