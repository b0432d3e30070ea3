namespace Realtime.Sdk.Internal;

/// <summary>
/// The turns in the order of the conversation. A turn is completed when it is ready and all turns before it are complete. Used under the conversation's lock.
/// </summary>
internal sealed class TurnLedger(UpdateHub updates, TimeProvider time, int maxTurns, int maxText)
{
    private const int MaxDropped = 32;

    private readonly List<TurnState> _turns = [];
    private readonly Dictionary<string, TurnItem> _items = [];
    private int _complete;
    private int _begun;
    private bool _hasReportedCut;

    /// <summary>Called with each turn that is completed.</summary>
    public Action<TurnState>? Completed { get; set; }

    /// <summary>Called when a turn has begun.</summary>
    public Action? Begun { get; set; }

    /// <summary>Called once, when a turn exceeds the limit of text.</summary>
    public Action? TextCut { get; set; }

    /// <summary>Returns the ID of the previous item in the conversation; null if there is none.</summary>
    public Func<string, string?>? ItemBefore { get; set; }

    public IEnumerable<TurnState> Open => _turns.Skip(_complete);

    public IReadOnlyList<ConversationTurn> Show() => [.. _turns.Skip(Math.Max(0, _turns.Count - maxTurns)).Select(turn => turn.Show())];

    public TurnState Begin(TurnRole role, string? agent)
    {
        var turn = new TurnState($"turn_{_begun}", _begun++, role, agent, time.GetUtcNow(), maxText);
        _turns.Add(turn);
        BoundOpen();
        updates.Change(turn);
        Begun?.Invoke();
        return turn;
    }

    /// <summary>Whether no turn has begun after it.</summary>
    public bool IsNewest(TurnState turn) => turn.Index == _begun - 1;

    public TurnItem? Find(string itemId) => _items.GetValueOrDefault(itemId);

    public TurnItem AddItem(TurnState turn, string itemId)
    {
        var item = turn.AddItem(itemId);
        _items[itemId] = item;
        Changed(turn);
        return item;
    }

    /// <summary>Moves a turn behind the turn of another item, unless that place has been reported as complete already.</summary>
    public void Place(TurnState turn, string? previousItemId)
    {
        // Some items belong to no turn, for example system messages.
        while (previousItemId is not null && Find(previousItemId) is null)
            previousItemId = ItemBefore?.Invoke(previousItemId);
        if (turn.IsComplete || previousItemId is null || Find(previousItemId)?.Turn is not { } previous || previous == turn)
            return;
        var from = _turns.LastIndexOf(turn);
        var to = Math.Max(_turns.LastIndexOf(previous) + 1, _complete);
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
    public void Changed(TurnState turn)
    {
        if (turn.IsTextCut && !_hasReportedCut)
        {
            _hasReportedCut = true;
            TextCut?.Invoke();
        }
        if (turn.IsComplete)
            updates.Publish(new TurnRevisedUpdate { Turn = turn.Show() });
        else
            updates.Change(turn);
    }

    /// <summary>Removes a turn that does not exist after all, such as speech that was never committed.</summary>
    public void Remove(TurnState turn)
    {
        if (turn.IsComplete || !_turns.Remove(turn))
            return;
        Forget(turn);
        updates.Remove(turn);
        CompleteReady();
    }

    /// <summary>Completes the open turns in their current state, because the conversation has ended.</summary>
    public void CompleteAll()
    {
        foreach (var turn in Open)
            turn.IsReady = true;
        CompleteReady();
    }

    /// <summary>Completes the oldest open turns in their current state if there are too many, because the events that would complete them may never arrive.</summary>
    private void BoundOpen()
    {
        while (_turns.Count - _complete > maxTurns)
        {
            _turns[_complete].IsReady = true;
            CompleteReady();
        }
    }

    private void CompleteReady()
    {
        while (_complete < _turns.Count && _turns[_complete] is { IsReady: true } turn)
        {
            _complete++;
            turn.IsComplete = true;
            turn.Trim();
            updates.Complete(turn);
            Completed?.Invoke(turn);
        }
        DropOld();
    }

    /// <summary>Removes the turns beyond the maximum, several at a time, because removing the first element of a list moves all others.</summary>
    private void DropOld()
    {
        var old = Math.Min(_turns.Count - maxTurns, _complete);
        if (old < Math.Min(maxTurns, MaxDropped))
            return;
        for (var i = 0; i < old; i++)
            Forget(_turns[i]);
        _turns.RemoveRange(0, old);
        _complete -= old;
    }

    private void Forget(TurnState turn)
    {
        foreach (var item in turn.Items)
        {
            // A server may give an item of another turn the same ID.
            if (Find(item.Id) == item)
                _items.Remove(item.Id);
        }
    }
}
