namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The updates of calls that one reader has read, in order: a status, or null for a request for approval.</summary>
internal sealed record CallReading(bool IsFirst, bool HasEnded, IReadOnlyList<(string CallId, FunctionCallStatus? Status)> Updates)
{
    public static CallReading Of(UpdateReading reading) => new(reading.IsFirst, reading.HasEnded, [.. reading.Updates.Select(Of).Where(update => update.CallId.Length > 0)]);

    private static (string CallId, FunctionCallStatus? Status) Of(ConversationUpdate update) => update switch
    {
        FunctionCallUpdate { Call: var call } => (call.CallId, call.Status),
        ApprovalUpdate { Call: var call } => (call.CallId, null),
        _ => ("", null),
    };
}

/// <summary>What must be true of the updates and turns in which calls are shown. That the end is the last update is checked for all updates.</summary>
internal static class CallUpdateOracle
{
    public static IEnumerable<string> Check(IReadOnlyList<LogEntry> log, IReadOnlyList<EndedCall> ended, IReadOnlyList<CallReading> readings)
    {
        foreach (var group in ended.GroupBy(call => call.CallId))
        {
            if (group.Count() > 1)
                yield return $"{group.Key} is in {group.Count()} turns.";
            if (group.First().Status < FunctionCallStatus.Completed)
                yield return $"{group.Key} is {group.First().Status} after the end.";
        }
        var known = readings.SelectMany(reading => reading.Updates).Select(update => update.CallId).ToHashSet();
        foreach (var call in ended.Where(call => readings.Any(reading => reading is { IsFirst: true, HasEnded: true }) && !known.Contains(call.CallId)))
            yield return $"{call.CallId} is in a turn, but was in no update.";
        foreach (var failure in Announced(log).Where(call => ended.All(other => other.CallId != call)).Select(call => $"{call} was announced, but is in no turn."))
            yield return failure;
        for (var i = 0; i < readings.Count; i++)
        {
            foreach (var failure in Check(readings[i], known, ended))
                yield return $"Reader {i + 1}: {failure}";
        }
    }

    /// <summary>The calls that the conversation must know, because they were announced well before its end.</summary>
    private static IEnumerable<string> Announced(IReadOnlyList<LogEntry> log)
    {
        var calls = new CallLog();
        foreach (var entry in log.TakeWhile(entry => entry is not { Kind: LogKind.Note, Text: Notes.End or Notes.Ending }))
            calls.Add(entry);
        var end = log.FirstOrDefault(entry => entry is { Kind: LogKind.Note, Text: Notes.End or Notes.Ending })?.At ?? TimeSpan.MaxValue;
        return calls.Calls.Values.Where(call => call.Announced.At < end && call is { IsInjected: false, Response.IsOutOfBand: false }).Select(call => call.CallId);
    }

    private static IEnumerable<string> Check(CallReading reading, HashSet<string> known, IReadOnlyList<EndedCall> ended)
    {
        var (last, finals, approvals) = (new Dictionary<string, FunctionCallStatus>(), new Dictionary<string, FunctionCallStatus>(), new HashSet<string>());
        foreach (var (callId, status) in reading.Updates)
        {
            if (finals.TryGetValue(callId, out var final))
                yield return $"{callId} is {status?.ToString() ?? "to be approved"} after it was {final}.";
            if (status is not { } now)
            {
                if (!approvals.Add(callId))
                    yield return $"{callId} is to be approved for the second time.";
                continue;
            }
            // An approved call waits while too many functions are running.
            if (last.TryGetValue(callId, out var before) && now < before && (before, now) != (FunctionCallStatus.AwaitingApproval, FunctionCallStatus.Queued))
                yield return $"{callId} is {now} after it was {before}.";
            last[callId] = now;
            if (now >= FunctionCallStatus.Completed)
                finals[callId] = now;
        }
        foreach (var (callId, final) in finals)
        {
            if (ended.FirstOrDefault(call => call.CallId == callId) is { } call && call.Status != final)
                yield return $"{callId} was {final}, and is {call.Status} in its turn.";
        }
        if (!reading.HasEnded)
            yield break;
        var missing = reading.IsFirst ? known : [.. last.Keys];
        foreach (var callId in missing.Where(callId => !finals.ContainsKey(callId)))
            yield return $"{callId} has not ended in any update.";
    }
}
