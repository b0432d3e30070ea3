namespace Realtime.Sdk;

/// <summary>A response has started an item. Wire: <c>response.output_item.added</c>.</summary>
[WireType("response.output_item.added")]
public sealed partial record ResponseOutputItemAddedEvent : ServerEvent
{
    /// <summary>The ID of the response that contains the item.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The item, which has no content yet.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>An item of a response has ended; also sent if the response was canceled. Wire: <c>response.output_item.done</c>.</summary>
[WireType("response.output_item.done")]
public sealed partial record ResponseOutputItemDoneEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseOutputItemAddedEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The complete item, without audio bytes.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}
