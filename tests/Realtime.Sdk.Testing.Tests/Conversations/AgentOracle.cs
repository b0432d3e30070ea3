using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What must be true of the agents in charge, their sessions, their turns and their tasks.</summary>
internal static class AgentOracle
{
    private const string HandedOver = "The conversation was handed over to you.";

    public static IEnumerable<string> Check(ConversationRun run)
    {
        var log = run.Log.Entries;
        IEnumerable<string> failures = [
            .. CheckSession(run.Conversation, log),
            .. CheckTurns(run.Conversation, log),
            .. CheckOutputs(log),
            .. CheckTasks(run, log),
            .. CheckFacts(run.Readings),
        ];
        if (run.Readings.FirstOrDefault(reading => reading is { IsFirst: true, HasEnded: true }) is { } first && first == run.Readings[0])
            failures = failures.Concat(CheckChain([.. first.Updates.OfType<HandoffUpdate>()], run.Conversation.Agent.Name));
        return failures.Concat(CheckRead(log));
    }

    private static IEnumerable<string> CheckChain(IReadOnlyList<HandoffUpdate> handoffs, string last)
    {
        var agent = "first";
        foreach (var handoff in handoffs)
        {
            if (handoff.From != agent)
                yield return $"{agent} was in charge, but the handoff to {handoff.To} is from {handoff.From}.";
            agent = handoff.To;
        }
        if (agent != last)
            yield return $"The last handoff was to {agent}, but {last} is in charge.";
    }

    /// <summary>Checks that nobody reads that an agent has taken charge before the server has confirmed its session.</summary>
    private static IEnumerable<string> CheckRead(IReadOnlyList<LogEntry> log)
    {
        foreach (var group in log.Where(entry => entry.Kind == LogKind.HandoffRead).GroupBy(entry => entry.CallId))
        {
            var from = 0;
            foreach (var read in group)
            {
                var confirmation = log.Skip(from).FirstOrDefault(entry => entry.Index < read.Index && NameOf(entry) == read.Text);
                if (confirmation is null)
                    yield return $"{read.At}: reader {read.CallId} has read that {read.Text} took charge, but the server has not confirmed its session.";
                from = confirmation?.Index + 1 ?? from;
            }
        }
    }

    /// <summary>The name of the agent whose session the server has confirmed; null for other entries.</summary>
    private static string? NameOf(LogEntry entry) => entry is { Kind: LogKind.Received, Text: "session.updated" } && entry.Json.Member("session").Text("instructions") is { } instructions
        && instructions.StartsWith("You are ", StringComparison.Ordinal) ? instructions["You are ".Length..^1] : null;

    private static IEnumerable<string> CheckSession(RealtimeConversation conversation, IReadOnlyList<LogEntry> log)
    {
        var until = log.TakeWhile(entry => entry is not { Kind: LogKind.Note, Text: Notes.End }).ToList();
        var answered = until.Count(entry => entry is { Kind: LogKind.Received, Text: "session.updated" });
        var refused = until.Where(entry => entry is { Kind: LogKind.Received, Text: "error" }).Select(entry => entry.Json.Member("error").Text("event_id") ?? "").ToHashSet();
        var sent = until.Where(entry => entry is { Kind: LogKind.Sent, Text: "session.update" } && !refused.Contains(entry.Json.Text("event_id") ?? "")).ToList();
        if (sent.Count != answered || until.FindLast(entry => NameOf(entry) is not null) is not { } last || log[^1].At - last.At < TimeSpan.FromMilliseconds(1) || until[^1].At == last.At)
            yield break;
        if (NameOf(last) != conversation.Agent.Name)
            yield return $"{conversation.Agent.Name} is in charge, but the session is that of {NameOf(last)}.";
        var declared = last.Json.Member("session").Member("tools") is { ValueKind: JsonValueKind.Array } tools ? tools.EnumerateArray().Select(tool => tool.Text("name") ?? tool.Text("server_label")).Order().ToList() : [];
        var expected = (conversation.Agent.ToSessionConfiguration().Tools ?? []).Select(tool => tool switch { FunctionTool function => function.Name, McpTool mcp => mcp.ServerLabel, _ => null }).Order().ToList();
        if (!declared.SequenceEqual(expected))
            yield return $"{conversation.Agent.Name} has the tools {string.Join(", ", expected)}, but its session {string.Join(", ", declared)}.";
    }

