namespace Realtime.Sdk;

/// <summary>
/// Requests a response from the model. The server replies with <see cref="ResponseCreatedEvent"/>, and finally with <see cref="ResponseDoneEvent"/>. Only one
/// response can be in progress in the conversation. Wire: <c>response.create</c>.
/// </summary>
[WireType("response.create")]
public sealed partial record ResponseCreateEvent : ClientEvent
{
    /// <summary>The configuration of this response; null uses that of the session.</summary>
    [JsonPropertyName("response")]
    public ResponseConfiguration? Response { get; init; }

    internal override void CheckPayload(Constraints constraints) => constraints.ValidateMember("response", Response);
}

/// <summary>
/// Cancels a response. The server replies with <see cref="ResponseDoneEvent"/>, or with a harmless <see cref="ErrorEvent"/> if none is in progress.
/// Wire: <c>response.cancel</c>.
/// </summary>
[WireType("response.cancel")]
public sealed partial record ResponseCancelEvent : ClientEvent
{
    /// <summary>The ID of the response; null cancels the response in the conversation.</summary>
    [JsonPropertyName("response_id")]
    public string? ResponseId { get; init; }

    internal override void CheckPayload(Constraints constraints) => constraints.NotBlank(ResponseId, "response_id");
}

/// <summary>The model has started a response. Wire: <c>response.created</c>.</summary>
[WireType("response.created")]
public sealed partial record ResponseCreatedEvent : ServerEvent
{
    /// <summary>The response, without output and usage.</summary>
    [JsonPropertyName("response")]
    public RealtimeResponse Response { get; init => field = value ?? new(); } = new();
}

/// <summary>A response has ended for any reason; see <see cref="RealtimeResponse.Status"/>. Wire: <c>response.done</c>.</summary>
[WireType("response.done")]
public sealed partial record ResponseDoneEvent : ServerEvent
{
    /// <summary>The complete response, without audio bytes.</summary>
    [JsonPropertyName("response")]
    public RealtimeResponse Response { get; init => field = value ?? new(); } = new();

    /// <summary>Creates the <c>response.created</c> that a server omits when a response ends immediately.</summary>
    internal ResponseCreatedEvent ToCreated() => new() { EventId = EventId, Response = Response, AdditionalProperties = AdditionalProperties };
}

/// <summary>An event about a content part of an item of a response.</summary>
public abstract partial record ResponseContentEvent : ServerEvent
{
    private protected ResponseContentEvent(string type) : base(type) { }

    /// <summary>The ID of the response that contains the part.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <summary>The ID of the item that contains the part.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The index of the item in the output of the response.</summary>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The index of the part in the content of the item.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }
}
