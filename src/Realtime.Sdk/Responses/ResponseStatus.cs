namespace Realtime.Sdk;

/// <summary>How far a response has come, and how it ended. Wire: <c>response.status</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ResponseStatus(string Value) : IWireString<ResponseStatus>
{
    /// <summary>The model is answering.</summary>
    public static ResponseStatus InProgress { get; } = new("in_progress");

    /// <summary>The answer is whole.</summary>
    public static ResponseStatus Completed { get; } = new("completed");

    /// <summary>The user spoke, or the client cancelled it.</summary>
    public static ResponseStatus Cancelled { get; } = new("cancelled");

    /// <summary>The service failed; <see cref="ResponseStatusDetails.Error"/> says why.</summary>
    public static ResponseStatus Failed { get; } = new("failed");

    /// <summary>The answer ends early: too long, or filtered.</summary>
    public static ResponseStatus Incomplete { get; } = new("incomplete");
}

/// <summary>Why a response ended the way it did. Wire: <c>response.status_details</c>.</summary>
public sealed partial record ResponseStatusDetails : WireObject
{
    /// <summary>Repeats <see cref="RealtimeResponse.Status"/>; null when the server leaves it out.</summary>
    [JsonPropertyName("type")]
    public ResponseStatus? Type { get; init; }

    /// <summary>Why a response was cancelled or is incomplete. Servers were seen to send this string in place of the object.</summary>
    [JsonPropertyName("reason")]
    public ResponseStatusReason? Reason { get; init; }

    /// <summary>Why a response failed.</summary>
    [JsonPropertyName("error")]
    public ResponseError? Error { get; init; }

    /// <summary>Whether the details came as a bare string, and are written back as one.</summary>
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

/// <summary>Why a response was cancelled or is incomplete. Wire: <c>status_details.reason</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ResponseStatusReason(string Value) : IWireString<ResponseStatusReason>
{
    /// <summary>Cancelled: the user began to speak.</summary>
    public static ResponseStatusReason TurnDetected { get; } = new("turn_detected");

    /// <summary>Cancelled: by <see cref="ResponseCancelEvent"/>.</summary>
    public static ResponseStatusReason ClientCancelled { get; } = new("client_cancelled");

    /// <summary>Incomplete: the token limit was reached.</summary>
    public static ResponseStatusReason MaxOutputTokens { get; } = new("max_output_tokens");

    /// <summary>Incomplete: the safety filter cut it off.</summary>
    public static ResponseStatusReason ContentFilter { get; } = new("content_filter");
}

/// <summary>Why a response failed. Wire: <c>status_details.error</c>.</summary>
/// <remarks>
/// Some compatible servers send a number as <c>code</c>, or a string in place of the object, which reads as <see cref="Message"/>. Whatever
/// they send is written back unless the record was changed.
/// </remarks>
public sealed partial record ResponseError : WireObject, IErrorObject<ResponseError>
{
    /// <summary>The kind of error; null when the server named none.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>
    /// The precise reason, for example <c>insufficient_quota</c>, or the digits of a numeric code; null when the server named none.
    /// </summary>
    [JsonIgnore]
    public string? Code { get => CodeOnWire?.Text; init => CodeOnWire = ErrorCode.FromText(value); }

    [JsonPropertyName("code"), WireFormat(typeof(ErrorCode))]
    internal ErrorCode? CodeOnWire { get; init; }

    /// <summary>The server's words; null when it gave none.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <inheritdoc cref="RealtimeError.Unread"/>
    [JsonIgnore]
    internal KeptJson? Unread { get; init; }

    internal static ResponseError? Read(ref WireReader reader) => ErrorObject.Read<ResponseError>(ref reader);

    internal override void Write(Utf8JsonWriter writer)
    {
        if (!ErrorObject.TryWriteUnread(this, Unread, writer))
            base.Write(writer);
    }

    static ResponseError? IErrorObject<ResponseError>.ReadObject(ref WireReader reader) => ReadObject(ref reader);

    static ResponseError IErrorObject<ResponseError>.FromWords(RealtimeError words, KeptJson json) =>
        new() { Type = words.TypeOnWire, CodeOnWire = words.CodeOnWire, Message = words.MessageOnWire, Unread = json };
}
