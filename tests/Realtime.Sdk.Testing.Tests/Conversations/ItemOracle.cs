namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What must be true of the items and of the order of the turns at the end.</summary>
internal static class ItemOracle
{
    public static IEnumerable<string> Check(RealtimeConversation conversation, IReadOnlyList<LogEntry> log)
    {
        string[] items = [.. conversation.Items.Select(item => item.Id!)];
        var states = States(log);
        if (!states.Any(state => state.SequenceEqual(items)))
            yield return $"The items are {string.Join(", ", items)}, and should be {string.Join(", ", states[^1])}.";
        var (last, lastTurn) = (-1, "");
        foreach (var turn in conversation.Turns)
        {
            var at = turn.ItemIds.Select(id => Array.IndexOf(items, id)).Where(index => index >= 0).DefaultIfEmpty(-1).Min();
            if (at >= 0 && at < last)
                yield return $"{turn.Id} comes after {lastTurn}, but item {items[at]} comes before {items[last]}.";
            if (at >= 0)
                (last, lastTurn) = (at, turn.Id);
        }
    }

    /// <summary>The order of the items after each message; the conversation may not have come to the last ones when it ended.</summary>
    private static List<string[]> States(IReadOnlyList<LogEntry> log)
    {
        var items = new List<string>();
        List<string[]> states = [[]];
        foreach (var entry in log.Where(entry => entry.Kind == LogKind.Received))
        {
            if (entry.Text == "conversation.item.added" && entry.Json.Member("item").Text("id") is { } added && !items.Contains(added))
                items.Insert(entry.Json.Text("previous_item_id") is { } previous ? items.IndexOf(previous) + 1 : 0, added);
            else if (entry.Text == "conversation.item.deleted")
                items.Remove(entry.Json.Text("item_id")!);
            else
                continue;
            states.Add([.. items]);
        }
        return states;
    }
}
