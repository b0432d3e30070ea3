using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// What must be true of the requests that follow the calls of a response: one for each response whose calls have ended, and not before; none after a response that
/// was canceled or failed. A request that is neither of the app nor due is one too many, whichever response it is meant for.
/// </summary>
internal sealed class FollowUpOracle(FunctionWorld world, IReadOnlyList<LogEntry> log, IReadOnlyList<EndedCall> ended)
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(2), MaxAnswer = TimeSpan.FromSeconds(11), MaxWait = TimeSpan.FromSeconds(1.9);

    private readonly List<string> _failures = [];
    private readonly CallLog _calls = new();
    private readonly Dictionary<string, FunctionCallStatus> _statuses = ended.GroupBy(call => call.CallId).ToDictionary(group => group.Key, group => group.First().Status);
    private readonly Dictionary<string, int> _answered = [];
    private readonly HashSet<string> _deleted = [];
    private readonly Dictionary<string, (bool IsApproval, TimeSpan At, int Index)> _approvals = [];
    private readonly HashSet<string> _replies = [];
    private readonly Dictionary<string, Chain> _chains = [];
    private readonly Dictionary<string, (int Round, int Speech)> _rounds = [];
    private readonly Dictionary<string, string> _followUps = [];
    private LogEntry? _noReplies, _requested, _question, _explanation;
    private readonly HashSet<string> _results = [];
    private readonly HashSet<string> _canceledByApp = [];
    private string? _active;
    private TimeSpan _busyUntil, _idleSince, _now;
    private TimeSpan _withdrawn = TimeSpan.MinValue;
    private bool _isSpeaking, _isEnding, _isLost, _hasCorrections;
    private int _speech, _goodbyes, _tasks;

    public IReadOnlyList<string> Check()
    {
        foreach (var entry in log)
        {
            _now = entry.At;
            CheckMissing(entry);
            _calls.Add(entry);
            Add(entry);
        }
        return _failures;
    }

    private void Add(LogEntry entry)
    {
        switch (entry.Kind)
        {
            case LogKind.Note:
                Noted(entry);
                break;
            case LogKind.CanceledByApp:
                _canceledByApp.Add(entry.CallId);
                break;
            case LogKind.Received:
                Received(entry);
                break;
            case LogKind.Sent:
                Sent(entry);
                break;
            default:
                break;
        }
        NoteIdle(entry.At);
        if (entry.Kind == LogKind.Sent ? entry.Text == "conversation.item.create" : entry.Text is "response.done" or "conversation.item.added")
        {
            foreach (var response in Due().Where(IsRequired))
                ChainOf(response).RequiredAt ??= entry.At;
        }
    }

    private void Noted(LogEntry entry)
    {
        if (entry.Text == Notes.NoReplies)
            _noReplies ??= entry;
        else if (entry.Text == Notes.LastReply)
            _goodbyes++;
        else if (entry.Text == Notes.Ending)
            _isEnding = true;
        else if (entry.Text == Notes.Task)
            _tasks++;
        else if (entry.Text == Notes.Withdrawn)
            _withdrawn = entry.At;
        if (entry.Text == Notes.Withdrawn)
        {
            foreach (var response in _calls.Responses)
                ChainOf(response).IsExcused = true;
        }
    }

    private void Received(LogEntry entry)
    {
        var response = entry.Json.Member("response");
        switch (entry.Text)
        {
            case "response.created" when response.Text("conversation_id") is not null:
                (_active, _requested, _busyUntil) = (response.Text("id"), null, TimeSpan.Zero);
                Connect(response);
                _ = ChainOf(Find(response));
                break;
            case "response.done":
                Connect(response);
                if (_active == response.Text("id"))
                    _active = null;
                break;
            case "error" when entry.Json.Member("error").Text("event_id") is { } eventId:
                if (_requested is { } requested && requested.Json.Text("event_id") == eventId)
                {
                    _requested = null;
                    _replies.Remove(requested.Json.Member("response").Member("metadata").Text("reply") ?? "");
                    _goodbyes += SaysGoodbye(requested.Json.Member("response")) ? 1 : 0;
                }

                // What was refused may be requested again.
                if (_followUps.Remove(eventId, out var refused))
                    (_chains[refused].FollowedAt, _chains[refused].IsExcused) = (null, true);
                break;
            case "response.output_item.done" when _calls.Responses.Any(other => other.Created is null):
                // To a client, a response whose beginning it has missed is active until it is done.
                _isLost = true;
                break;
            case "input_audio_buffer.speech_started":
                _isSpeaking = true;
                _speech++;
                break;
            case "input_audio_buffer.committed" or "input_audio_buffer.cleared":
                (_isSpeaking, _busyUntil) = (false, entry.At + MaxAnswer);
                break;
            case "conversation.item.added" when entry.Json.Member("item").Text("type") == "function_call_output":
                _answered.TryAdd(entry.Json.Member("item").Text("call_id") ?? "", entry.Index);
                break;
            default:
                break;
        }
    }

    /// <summary>Finds the request of a response by its metadata, and so which response it follows.</summary>
    private void Connect(JsonElement response)
    {
        if (Tag(response) is { } tag && _rounds.Remove(tag, out var followed))
            ChainOf(Find(response)).Round = followed.Speech == ChainOf(Find(response)).Speech ? followed.Round : 0;
    }

    private WireResponse Find(JsonElement response) => _calls.Responses.First(other => other.Id == (response.Text("id") ?? ""));

    private static string? Tag(JsonElement response) => response.Member("metadata") is { ValueKind: JsonValueKind.Object } metadata
        ? string.Join('\n', metadata.EnumerateObject().Select(member => $"{member.Name}={member.Value}").Order(StringComparer.Ordinal))
        : null;

    private void Sent(LogEntry entry)
    {
        if (BackgroundOracle.ResultOf(entry) is { } result)
            _results.Add(result);
        if (CallLog.OutputOf(entry) is { } callId)
        {
            _answered.TryAdd(callId, entry.Index);

            // The other client may request what follows.
            if (!CallLog.IsOwn(entry) && _calls.Calls.TryGetValue(callId, out var call))
                ChainOf(call.Response).IsExcused = true;
        }
        else if (CallLog.ApprovalOf(entry) is { } requestId)
        {
            _approvals.TryAdd(requestId, (entry.Json.Member("item").Member("approve").ValueKind == JsonValueKind.True, entry.At, entry.Index));
        }
        if (entry.Text == "conversation.item.delete")
            _deleted.Add(entry.Json.Text("item_id") ?? "");
        if (GuardrailOracle.IsExplanation(entry))
        {
            // What a guardrail has stopped, and not the user, is followed if it has made calls.
            foreach (var response in _calls.Responses.Where(response => response.Done is null || response.Done.At == entry.At))
                ChainOf(response).IsBlocked = true;
        }
        if (entry.Text == "response.create")
            Requested(entry, entry.Json.Member("response"));
        if (!entry.Text.StartsWith("input_audio_buffer.", StringComparison.Ordinal) && !CallLog.IsDirect(entry))
            (_question, _explanation) = (IsQuestion(entry) || IsResult(entry) ? entry : null, GuardrailOracle.IsExplanation(entry) ? entry : null);
    }

    private static bool IsQuestion(LogEntry entry) => entry.Text == "conversation.item.create" && entry.Json.Member("item").Text("role") == "user"
        && entry.Json.GetRawText().Contains("\"question ", StringComparison.Ordinal);

    /// <summary>Whether an entry delivers the output of a background call, which the conversation follows with a reply.</summary>
    private bool IsResult(LogEntry entry) => CallLog.OutputOf(entry) is { } callId && _results.Contains(callId);

    private void Requested(LogEntry entry, JsonElement response)
    {
        if (response.Text("conversation") == "none")
        {
            // Replies wait until a filler was heard.
            if (BackgroundOracle.IsFiller(response))
                _busyUntil = entry.At + MaxAnswer;
            return;
        }
        _requested = entry;
        var metadata = response.Member("metadata");
        if ((metadata.Text("reply") is { } reply && _replies.Add(reply)) || _question is not null)
        {
            if (metadata.Text("waits") != "no" && Due().FirstOrDefault(due => IsRequired(due) && ChainOf(due).RequiredAt < entry.At && !_isEnding) is { } overtaken)
                Fail(entry, $"comes before the one that follows the calls of {overtaken.Id}");
            return;
        }
        if (SaysGoodbye(response) && _goodbyes > 0)
        {
            _goodbyes--;
            _noReplies ??= entry;
            return;
        }
        if (_explanation is not null)
        {
            // A correction, unless the explanation was added before another request. It is in the same round as what it corrects.
            _hasCorrections = true;
            foreach (var due in Due().ToList())
                ChainOf(due).IsExcused = true;
            return;
        }
        FollowUp(entry, response);
    }

    private static bool SaysGoodbye(JsonElement response) => response.Text("instructions")?.Contains("Say goodbye.", StringComparison.Ordinal) == true;

    private void FollowUp(LogEntry entry, JsonElement response)
    {
        var due = Due().ToList();
        if (_noReplies is { } noReplies && noReplies.At < entry.At)
            due.RemoveAll(other => other.Created is not { } created || created.Index < noReplies.Index);
        if (due.Count == 0 && _tasks > 0)
        {
            _tasks--;
            if (Tag(response) is { } task)
                _rounds[task] = (0, _speech);
            return;
        }
        if (due.Count == 0)
        {
            var why = string.Join("; ", _calls.Responses.Where(other => !other.IsOutOfBand && HasCalls(other)).Select(other => $"{other.Id} {Describe(other)}"));
            Fail(entry, $"is requested by nobody, and follows no response whose calls have just ended ({why})");
            return;
        }
        var followed = due.FirstOrDefault(IsRequired) ?? due[0];
        var chain = ChainOf(followed);
        chain.FollowedAt = entry;
        if (entry.Json.Text("event_id") is { } eventId)
            _followUps[eventId] = followed.Id;
        if (due.Count > 1)
        {
            // Which of them is followed is not known, nor is it later.
            due.ForEach(other => ChainOf(other).Round = 0);
        }
        var isKnown = due.Count == 1 && _tasks == 0 && !_hasCorrections && !chain.IsExcused && chain.Round > 0 && chain.Speech == _speech;
        if (isKnown)
            CheckRounds(entry, response, chain.Round);
        if (Tag(response) is { } tag)
            _rounds[tag] = (isKnown ? chain.Round + 1 : 0, _speech);
    }

    private void CheckRounds(LogEntry entry, JsonElement response, int round)
    {
        var isLast = response.Member("tool_choice") is { ValueKind: JsonValueKind.String } choice && choice.GetString() == "none";
        if (round >= world.MaxFunctionRounds && !isLast)
            Fail(entry, $"follows {round} responses with calls, but calls are still allowed");
        else if (round < world.MaxFunctionRounds && isLast && response.Text("instructions")?.StartsWith("Read the following text aloud", StringComparison.Ordinal) != true)
            Fail(entry, $"follows only {round} responses with calls, but calls are not allowed");
    }

    private Chain ChainOf(WireResponse response)
    {
        if (!_chains.TryGetValue(response.Id, out var chain))
            _chains[response.Id] = chain = new() { Speech = _speech };
        return chain;
    }

    /// <summary>The responses that a request may follow now, in order.</summary>
    private IEnumerable<WireResponse> Due() => _calls.Responses.Where(response => MayBeFollowed(response) && ChainOf(response).FollowedAt is null);

    private static bool HasCalls(WireResponse response) => response.Calls.Count > 0 || response.Approvals.Count > 0 || (response.McpCalls.Count > 0 && !response.EndsWithMessage);

    private bool MayBeFollowed(WireResponse response) => response is { IsOutOfBand: false, Done: not null } && (!response.IsCanceledOrFailed || ChainOf(response).IsBlocked) && HasCalls(response)
        && response.Calls.All(IsAnswered)
        && response.Approvals.All(IsSettled)
        && (HasCallsOfItsOwn(response) || !response.McpCalls.TrueForAll(IsCovered))
        && !(response.Calls.Count > 0 && response.Calls.All(IsCanceled) && response.Approvals.Count == 0 && response.McpCalls.Count == 0);

    private bool IsAnswered(WireCall call) => call.IsInjected || _answered.ContainsKey(call.CallId) || _deleted.Contains(call.ItemId)
        || !world.Functions.Any(plan => plan.Name == call.Name && plan.HasHandler);

    private static bool HasCallsOfItsOwn(WireResponse response) => response.Calls.Count > 0 || response.Approvals.Count > 0;

    /// <summary>
    /// Whether what follows the response that has asked for an approval also follows that in which the call was made, because nothing else was open when it was made.
    /// </summary>
    private bool IsCovered(string? requestId) => _calls.Responses.FirstOrDefault(response => response.Approvals.Contains(requestId ?? "")) is { IsCanceledOrFailed: false, Done: not null } asking
        && asking.Approvals.TrueForAll(request => _approvals.TryGetValue(request, out var answer) && answer.Index < CalledAt(requestId))
        && asking.Calls.TrueForAll(call => _answered.TryGetValue(call.CallId, out var answered) ? answered < CalledAt(requestId) : IsAnswered(call));

    /// <summary>The index of the end of the response in which the service has made an approved call.</summary>
    private int CalledAt(string? requestId) => _calls.Responses.FirstOrDefault(response => response.ApprovedCalls.Contains(requestId ?? ""))?.Done?.Index ?? int.MaxValue;

    /// <summary>Whether an approval was denied, or its call was made, or the service goes on without it.</summary>
    private bool IsSettled(string requestId) => _approvals.TryGetValue(requestId, out var answer)
        && (!answer.IsApproval || CalledAt(requestId) < int.MaxValue || _now - answer.At > MaxWait
            || _calls.Responses.Any(response => response is { IsOutOfBand: false, Created: { } created, Done: not null } && created.Index > answer.Index));

    private bool IsCanceled(WireCall call) => _statuses.GetValueOrDefault(call.CallId) == FunctionCallStatus.Canceled && !_canceledByApp.Contains(call.CallId) && !IsInBackground(call);

    private bool IsInBackground(WireCall call) => world.Functions.Any(plan => plan.Name == call.Name && plan.Background);

    /// <summary>Whether a request must follow: there is no reason why it need not.</summary>
    private bool IsRequired(WireResponse response) => MayBeFollowed(response) && !ChainOf(response).IsBlocked && !response.IsFaulty && !ChainOf(response).IsExcused
        && response.Calls.All(call => !call.IsInjected && _answered.ContainsKey(call.CallId) && call.Name != AgentWorld.Finish)
        && !response.Calls.Exists(call => IsInBackground(call) && _statuses.GetValueOrDefault(call.CallId) == FunctionCallStatus.Canceled)
        && response.Created?.At - TimeSpan.FromSeconds(1) > _withdrawn
        && response.Approvals.All(request => !_approvals[request].IsApproval || _calls.Responses.Any(other => other.McpCalls.Contains(request) && other.Status == "completed"))
        && (response.McpCalls.Count == 0 || HasCallsOfItsOwn(response) || response.McpCalls.Contains(null));

    private void NoteIdle(TimeSpan now)
    {
        if (_active is not null || _requested is not null || _isSpeaking || now < _busyUntil)
            _idleSince = TimeSpan.MaxValue;
        else if (_idleSince == TimeSpan.MaxValue)
            _idleSince = now;
    }

    /// <summary>Checks before an entry that nothing was missing in the time before it.</summary>
    private void CheckMissing(LogEntry entry)
    {
        if (_isEnding || _isLost || _active is not null || _requested is not null || _isSpeaking)
            return;
        var idleSince = _idleSince == TimeSpan.MaxValue ? _busyUntil : _idleSince;
        foreach (var response in Due().Where(IsRequired).ToList())
        {
            if (ChainOf(response).RequiredAt is not { } required)
                continue;
            var since = required > idleSince ? required : idleSince;
            if (entry.At - since <= MaxIdle)
                continue;
            Fail(entry, $"comes, but no request follows the calls of {response.Id}, which ended at {required}");
            ChainOf(response).IsExcused = true;
        }
    }

    private string Describe(WireResponse response) =>
        response.Done is null ? "is active" : response.IsCanceledOrFailed ? $"is {response.Status}"
        : _chains.GetValueOrDefault(response.Id)?.FollowedAt is { } followed ? $"was followed at {followed.At}"
        : $"waits for {string.Join(", ", response.Calls.Select(call => call.CallId).Where(id => !_answered.ContainsKey(id)).Concat(response.Approvals.Where(id => !_approvals.ContainsKey(id))))}";

    private void Fail(LogEntry entry, string failure) =>
        _failures.Add($"{entry.At}: {entry.Text} {failure} ({(entry.Json.ValueKind == JsonValueKind.Object ? entry.Json.GetRawText() : "")}).");

    /// <summary>What is known of a response and the request that follows it.</summary>
    private sealed class Chain
    {
        /// <summary>The number of consecutive responses with calls up to this one; 0 if it is not known.</summary>
        public int Round { get; set; } = 1;

        /// <summary>How often the user had begun to speak before.</summary>
        public int Speech { get; init; }

        /// <summary>Since when a request must follow.</summary>
        public TimeSpan? RequiredAt { get; set; }

        public LogEntry? FollowedAt { get; set; }

        /// <summary>Whether a guardrail may have stopped the response.</summary>
        public bool IsBlocked { get; set; }

        /// <summary>Whether there is a reason why no request need follow.</summary>
        public bool IsExcused { get; set; }
    }
}
