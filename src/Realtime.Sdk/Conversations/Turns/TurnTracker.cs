namespace Realtime.Sdk.Internal;

/// <summary>
/// The turns in the order of the conversation. A turn is completed when it is ready and all turns before it are complete. Used under the conversation's lock.
/// </summary>
internal sealed class TurnTracker(UpdateHub updates, TimeProvider time, int maxTurns, int maxText)
{
    private const int RemovalBatch = 32;

    private readonly List<TurnState> _turns = [];
    private readonly Dictionary<string, TurnItem> _items = [];
    private int _completedCount;
    private int _nextIndex;
    private bool _hasReportedTruncation;

    /// <summary>Called with each turn that is completed.</summary>
    public Action<TurnState>? OnCompleted { get; set; }

    /// <summary>Called when a turn has begun.</summary>
    public Action? OnBegun { get; set; }

    /// <summary>Called once, when a turn exceeds the limit of text.</summary>
    public Action? OnTextTruncated { get; set; }

    /// <summary>Returns the ID of the previous item in the conversation; null if there is none.</summary>
    public Func<string, string?>? GetPreviousItemId { get; set; }

    public IEnumerable<TurnState> OpenTurns => _turns.Skip(_completedCount);

    public IReadOnlyList<ConversationTurn> ToSnapshots() => [.. _turns.Skip(Math.Max(0, _turns.Count - maxTurns)).Select(turn => turn.ToSnapshot())];

    public TurnState Begin(TurnRole role, string? agent)
    {
        var turn = new TurnState($"turn_{_nextIndex}", _nextIndex++, role, agent, time.GetUtcNow(), maxText);
        _turns.Add(turn);
        LimitOpenTurns();
        updates.PublishChange(turn);
        OnBegun?.Invoke();
        return turn;
    }

    /// <summary>Whether no turn has begun after it.</summary>
    public bool IsNewest(TurnState turn) => turn.Index == _nextIndex - 1;

    public TurnItem? Find(string itemId) => _items.GetValueOrDefault(itemId);

    public TurnItem AddItem(TurnState turn, string itemId)
    {
        var item = turn.AddItem(itemId);
        _items[itemId] = item;
        NotifyChanged(turn);
        return item;
    }

    /// <summary>Moves a turn to the place after the turn of another item, but never before a turn that was reported as complete.</summary>
    public void MoveAfter(TurnState turn, string? previousItemId)
    {
        // Some items have no turn, for example system messages. The items before them determine the place.
        while (previousItemId is not null && Find(previousItemId) is null)
            previousItemId = GetPreviousItemId?.Invoke(previousItemId);
        if (turn.IsComplete || previousItemId is null || Find(previousItemId)?.Turn is not { } previous || previous == turn)
            return;

        // From the end, where the newest turns are.
        var from = _turns.LastIndexOf(turn);
        var to = Math.Max(_turns.LastIndexOf(previous) + 1, _completedCount);
        if (from > to)
        {
            _turns.RemoveAt(from);
            _turns.Insert(to, turn);
        }
        else if (from < to - 1)
        {
            _turns.RemoveAt(from);
            _turns.Insert(to - 1, turn);
        }
    }

    /// <summary>Marks a turn as ready to be completed.</summary>
    public void SetReady(TurnState turn)
    {
        if (turn.IsReady)
            return;
        turn.IsReady = true;
        CompleteReady();
    }

    /// <summary>Reports that a turn has changed.</summary>
    public void NotifyChanged(TurnState turn)
    {
        // Reported once for all turns.
        if (turn.IsTextTruncated && !_hasReportedTruncation)
        {
            _hasReportedTruncation = true;
            OnTextTruncated?.Invoke();
        }

        // Readers act on complete turns, so a later change is a fact of its own.
        if (turn.IsComplete)
            updates.Publish(new TurnRevisedUpdate { Turn = turn.ToSnapshot() });
        else
            updates.PublishChange(turn);
    }

    /// <summary>Removes a turn that did not take place, such as speech that was never committed.</summary>
    public void Remove(TurnState turn)
    {
        if (turn.IsComplete || !_turns.Remove(turn))
            return;
        RemoveItems(turn);
        updates.Remove(turn);
        CompleteReady();
    }

    /// <summary>Completes the open turns in their current state, because the conversation has ended.</summary>
    public void CompleteAll()
    {
        foreach (var turn in OpenTurns)
            turn.IsReady = true;
        CompleteReady();
    }

    /// <summary>Completes the oldest open turns in their current state if there are too many, because the events that would complete them may never arrive.</summary>
    private void LimitOpenTurns()
    {
        while (_turns.Count - _completedCount > maxTurns)
        {
            _turns[_completedCount].IsReady = true;
            CompleteReady();
        }
    }

    private void CompleteReady()
    {
        while (_completedCount < _turns.Count && _turns[_completedCount] is { IsReady: true } turn)
        {
            _completedCount++;
            turn.IsComplete = true;
            turn.Trim();
            updates.PublishCompletion(turn);
            OnCompleted?.Invoke(turn);
        }
        RemoveOldest();
    }

    /// <summary>Removes the turns beyond the maximum, several at a time, because removing the first element of a list moves all others.</summary>
    private void RemoveOldest()
    {
        var count = Math.Min(_turns.Count - maxTurns, _completedCount);
        if (count < Math.Min(maxTurns, RemovalBatch))
            return;
        for (var i = 0; i < count; i++)
            RemoveItems(_turns[i]);
        _turns.RemoveRange(0, count);
        _completedCount -= count;
    }

    private void RemoveItems(TurnState turn)
    {
        foreach (var item in turn.Items)
        {
            // A server may have reused the ID for an item of another turn.
            if (Find(item.Id) == item)
                _items.Remove(item.Id);
        }
    }
}
