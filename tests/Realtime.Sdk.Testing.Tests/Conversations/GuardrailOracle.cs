namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What must be true of what guardrails have checked.</summary>
internal static class GuardrailOracle
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20), Sending = TimeSpan.FromSeconds(1);

    /// <summary>Whether an entry explains to the model why its answer was stopped.</summary>
    public static bool IsExplanation(LogEntry entry) => entry is { Kind: LogKind.Sent, Text: "conversation.item.create" } && entry.Json.Member("item").Text("role") == "system"
        && entry.Json.GetRawText().Contains("because it broke a rule", StringComparison.Ordinal);

    public static IEnumerable<string> Check(ConversationRun run)
    {
        var (log, plans) = (run.Log.Entries, run.World.Agents.Guardrails);
        IReadOnlyList<GuardrailUpdate>? updates = run.Readings is [{ IsFirst: true, HasEnded: true } first, ..] ? [.. first.Updates.OfType<GuardrailUpdate>()] : null;
        return [
            .. CheckReplies(log, plans),
            .. CheckCalls(log, plans),
            .. updates is null ? [] : CheckUpdates(updates, log),
            .. updates is null ? [] : CheckHeard(run.Conversation.Turns, updates, log, plans),
            .. updates is null ? [] : CheckExplanations(updates, log),
        ];
    }

    /// <summary>Checks that no reply has a text that a guardrail forbids and has always checked.</summary>
    private static IEnumerable<string> CheckReplies(IReadOnlyList<LogEntry> log, IReadOnlyList<GuardrailPlan> plans)
    {
        var end = End(log);
        foreach (var reply in log.Where(entry => entry.Kind == LogKind.ReplyCompleted))
        {
            // The end of the conversation does not wait for checks.
            if (reply.At < end && plans.FirstOrDefault(plan => plan is { IsOfOutput: true, IsReliable: true } && reply.Checked.Contains(plan.Forbidden, StringComparison.Ordinal)) is { } broken)
                yield return $"{reply.At}: reply {reply.Text} is completed with '{reply.Checked}', which {broken.Name} forbids.";
        }
    }

    /// <summary>Checks that a call runs only when each guardrail has allowed it.</summary>
    private static IEnumerable<string> CheckCalls(IReadOnlyList<LogEntry> log, IReadOnlyList<GuardrailPlan> plans)
    {
        foreach (var began in log.Where(entry => entry.Kind == LogKind.Began))
        {
            foreach (var plan in plans.Where(plan => !plan.IsOfOutput))
            {
                var checks = log.Take(began.Index).Where(entry => entry.CallId == began.CallId && entry.Text == plan.Name).ToList();
                if (checks is not [{ Kind: LogKind.CheckPassed }] && !(checks is [{ Kind: LogKind.CheckFailed }] && !plan.BlocksOnFailure))
                    yield return $"{began.At}: {began.CallId} runs, but {plan.Name} has found {string.Join(", ", checks.Select(check => check.Kind))}.";
            }
        }
    }

    /// <summary>Checks that each violation is reported once, and none that was not found.</summary>
    private static IEnumerable<string> CheckUpdates(IReadOnlyList<GuardrailUpdate> updates, IReadOnlyList<LogEntry> log)
    {
        var checks = log.Where(entry => entry.Kind is LogKind.CheckBlocked or LogKind.CheckFailed).ToList();
        foreach (var group in updates.GroupBy(update => update.Call?.CallId ?? (update.Reason.StartsWith("reason", StringComparison.Ordinal) ? update.Reason : $"{update.Turn?.Id} {update.Time}")))
        {
            if (group.Count() > 1)
                yield return $"{group.Key} is reported {group.Count()} times.";
        }
        foreach (var update in updates)
        {
            if (!checks.Exists(check => check.Text == update.Guardrail && check.CallId == (update.Call?.CallId ?? "") && (check.Kind == LogKind.CheckFailed || check.Output == update.Reason)))
                yield return $"{update.Guardrail} is reported with '{update.Reason}', which it has not found.";
            if (update.Call is { } call && call.Status != FunctionCallStatus.Denied)
                yield return $"{call.CallId} was not allowed, but is {call.Status}.";
        }
        var end = End(log);
        foreach (var check in checks.Where(check => check.Kind == LogKind.CheckBlocked && check.At + Sending < end))
        {
            // A call can have ended before, and a response can break several rules, of which the first counts. Of checks that end at the same time, either can be the first.
            var isReported = check.CallId.Length > 0
                ? updates.Any(update => update.Call?.CallId == check.CallId) || log.Any(entry => entry.CallId == check.CallId && entry.Kind == LogKind.CanceledByApp) || IsAnsweredBefore(log, check)
                : updates.Any(update => update.Reason == check.Output) || log.Take(check.Index).Any(other => other.Kind is LogKind.CheckBlocked or LogKind.CheckFailed && other.CallId.Length == 0 && IsSameAnswer(other, check))
                    || log.Any(other => other.Kind == LogKind.CheckFailed && other.CallId.Length == 0 && IsSameAnswer(other, check))
                    || checks.Exists(other => other.At == check.At && other.CallId.Length == 0 && IsSameAnswer(other, check) && updates.Any(update => update.Reason == other.Output));
            if (!isReported)
                yield return $"{check.At}: {check.Text} has found '{check.Output}' in '{check.Checked}{check.CallId}', which is not reported.";
        }
    }

    private static bool IsAnsweredBefore(IReadOnlyList<LogEntry> log, LogEntry check) => log.Take(check.Index).Any(entry => CallLog.OutputOf(entry) == check.CallId)
        || log.Any(entry => entry is { Kind: LogKind.Sent, Text: "conversation.item.delete" });

    private static bool IsSameAnswer(LogEntry one, LogEntry other) =>
        one.Checked.StartsWith(other.Checked, StringComparison.Ordinal) || other.Checked.StartsWith(one.Checked, StringComparison.Ordinal);

    /// <summary>Checks that blocked text that nobody has heard as audio is not among what was heard.</summary>
    private static IEnumerable<string> CheckHeard(IReadOnlyList<ConversationTurn> turns, IReadOnlyList<GuardrailUpdate> updates, IReadOnlyList<LogEntry> log, IReadOnlyList<GuardrailPlan> plans)
    {
        var spoken = log.Where(entry => entry is { Kind: LogKind.Received, Audio.IsEmpty: false }).Select(entry => entry.Json.Text("item_id") ?? "").ToHashSet();
        foreach (var update in updates.Where(update => update is { Call: null, Turn: not null } && update.Reason.StartsWith("reason", StringComparison.Ordinal)))
        {
            var forbidden = plans.First(plan => plan.Name == update.Guardrail).Forbidden;
            var turn = turns.FirstOrDefault(turn => turn.Id == update.Turn!.Id);
            if (turn is not null && !turn.ItemIds.Any(spoken.Contains) && turn.HeardText.Contains(forbidden, StringComparison.Ordinal))
                yield return $"{turn.Id} was blocked, but was read as '{turn.HeardText}'.";
            if (turn is { WasInterrupted: false })
                yield return $"{turn.Id} was blocked, but is not interrupted.";
        }
    }

    /// <summary>Checks that the model gets the reason of each blocked answer, once.</summary>
    private static IEnumerable<string> CheckExplanations(IReadOnlyList<GuardrailUpdate> updates, IReadOnlyList<LogEntry> log)
    {
        var explanations = log.Where(IsExplanation).ToList();
        foreach (var explanation in explanations.Where(explanation => !updates.Any(update => update is { Call: null, Turn: not null } && Explains(explanation, update))))
            yield return $"{explanation.At}: the model gets a reason that is not reported ({explanation.Json.GetRawText()}).";
        var end = End(log);
        foreach (var update in updates.Where(update => update is { Call: null, Turn: not null } && update.Reason.StartsWith("reason", StringComparison.Ordinal)))
        {
            var count = explanations.Count(explanation => Explains(explanation, update));
            if (count > 1)
                yield return $"The model gets '{update.Reason}' {count} times.";

            // A correction is a reply, which can be withdrawn while it waits.
            var found = log.First(entry => entry.Kind == LogKind.CheckBlocked && entry.Output == update.Reason);
            if (count == 0 && found.At + MaxWait < end && !log.Skip(found.Index).Any(entry => entry is { Kind: LogKind.Note, Text: Notes.Withdrawn or Notes.Interrupted or Notes.NoReplies or Notes.LastReply }))
                yield return $"{found.At}: the model does not get '{update.Reason}'.";
        }
    }

    private static bool Explains(LogEntry explanation, GuardrailUpdate update) => explanation.Json.GetRawText().Contains($": {update.Reason}\"", StringComparison.Ordinal);

    private static TimeSpan End(IReadOnlyList<LogEntry> log) => log.FirstOrDefault(entry => entry is { Kind: LogKind.Note, Text: Notes.End or Notes.Ending })?.At ?? TimeSpan.MaxValue;
}
