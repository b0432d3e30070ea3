namespace Realtime.Sdk;

/// <summary>
/// Adds an item to the conversation. The server replies with <see cref="ConversationItemAddedEvent"/> and <see cref="ConversationItemDoneEvent"/>, a beta
/// server with <see cref="ConversationItemCreatedEvent"/>. Wire: <c>conversation.item.create</c>.
/// </summary>
[WireType("conversation.item.create")]
public sealed partial record ConversationItemCreateEvent : ClientEvent
{
    /// <summary>The ID of the item after which the new one is inserted. <c>root</c> inserts it at the start; null adds it at the end.</summary>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("item")]
    public required ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; }

    internal override void CheckPayload(Constraints constraints)
    {
        constraints.NotBlank(PreviousItemId, "previous_item_id");
        if (Item is ItemReference)
            constraints.Error("item.type", Constraints.Quote("item_reference"), "must not be item_reference: references are valid only in the input of response.create");
        constraints.ValidateMember("item", Item);
    }
}

/// <summary>
/// Deletes an item from the conversation. The server replies with <see cref="ConversationItemDeletedEvent"/>. Wire: <c>conversation.item.delete</c>.
/// </summary>
[WireType("conversation.item.delete")]
public sealed partial record ConversationItemDeleteEvent : ClientEvent
{
    /// <summary>The ID of the item.</summary>
    [JsonPropertyName("item_id")]
    public required string ItemId { get; init => field = value ?? ""; }

    internal override void CheckPayload(Constraints constraints) => constraints.Required(ItemId, "item_id");
}

/// <summary>
/// Retrieves the server's copy of an item, including audio. The server replies with <see cref="ConversationItemRetrievedEvent"/>.
/// Wire: <c>conversation.item.retrieve</c>.
/// </summary>
[WireType("conversation.item.retrieve")]
public sealed partial record ConversationItemRetrieveEvent : ClientEvent
{
    /// <summary>The ID of the item.</summary>
    [JsonPropertyName("item_id")]
    public required string ItemId { get; init => field = value ?? ""; }

    internal override void CheckPayload(Constraints constraints) => constraints.Required(ItemId, "item_id");
}

/// <summary>
/// Truncates an assistant's audio to the part that was heard; the server also removes the transcript. The server replies with
/// <see cref="ConversationItemTruncatedEvent"/>. Wire: <c>conversation.item.truncate</c>.
/// </summary>
[WireType("conversation.item.truncate")]
public sealed partial record ConversationItemTruncateEvent : ClientEvent
{
    /// <summary>The ID of the assistant message.</summary>
    [JsonPropertyName("item_id")]
    public required string ItemId { get; init => field = value ?? ""; }

    /// <summary>The index of the content part; the service accepts only 0.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>
    /// The duration of the audio that was heard, at most the duration of the audio in the item. It is sent in whole milliseconds, rounded down: a playback
    /// position can have a fraction, and the service rejects more audio than the item contains.
    /// </summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(WholeMilliseconds))]
    public required TimeSpan AudioEnd { get; init; }

    internal override void CheckPayload(Constraints constraints)
    {
        constraints.Required(ItemId, "item_id");
        constraints.InRange(ContentIndex, Limits.TruncateContentIndex, Limits.TruncateContentIndex, "content_index");
        constraints.InRange(AudioEnd.TotalMilliseconds, 0, Limits.MaxMilliseconds.TotalMilliseconds, "audio_end_ms");
    }
}

/// <summary>
/// An item was added to the conversation. An item of a response is still empty. Audio bytes are omitted. Wire: <c>conversation.item.added</c>.
/// </summary>
[WireType("conversation.item.added")]
public sealed partial record ConversationItemAddedEvent : ServerEvent
{
    /// <summary>The ID of the previous item; null for the first item.</summary>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>An item was added to the conversation, as reported by beta servers. Wire: <c>conversation.item.created</c>.</summary>
[WireType("conversation.item.created")]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record ConversationItemCreatedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemAddedEvent.PreviousItemId"/>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <inheritdoc cref="ConversationItemAddedEvent.Item"/>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;

    /// <summary>Converts the event to that of current servers.</summary>
    internal ConversationItemAddedEvent ToAdded() =>
        new() { EventId = EventId, PreviousItemId = PreviousItemId, Item = Item, AdditionalProperties = AdditionalProperties };
}

/// <summary>An item is complete. Audio bytes are omitted. Wire: <c>conversation.item.done</c>.</summary>
[WireType("conversation.item.done")]
public sealed partial record ConversationItemDoneEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemAddedEvent.PreviousItemId"/>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <inheritdoc cref="ConversationItemAddedEvent.Item"/>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>The reply to a <see cref="ConversationItemDeleteEvent"/>. Wire: <c>conversation.item.deleted</c>.</summary>
[WireType("conversation.item.deleted")]
public sealed partial record ConversationItemDeletedEvent : ServerEvent
{
    /// <summary>The ID of the item.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The reply to a <see cref="ConversationItemRetrieveEvent"/>. Wire: <c>conversation.item.retrieved</c>.</summary>
[WireType("conversation.item.retrieved")]
public sealed partial record ConversationItemRetrievedEvent : ServerEvent
{
    /// <summary>The item, including audio bytes.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>The reply to a <see cref="ConversationItemTruncateEvent"/>. Wire: <c>conversation.item.truncated</c>.</summary>
[WireType("conversation.item.truncated")]
public sealed partial record ConversationItemTruncatedEvent : ServerEvent
{
    /// <summary>The ID of the item.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The index of the truncated content part.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>The duration of the remaining audio.</summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioEnd { get; init; }
}
