namespace Realtime.Sdk;

/// <summary>
/// Asks the model to answer. The server answers <see cref="ResponseCreatedEvent"/>, in the end <see cref="ResponseDoneEvent"/>; one at a
/// time in the conversation. Wire: <c>response.create</c>.
/// </summary>
[WireType("response.create")]
public sealed partial record ResponseCreateEvent : ClientEvent
{
    /// <summary>What differs from the session for this response; null for nothing.</summary>
    [JsonPropertyName("response")]
    public ResponseConfiguration? Response { get; init; }

    internal override void CheckPayload(Constraints constraints) => constraints.ValidateMember("response", Response);
}

/// <summary>
/// Stops a response. The server answers <see cref="ResponseDoneEvent"/>, or a harmless <see cref="ErrorEvent"/> when none is running.
/// Wire: <c>response.cancel</c>.
/// </summary>
[WireType("response.cancel")]
public sealed partial record ResponseCancelEvent : ClientEvent
{
    /// <summary>The response to stop; null stops the one of the conversation.</summary>
    [JsonPropertyName("response_id")]
    public string? ResponseId { get; init; }

    internal override void CheckPayload(Constraints constraints) => constraints.NotBlank(ResponseId, "response_id");
}

/// <summary>The model begins to answer. Wire: <c>response.created</c>.</summary>
[WireType("response.created")]
public sealed partial record ResponseCreatedEvent : ServerEvent
{
    /// <summary>The response, still without output and usage.</summary>
    [JsonPropertyName("response")]
    public RealtimeResponse Response { get; init => field = value ?? new(); } = new();
}

/// <summary>A response has ended, however: <see cref="RealtimeResponse.Status"/> says how. Wire: <c>response.done</c>.</summary>
[WireType("response.done")]
public sealed partial record ResponseDoneEvent : ServerEvent
{
    /// <summary>The whole response, without audio bytes.</summary>
    [JsonPropertyName("response")]
    public RealtimeResponse Response { get; init => field = value ?? new(); } = new();

    /// <summary>Creates the <c>response.created</c> that a server omits when a response ends immediately.</summary>
    internal ResponseCreatedEvent ToCreated() => new() { EventId = EventId, Response = Response, AdditionalProperties = AdditionalProperties };
}

/// <summary>An event about one part of one item of a response.</summary>
public abstract partial record ResponseContentEvent : ServerEvent
{
    private protected ResponseContentEvent(string type) : base(type) { }

    /// <summary>The response the part belongs to.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <summary>The item the part belongs to.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The item's place in the output of the response.</summary>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The part's place in the content of the item.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }
}
