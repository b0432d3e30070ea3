namespace Realtime.Sdk;

/// <summary>A response begins an item. Wire: <c>response.output_item.added</c>.</summary>
[WireType("response.output_item.added")]
public sealed partial record ResponseOutputItemAddedEvent : ServerEvent
{
    /// <summary>The response the item belongs to.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The item, still without content.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>An item of a response has ended, also when the response was cancelled. Wire: <c>response.output_item.done</c>.</summary>
[WireType("response.output_item.done")]
public sealed partial record ResponseOutputItemDoneEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseOutputItemAddedEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The whole item, without audio bytes.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}
