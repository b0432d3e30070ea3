namespace Realtime.Sdk.Internal;

/// <summary>The items of the conversation in order, as the server last reported them. Used under the conversation's lock.</summary>
internal sealed class ItemTracker(int maxItems)
{
    private readonly LinkedList<ConversationItem> _items = [];
    private readonly Dictionary<string, LinkedListNode<ConversationItem>> _nodes = [];

    public IReadOnlyList<ConversationItem> ToSnapshot() => [.. _items];

    public bool Contains(string itemId) => _nodes.ContainsKey(itemId);

    /// <summary>Returns the ID of the previous item; null if there is none.</summary>
    public string? GetPreviousId(string itemId) => _nodes.GetValueOrDefault(itemId)?.Previous?.Value.Id;

    /// <summary>Adds an item after another item, or replaces it if it exists.</summary>
    /// <param name="item">The item.</param>
    /// <param name="previousItemId">The ID of the previous item. Null adds the item at the end.</param>
    public void AddOrUpdate(ConversationItem item, string? previousItemId)
    {
        if (item.Id is not { Length: > 0 } id)
            return;
        if (_nodes.TryGetValue(id, out var existing))
        {
            // Each event has its own copy of the ID string; only one is kept.
            existing.Value = item with { Id = existing.Value.Id };
            return;
        }
        _nodes[id] = previousItemId is not null && _nodes.TryGetValue(previousItemId, out var previous) ? _items.AddAfter(previous, item) : _items.AddLast(item);
        if (_items.Count > maxItems)
            Remove(_items.First!.Value.Id!);
    }

    public void Clear()
    {
        _items.Clear();
        _nodes.Clear();
    }

    public void Remove(string itemId)
    {
        if (_nodes.Remove(itemId, out var node))
            _items.Remove(node);
    }
}
