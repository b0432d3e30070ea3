namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What one reader has read.</summary>
internal sealed class UpdateReading(bool isFirst, TimeSpan pause, int leavesAfter)
{
    private readonly List<ConversationUpdate> _updates = [];

    public bool IsFirst => isFirst;

    /// <summary>Whether the reading went on to the end.</summary>
    public bool HasEnded { get; private set; }

    public IReadOnlyList<ConversationUpdate> Updates => _updates;

    public IEnumerable<string> Completed => _updates.OfType<TurnUpdate>().Where(update => update.Turn.IsComplete).Select(update => update.Turn.Id);

    public async Task ReadAsync(RealtimeConversation conversation, VirtualTime time, Action<ConversationUpdate> read)
    {
        await foreach (var update in conversation.ReadUpdatesAsync())
        {
            _updates.Add(update);
            read(update);
            if (_updates.Count >= leavesAfter)
                return;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time);
        }
        HasEnded = true;
    }
}

/// <summary>What must be true of the updates of all readers, and of the turns at the end.</summary>
internal static class UpdateOracle
{
    public static IEnumerable<string> Check(ConversationRun run)
    {
        var turns = run.Conversation.Turns;
        if (turns.Any(turn => !turn.IsComplete))
            yield return "A turn is open after the end.";
        string[] completed = [.. turns.Select(turn => turn.Id)];
        for (var i = 0; i < run.Readings.Count; i++)
        {
            foreach (var failure in CheckReading(run.Readings[i]).Concat(CheckOrder(run.Readings[i], completed)))
                yield return $"Reader {i + 1}: {failure}";
        }
        foreach (var failure in turns.SelectMany(CheckText))
            yield return failure;
        foreach (var reply in run.Replies)
        {
            if (!reply.Completion.IsCompletedSuccessfully || !reply.Heard.IsCompletedSuccessfully)
                yield return $"A reply is {reply.Completion.Status} and {reply.Heard.Status}.";
        }
    }

    private static IEnumerable<string> CheckReading(UpdateReading reading)
    {
        var (complete, texts, time) = (new HashSet<string>(), new Dictionary<string, string>(), DateTimeOffset.MinValue);
        foreach (var update in reading.Updates)
        {
            // State is of the time at which it is read.
            if (update is not StatusUpdate and not TurnUpdate { Turn.IsComplete: false } and not FunctionCallUpdate { Call.IsOver: false })
            {
                if (update.Time < time)
                    yield return $"{update} comes after a fact of {time:O}.";
                time = update.Time;
            }
            if (update is TurnUpdate { Turn: var turn, NewText: var text })
            {
                if (complete.Contains(turn.Id))
                    yield return $"{turn.Id} changes after it was complete, without a revision.";
                if (turn.IsComplete)
                    complete.Add(turn.Id);
                var before = texts.GetValueOrDefault(turn.Id, "");
                if (turn.Text.StartsWith(before, StringComparison.Ordinal) && before + text != turn.Text)
                    yield return $"{turn.Id} had the text '{before}' and has '{turn.Text}', but the new text is '{text}'.";
                texts[turn.Id] = turn.Text;
            }
            else if (update is TurnRevisedUpdate { Turn: var revised } && reading.IsFirst && !complete.Contains(revised.Id))
            {
                yield return $"{revised.Id} is revised before it was complete.";
            }
        }
        if (reading.HasEnded && (reading.Updates.Count(update => update is EndUpdate) != 1 || reading.Updates[^1] is not EndUpdate))
            yield return $"The last updates are {string.Join(", ", reading.Updates.TakeLast(4))}, and not one end.";
    }

    private static IEnumerable<string> CheckOrder(UpdateReading reading, string[] completed)
    {
        string[] read = [.. reading.Completed];
        var start = reading.IsFirst ? 0 : read.Length == 0 ? completed.Length : Array.IndexOf(completed, read[0]);
        if (start < 0 || !completed.Skip(start).Take(read.Length).SequenceEqual(read))
            yield return $"Completed turns were {string.Join(", ", read)}, and the turns are {string.Join(", ", completed)}.";
        else if (reading.HasEnded && reading.IsFirst && read.Length < completed.Length)
            yield return $"Only {read.Length} of {completed.Length} turns were complete.";
        else if (reading.HasEnded && read.Length > 0 && start + read.Length < completed.Length)
            yield return $"The last of {completed.Length} turns were not complete.";
    }

    private static IEnumerable<string> CheckText(ConversationTurn turn)
    {
        var (text, heard) = (turn.Text, turn.HeardText);
        if (turn.Role == TurnRole.User && heard != text)
            yield return $"{turn.Id} of the user was heard as '{heard}', not '{text}'.";
        if (turn.HeardDuration > turn.Duration)
            yield return $"{turn.Id} was heard for {turn.HeardDuration} of {turn.Duration}.";
        if (turn.ItemIds.Count > 1)
            yield break;
        if (!text.StartsWith(heard, StringComparison.Ordinal) || (heard.Length > 0 && heard.Length < text.Length && !char.IsWhiteSpace(text[heard.Length])))
            yield return $"{turn.Id} was heard as '{heard}', which does not end at a word of '{text}'.";
    }
}