    /// <summary>Checks that what an agent says is in a turn of the agent whose session the response began in.</summary>
    private static IEnumerable<string> CheckTurns(RealtimeConversation conversation, IReadOnlyList<LogEntry> log)
    {
        var (agent, agents, owners) = ("first", new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var entry in log)
        {
            agent = NameOf(entry) ?? agent;
            if (entry is { Kind: LogKind.Received, Text: "response.created" })
                agents.TryAdd(entry.Json.Member("response").Text("id") ?? "", agent);
            else if (entry is { Kind: LogKind.Received, Text: "response.output_item.added" } && agents.TryGetValue(entry.Json.Text("response_id") ?? "", out var owner))
                owners[entry.Json.Member("item").Text("id") ?? ""] = owner;
        }
        foreach (var turn in conversation.Turns.Where(turn => turn.Role == TurnRole.Agent))
        {
            if (turn.ItemIds.FirstOrDefault(id => owners.TryGetValue(id, out var owner) && owner != turn.Agent) is { } wrong)
                yield return $"{turn.Id} is of {turn.Agent}, but item {wrong} was said by {owners[wrong]}.";
        }
    }

    /// <summary>Checks that the model is told of a handoff only after the session is that of another agent.</summary>
    private static IEnumerable<string> CheckOutputs(IReadOnlyList<LogEntry> log)
    {
        var calls = new CallLog();
        foreach (var entry in log)
        {
            calls.Add(entry);
            if (CallLog.OutputOf(entry) is not { } callId || !calls.Calls.TryGetValue(callId, out var call))
                continue;
            if (call.IsInjected)
                continue;
            var isHandedOver = entry.Json.Member("item").Text("output")?.StartsWith(HandedOver, StringComparison.Ordinal) == true;
            if (isHandedOver && !call.Name.StartsWith("transfer_", StringComparison.Ordinal))
                yield return $"{callId} of {call.Name} is answered as a handoff.";
            var target = call.Name.StartsWith("transfer_to_", StringComparison.Ordinal) ? call.Name["transfer_to_".Length..] : null;
            if (isHandedOver && !log.Take(entry.Index).Skip(call.Announced.Index).Any(between => NameOf(between) is { } name && (target is null || name == target)))
                yield return $"{callId} of {call.Name} is answered as a handoff, but the session has not changed since {call.Announced.At}.";
        }
    }

    /// <summary>Checks that the agent of a task that is over is not in charge at the end, unless the app was warned of it.</summary>
    private static IEnumerable<string> CheckTasks(ConversationRun run, IReadOnlyList<LogEntry> log)
    {
        var conversation = run.Conversation;
        if (run.Readings.Any(reading => reading.Updates.OfType<WarningUpdate>().Any(warning => warning.Kind == WarningKind.Handoff && warning.Message.Contains("remains in charge", StringComparison.Ordinal))))
            yield break;
        var end = log.FirstOrDefault(entry => entry is { Kind: LogKind.Note, Text: Notes.End or Notes.Ending });
        foreach (var task in log.Where(entry => entry.Kind is LogKind.TaskDone or LogKind.TaskCanceled && entry.At < end?.At - TimeSpan.FromSeconds(1) && entry.Text == conversation.Agent.Name))
            yield return $"{task.Text} is in charge, but its task has ended at {task.At} ({task.Kind}).";
    }

    /// <summary>Checks that handoffs and violations are read once by each reader, in the same order.</summary>
    private static IEnumerable<string> CheckFacts(IReadOnlyList<UpdateReading> readings)
    {
        if (readings.Count == 0 || readings[0] is not { IsFirst: true, HasEnded: true })
            yield break;
        var all = FactsOf(readings[0]);
        for (var i = 1; i < readings.Count; i++)
        {
            var facts = FactsOf(readings[i]);
            var isPart = Enumerable.Range(0, all.Count + 1).Any(start => all.Skip(start).Take(facts.Count).SequenceEqual(facts, ReferenceEqualityComparer.Instance)
                && (!readings[i].HasEnded || start + facts.Count == all.Count));
            if (!isPart)
                yield return $"Reader {i + 1} has read {string.Join("; ", facts)}, but the first one {string.Join("; ", all)}.";
        }
    }

    private static List<ConversationUpdate> FactsOf(UpdateReading reading) => [.. reading.Updates.Where(update => update is HandoffUpdate or GuardrailUpdate)];
}
