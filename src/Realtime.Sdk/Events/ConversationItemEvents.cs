namespace Realtime.Sdk;

/// <summary>
/// Puts an item into the conversation. The server answers <see cref="ConversationItemAddedEvent"/> and
/// <see cref="ConversationItemDoneEvent"/>; beta servers <see cref="ConversationItemCreatedEvent"/>. Wire: <c>conversation.item.create</c>.
/// </summary>
[WireType("conversation.item.create")]
public sealed partial record ConversationItemCreateEvent : ClientEvent
{
    /// <summary>The item to put it behind; <c>root</c> puts it first; null puts it last.</summary>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("item")]
    public required ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; }

    internal override void CheckPayload(Constraints constraints)
    {
        constraints.NotBlank(PreviousItemId, "previous_item_id");
        if (Item is ItemReference)
            constraints.Error("item.type", Constraints.Quote("item_reference"), "must be the type of an item: references are for the input of response.create");
        constraints.ValidateMember("item", Item);
    }
}

/// <summary>Takes an item out of the conversation. The server answers <see cref="ConversationItemDeletedEvent"/>. Wire: <c>conversation.item.delete</c>.</summary>
[WireType("conversation.item.delete")]
public sealed partial record ConversationItemDeleteEvent : ClientEvent
{
    /// <summary>The item's id.</summary>
    [JsonPropertyName("item_id")]
    public required string ItemId { get; init => field = value ?? ""; }

    internal override void CheckPayload(Constraints constraints) => constraints.Required(ItemId, "item_id");
}

/// <summary>
/// Asks for the server's copy of an item, audio included. The server answers <see cref="ConversationItemRetrievedEvent"/>.
/// Wire: <c>conversation.item.retrieve</c>.
/// </summary>
[WireType("conversation.item.retrieve")]
public sealed partial record ConversationItemRetrieveEvent : ClientEvent
{
    /// <summary>The item's id.</summary>
    [JsonPropertyName("item_id")]
    public required string ItemId { get; init => field = value ?? ""; }

    internal override void CheckPayload(Constraints constraints) => constraints.Required(ItemId, "item_id");
}

/// <summary>
/// Cuts an assistant's audio to what was really heard; the server also drops the transcript. The server answers
/// <see cref="ConversationItemTruncatedEvent"/>. Wire: <c>conversation.item.truncate</c>.
/// </summary>
[WireType("conversation.item.truncate")]
public sealed partial record ConversationItemTruncateEvent : ClientEvent
{
    /// <summary>The assistant message to cut.</summary>
    [JsonPropertyName("item_id")]
    public required string ItemId { get; init => field = value ?? ""; }

    /// <summary>The part to cut; the service takes only 0.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>
    /// How much of the audio was heard, at most its length. It is sent in whole milliseconds, rounded down: a playback position has any fraction,
    /// and the service takes no more than the item holds.
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
/// An item entered the conversation; an item of a response is still empty here. Audio bytes are left out.
/// Wire: <c>conversation.item.added</c>.
/// </summary>
[WireType("conversation.item.added")]
public sealed partial record ConversationItemAddedEvent : ServerEvent
{
    /// <summary>The item before it; null for the first.</summary>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>
/// An item entered the conversation, in the words of beta servers. Wire: <c>conversation.item.created</c>.
/// </summary>
[WireType("conversation.item.created")]
public sealed partial record ConversationItemCreatedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemAddedEvent.PreviousItemId"/>
    [JsonPropertyName("previous_item_id")]
    public string? PreviousItemId { get; init; }

    /// <inheritdoc cref="ConversationItemAddedEvent.Item"/>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;

    /// <summary>The same event as the service of today sends it.</summary>
    internal ConversationItemAddedEvent ToAdded() =>
        new() { EventId = EventId, PreviousItemId = PreviousItemId, Item = Item, AdditionalProperties = AdditionalProperties };
}

/// <summary>An item is final and whole, except for audio bytes. Wire: <c>conversation.item.done</c>.</summary>
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

/// <summary>Answers <see cref="ConversationItemDeleteEvent"/>. Wire: <c>conversation.item.deleted</c>.</summary>
[WireType("conversation.item.deleted")]
public sealed partial record ConversationItemDeletedEvent : ServerEvent
{
    /// <summary>The item's id.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>Answers <see cref="ConversationItemRetrieveEvent"/>. Wire: <c>conversation.item.retrieved</c>.</summary>
[WireType("conversation.item.retrieved")]
public sealed partial record ConversationItemRetrievedEvent : ServerEvent
{
    /// <summary>The item, audio bytes included.</summary>
    [JsonPropertyName("item")]
    public ConversationItem Item { get; init => field = value ?? ConversationItem.Missing; } = ConversationItem.Missing;
}

/// <summary>Answers <see cref="ConversationItemTruncateEvent"/>. Wire: <c>conversation.item.truncated</c>.</summary>
[WireType("conversation.item.truncated")]
public sealed partial record ConversationItemTruncatedEvent : ServerEvent
{
    /// <summary>The item's id.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The part that was cut.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>How much of the audio is left.</summary>
    [JsonPropertyName("audio_end_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan AudioEnd { get; init; }
}
