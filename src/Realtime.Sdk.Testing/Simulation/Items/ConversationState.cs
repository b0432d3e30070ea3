namespace Realtime.Sdk.Testing.Internal;

/// <summary>The default conversation: its items in order, and the client events that change them.</summary>
internal sealed class ConversationState(SimulationContext context)
{
    private readonly List<SimulatedItem> _items = [];

    public string Id { get; } = context.Ids.Next("conv_");

    public IReadOnlyList<SimulatedItem> Items => _items;

    /// <summary>The voice that the assistant has used, which cannot change afterwards; null before its first audio.</summary>
    public JsonNode? HeardVoice { get; set; }

    public string? LastId => _items.Count == 0 ? null : _items[^1].Id;

    public SimulatedItem? Find(string? id) => _items.Find(item => item.Id == id);

    /// <summary>Adds an item at the end or after another, and notifies the client.</summary>
    public void Add(SimulatedItem item, string? previousId = null)
    {
        var index = previousId switch
        {
            null => _items.Count,
            "root" => 0,
            _ => _items.FindIndex(other => other.Id == previousId) + 1,
        };
        _items.Insert(index, item);
        Announce("conversation.item.added", item);
        if (_items.Count > context.Options.MaxItems)
            _items.RemoveAt(0);
        DropAudio();
    }

    /// <summary>Notifies the client that an item is complete, unless it was deleted meanwhile.</summary>
    public void Finish(SimulatedItem item)
    {
        if (!item.IsDeleted)
            Announce("conversation.item.done", item);
    }

    /// <summary>Answers <c>conversation.item.create</c>.</summary>
    public SimulatedItem Create(JsonObject message)
    {
        var item = ItemFactory.Create(message.Object("item")!, context);
        var previous = message.Text("previous_item_id");
        if (previous is not (null or "root") && Find(previous) is null)
            throw EmulatorHttpException.InvalidValue("previous_item_id", $"there is no item '{previous}'");
        if (Find(item.Id) is not null)
            throw EmulatorHttpException.InvalidValue("item.id", $"there is an item '{item.Id}' already");
        if (item.Type == "function_call_output" && !_items.Exists(call => call.Type == "function_call" && call.CallId == item.CallId))
            throw new EmulatorHttpException(400, $"Tool call ID '{item.CallId}' not found in conversation.", "invalid_tool_call_id", "item.call_id");
        Add(item, previous);
        Finish(item);
        return item;
    }

    /// <summary>Answers <c>conversation.item.delete</c>.</summary>
    public void Delete(JsonObject message)
    {
        var id = GetItemId(message);
        var item = Find(id) ?? throw new EmulatorHttpException(400, $"Error deleting item: the item with id '{id}' does not exist.", "item_delete_invalid_item_id");
        _items.Remove(item);
        item.IsDeleted = true;
        context.Events.Send("conversation.item.deleted", ("item_id", id));
    }

    /// <summary>Answers <c>conversation.item.retrieve</c>.</summary>
    public void Retrieve(JsonObject message)
    {
        var id = GetItemId(message);
        var item = Find(id) ?? throw new EmulatorHttpException(400, $"Error retrieving item: the item with id '{id}' does not exist.", "item_retrieve_invalid_item_id");
        context.Events.Send("conversation.item.retrieved", ("item", item.CopyWithAudio()));
    }

    /// <summary>Answers <c>conversation.item.truncate</c>.</summary>
    public void Truncate(JsonObject message)
    {
        var id = GetItemId(message);
        var index = message.Number("content_index") ?? throw EmulatorHttpException.MissingParameter("content_index");
        var end = message.Milliseconds("audio_end_ms") ?? throw EmulatorHttpException.MissingParameter("audio_end_ms");
        var item = Find(id) ?? throw new EmulatorHttpException(400, $"Item with item_id not found: {id}", "item_truncate_invalid_item_id", "item_id");
        if (!item.IsFromAssistant || item.Json.Elements("content").ElementAtOrDefault((int)index).Text("type") != "output_audio")
            throw EmulatorHttpException.InvalidValue("content_index", "only audio of the model can be truncated");
        if (end > item.AudioLength)
            throw new EmulatorHttpException(400, $"Audio content of {ToMilliseconds(item.AudioLength)}ms is already shorter than {message["audio_end_ms"]}ms", "invalid_value", "audio_end_ms");
        Truncate(item, (int)index, end);
    }

    /// <summary>Truncates audio of the model, and notifies the client.</summary>
    public void Truncate(SimulatedItem item, int contentIndex, TimeSpan end)
    {
        item.AudioLength = end;
        (item.Json.Elements("content").ElementAtOrDefault(contentIndex) as JsonObject)?.Remove("transcript");
        context.Events.Send("conversation.item.truncated", ("item_id", item.Id), ("content_index", contentIndex), ("audio_end_ms", ToMilliseconds(end)));
    }

    private static long ToMilliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static string GetItemId(JsonObject message) =>
        message.Text("item_id") is { Length: > 0 } id ? id : throw EmulatorHttpException.MissingParameter("item_id");

    private void Announce(string type, SimulatedItem item)
    {
        var index = _items.IndexOf(item);
        context.Events.Send(type, ("previous_item_id", index > 0 ? _items[index - 1].Id : null), ("item", item.Json));
    }

    /// <summary>Removes the oldest audio of the user if the maximum is exceeded.</summary>
    private void DropAudio()
    {
        long kept = 0;
        for (var i = _items.Count - 1; i >= 0; i--)
        {
            kept += _items[i].Audio.Values.Sum(audio => (long)audio.Length);
            if (kept > context.Options.MaxKeptAudioBytes)
                _items[i].Audio.Clear();
        }
    }
}
