using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>What must be true of all sessions of one conversation together, as their servers have seen them.</summary>
internal static class RenewalOracle
{
    public static IEnumerable<string> Check(
        IReadOnlyList<SessionEntry> wire, IReadOnlyList<LogEntry> log, IReadOnlyList<ConversationUpdate> updates, RealtimeConversation conversation, IReadOnlyList<ConversationReply> replies) =>
    [
        .. wire.GroupBy(entry => entry.SessionId).SelectMany(session => CheckSession([.. session])),
        .. CheckCalls(wire, log),
        .. CheckAgent(wire, updates, conversation),
        .. CheckRepeats(wire, conversation),
        .. CheckLosses(wire, log, updates),
        .. CheckUpdates(updates, conversation),
        .. replies.Where(reply => !reply.Completion.IsCompletedSuccessfully || !reply.Heard.IsCompletedSuccessfully).Select(reply => $"A reply is {reply.Completion.Status} and {reply.Heard.Status}."),
    ];

    /// <summary>At most one response is requested at a time, and none while one is active or the user speaks. Messages of the same instant may have crossed.</summary>
    private static IEnumerable<string> CheckSession(List<SessionEntry> session)
    {
        var active = new Dictionary<string, TimeSpan>();
        var texts = new HashSet<string>();
        TimeSpan? requested = null, speaking = null;
        foreach (var entry in session)
        {
            var response = entry.Json.Member("response");
            switch (entry.Type)
            {
                case "response.create" when response.Text("conversation") != "none":
                    if (requested < entry.At)
                        yield return $"{entry.At}: a response is requested while the request of {requested} is not answered.";
                    if (active.Values.Any(since => since < entry.At))
                        yield return $"{entry.At}: a response is requested while one is active.";
                    if (speaking < entry.At)
                        yield return $"{entry.At}: a response is requested while the user speaks since {speaking}.";
                    requested = entry.At;
                    break;
                case "response.created" when response.Text("conversation_id") is not null:
                    active[response.Text("id")!] = entry.At;
                    requested = null;
                    break;
                case "error":
                    requested = null;
                    break;
                case "response.done":
                    active.Remove(response.Text("id")!);
                    break;
                case "input_audio_buffer.speech_started":
                    speaking = entry.At;
                    break;
                case "input_audio_buffer.committed" or "input_audio_buffer.cleared":
                    speaking = null;
                    break;
                case "conversation.item.create" when TextOf(entry.Json.Member("item")) is { } text && text.StartsWith("question ", StringComparison.Ordinal):
                    if (!texts.Add(text))
                        yield return $"{entry.At}: '{text}' is added for the second time.";
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>No call runs twice, and outputs reach only the session that called.</summary>
    private static IEnumerable<string> CheckCalls(IReadOnlyList<SessionEntry> wire, IReadOnlyList<LogEntry> log)
    {
        foreach (var runs in log.Where(entry => entry.Kind == LogKind.Began).GroupBy(entry => entry.CallId).Where(runs => runs.Count() > 1))
            yield return $"{runs.Key} has run {runs.Count()} times.";
        var (sessions, outputs) = (new Dictionary<string, string>(), new HashSet<string>());
        foreach (var entry in wire)
        {
            if (entry is { IsFromClient: false, Type: "response.output_item.done" } && entry.Json.Member("item").Text("call_id") is { } made)
                sessions.TryAdd(made, entry.SessionId);

            // The items of a history have IDs.
            var item = entry.Json.Member("item");
            if (!entry.IsFromClient || item.Text("id") is not null)
                continue;
            if (item.Text("type") == "function_call" && !sessions.TryAdd(item.Text("call_id")!, entry.SessionId))
                yield return $"{entry.At}: {item.Text("call_id")} is made for the second time.";
            if (item.Text("type") != "function_call_output")
                continue;
            var callId = item.Text("call_id")!;

            // That of a background call is delivered with another ID.
            var text = item.Text("output")!;
            if (text.StartsWith("output of call_", StringComparison.Ordinal) && sessions.GetValueOrDefault(text["output of ".Length..]) != entry.SessionId)
                yield return $"{entry.At}: '{text}' is sent to another session than the one that called.";
            if (!outputs.Add(callId))
                yield return $"{entry.At}: the output of {callId} is sent for the second time.";
            if (sessions.GetValueOrDefault(callId) != entry.SessionId)
                yield return $"{entry.At}: the output of {callId} is sent to another session than the one that called.";
        }
    }

    /// <summary>Each session is that of the agent in charge, and handoffs form a chain.</summary>
    private static IEnumerable<string> CheckAgent(IReadOnlyList<SessionEntry> wire, IReadOnlyList<ConversationUpdate> updates, RealtimeConversation conversation)
    {
        var agent = "first";
        foreach (var handoff in updates.OfType<HandoffUpdate>())
        {
            if (handoff.From != agent)
                yield return $"{agent} was in charge, but the handoff to {handoff.To} is from {handoff.From}.";
            agent = handoff.To;
        }
        if (agent != conversation.Agent.Name)
            yield return $"The last handoff was to {agent}, but {conversation.Agent.Name} is in charge.";
        var session = wire.Where(entry => entry.SessionId == wire[^1].SessionId).ToList();
        var changes = session.Where(entry => entry.Type == "session.update").ToList();
        if (session.FindLast(entry => entry.Type == "session.updated") is { } last && changes.Count == session.Count(entry => entry.Type == "session.updated") && last.At < session[^1].At
            && last.Json.Member("session").Text("instructions") != $"You are {agent}.")
        {
            yield return $"{agent} is in charge, but the session is that of '{last.Json.Member("session").Text("instructions")}'.";
        }
    }

    /// <summary>Nothing that was sent in one session is sent again in another, and nothing that was said is heard twice.</summary>
    private static IEnumerable<string> CheckRepeats(IReadOnlyList<SessionEntry> wire, RealtimeConversation conversation)
    {
        var refused = wire.Where(entry => entry is { IsFromClient: false, Type: "error" }).Select(entry => entry.Json.Member("error").Text("event_id")).ToHashSet();
        var requests = wire.Where(entry => entry is { IsFromClient: true, Type: "response.create" } && !refused.Contains(entry.Json.Text("event_id")));
        foreach (var group in requests.GroupBy(entry => entry.Json.Member("response").Member("metadata").Text("reply")).Where(group => group.Key is not null && group.Select(entry => entry.SessionId).Distinct().Count() > 1))
        {
            if (!IsFollowUp(group.Key!, wire) && !group.Skip(1).Any(entry => IsCorrection(entry, wire)))
                yield return $"Reply {group.Key} is requested in several sessions.";
        }
        var words = conversation.Turns.Where(turn => turn.Role == TurnRole.User).SelectMany(turn => turn.Text.Split(' ').Distinct()).Where(word => word.Length > 2 && word[0] == 'u' && word[^1] == 'w');
        foreach (var twice in words.GroupBy(word => word).Where(group => group.Count() > 1))
            yield return $"'{twice.Key}' is in {twice.Count()} turns of the user.";
    }

    /// <summary>Whether a reply was continued after its function calls, with the same metadata.</summary>
    private static bool IsFollowUp(string reply, IReadOnlyList<SessionEntry> wire) => wire.Any(entry =>
        entry.Type == "response.done" && entry.Json.Member("response").Member("metadata").Text("reply") == reply
        && entry.Json.Member("response").Member("output") is { ValueKind: JsonValueKind.Array } output && output.EnumerateArray().Any(item => item.Text("type") == "function_call"));

    /// <summary>Whether a request corrects what a guardrail has stopped: the explanation is sent immediately before it.</summary>
    private static bool IsCorrection(SessionEntry request, IReadOnlyList<SessionEntry> wire) =>
        wire.TakeWhile(entry => entry != request).LastOrDefault(entry => entry.IsFromClient && entry.SessionId == request.SessionId && entry.Type == "conversation.item.create")
            is { } item && TextOf(item.Json.Member("item"))?.Contains("because it broke a rule", StringComparison.Ordinal) == true;

    /// <summary>What a session had begun and not ended is listed.</summary>
    private static IEnumerable<string> CheckLosses(IReadOnlyList<SessionEntry> wire, IReadOnlyList<LogEntry> log, IReadOnlyList<ConversationUpdate> updates)
    {
        var renewals = updates.OfType<RenewalUpdate>().ToList();
        var listed = renewals.SelectMany(renewal => renewal.NotCarriedOver).Select(loss => loss.Id).ToHashSet();
        var done = wire.Where(entry => entry.Type == "response.done").Select(entry => entry.Json.Member("response").Text("id")).ToHashSet();
        var last = renewals.Count == 0 ? DateTimeOffset.MinValue : renewals[^1].Time;
        foreach (var session in wire.GroupBy(entry => entry.SessionId))
        {
            var end = session.Max(entry => entry.At);
            foreach (var created in session.Where(entry => entry.Type == "response.created" && entry.Json.Member("response").Text("conversation_id") is not null))
            {
                var id = created.Json.Member("response").Text("id");
                var isFollowed = renewals.Any(renewal => renewal.Time - DateTimeOffset.UnixEpoch > TimeSpan.Zero && ElapsedAt(renewal.Time, updates) >= end);
                if (!done.Contains(id) && created.At < end && isFollowed && !listed.Contains(id))
                    yield return $"{id} was begun at {created.At} and lost, but is not listed.";
            }
        }
        var final = updates.OfType<EndUpdate>().FirstOrDefault()?.Time ?? DateTimeOffset.MaxValue;
        var deleted = wire.Where(entry => entry.Type == "conversation.item.deleted").Select(entry => entry.Json.Text("item_id")).ToHashSet();
        var ofDeleted = wire.Where(entry => entry.Type == "conversation.item.added" && deleted.Contains(entry.Json.Member("item").Text("id")))
            .Select(entry => entry.Json.Member("item").Text("call_id")).ToHashSet();
        var interrupted = updates.OfType<FunctionCallUpdate>().Where(update => update.Call is { IsOver: true, Status: FunctionCallStatus.Canceled } && update.Time < final);
        foreach (var update in interrupted)
        {
            if (!listed.Contains(update.Call.CallId) && !log.Any(entry => entry.Kind == LogKind.CanceledByApp && entry.CallId == update.Call.CallId) && !ofDeleted.Contains(update.Call.CallId) && update.Time <= last)
                yield return $"{update.Call.CallId} was canceled at {update.Time:O}, but is not listed.";
        }
    }

    /// <summary>The time of the wire's log at a time of updates.</summary>
    private static TimeSpan ElapsedAt(DateTimeOffset time, IReadOnlyList<ConversationUpdate> updates) => time - new DateTimeOffset(updates[0].Time.Year, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static IEnumerable<string> CheckUpdates(IReadOnlyList<ConversationUpdate> updates, RealtimeConversation conversation)
    {
        if (updates.Count(update => update is EndUpdate) != 1 || updates[^1] is not EndUpdate)
            yield return "There is not exactly one end, as the last update.";
        string[] completed = [.. updates.OfType<TurnUpdate>().Where(update => update.Turn.IsComplete).Select(update => update.Turn.Id)];
        string[] turns = [.. conversation.Turns.Select(turn => turn.Id)];
        if (!completed.SequenceEqual(turns))
            yield return $"Completed turns were {string.Join(", ", completed)}, and the turns are {string.Join(", ", turns)}.";
        if (conversation.Turns.Any(turn => !turn.IsComplete))
            yield return "A turn is open after the end.";
    }

    private static string? TextOf(JsonElement item) =>
        item.Member("content") is { ValueKind: JsonValueKind.Array } content && content.GetArrayLength() > 0 ? content[0].Text("text") : null;
}
