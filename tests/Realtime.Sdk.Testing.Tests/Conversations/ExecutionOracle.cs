using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>How a call has ended, by the turns at the end.</summary>
internal sealed record EndedCall(string CallId, FunctionCallStatus Status);

/// <summary>What must be true of each call of a function: when it ran, for how long, with what else, and what was sent for it.</summary>
internal sealed class ExecutionOracle(FunctionWorld world, IReadOnlyList<LogEntry> log, IReadOnlyList<EndedCall> ended, bool hasOneAgent, bool hasGuardrails = false)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1), Sending = TimeSpan.FromSeconds(1), Never = TimeSpan.FromDays(10_000), MaxCheck = TimeSpan.FromSeconds(8);

    private readonly List<string> _failures = [];
    private readonly CallLog _calls = new();
    private readonly Dictionary<string, Run> _runs = [];
    private readonly Dictionary<string, LogEntry> _outputs = [];
    private readonly Dictionary<string, bool> _mcpAnswers = [];
    private readonly HashSet<string> _approved = [];
    private readonly HashSet<string> _answeredByReader = [];
    private readonly HashSet<string> _denied = [];
    private readonly HashSet<string> _deleted = [];
    private readonly HashSet<string> _canceledByApp = [];
    private readonly HashSet<string> _suspended = [];

    /// <summary>The IDs of the calls by which outputs of background calls are delivered.</summary>
    private readonly HashSet<string> _results = [];
    private readonly List<LogEntry> _interruptions = [];
    private readonly Dictionary<string, (int Found, int Disposed)> _scopes = [];
    private int _endIndex = int.MaxValue;
    private TimeSpan _ending = Never, _end = Never;

    private FunctionPlan? Plan(string name) => world.Functions.FirstOrDefault(plan => plan.Name == name);

    public IReadOnlyList<string> Check()
    {
        foreach (var entry in log)
        {
            _calls.Add(entry);
            Add(entry);
        }
        foreach (var run in _runs.Values)
            CheckRun(run);
        foreach (var call in _calls.Calls.Values)
            CheckAnswered(call);
        foreach (var call in ended)
            CheckEnd(call);
        foreach (var (number, scope) in _scopes)
        {
            if (scope.Disposed != 1 || scope.Found > 1)
                _failures.Add($"Scope {number} was found by {scope.Found} handlers and disposed {scope.Disposed} times.");
        }
        return _failures;
    }

    private void Add(LogEntry entry)
    {
        switch (entry.Kind)
        {
            case LogKind.Began:
                Begin(entry);
                break;
            case LogKind.Returned or LogKind.Threw when _runs.TryGetValue(entry.CallId, out var run):
                run.Ended ??= entry;
                break;
            case LogKind.TokenCanceled when _runs.TryGetValue(entry.CallId, out var run):
                run.Canceled ??= entry;
                break;
            case LogKind.Approved or LogKind.Denied:
                if (entry.Text == "reader" && !_answeredByReader.Add(entry.CallId))
                    Fail(entry, "is an answer to an approval for the second time");
                if (entry.Kind == LogKind.Approved)
                    _approved.Add(entry.CallId);
                else
                    _denied.Add(entry.CallId);
                break;
            case LogKind.CanceledByApp:
                _canceledByApp.Add(entry.CallId);
                break;
            case LogKind.Suspended:
                _suspended.Add(entry.CallId);
                break;
            case LogKind.ScopeCreated:
                _scopes[entry.CallId] = default;
                break;
            case LogKind.ScopeFound:
                _scopes[entry.CallId] = _scopes[entry.CallId] with { Found = _scopes[entry.CallId].Found + 1 };
                if (_runs.TryGetValue(entry.Text, out var scoped))
                    scoped.Scope = entry.CallId;
                break;
            case LogKind.ScopeDisposed:
                _scopes[entry.CallId] = _scopes[entry.CallId] with { Disposed = _scopes[entry.CallId].Disposed + 1 };
                if (_runs.Values.FirstOrDefault(run => run.Scope == entry.CallId) is { Ended: null } owner)
                    Fail(entry, $"is disposed while the handler of {owner.CallId} runs");
                break;
            case LogKind.Sent when CallLog.IsOwn(entry):
                Sent(entry);
                break;
            case LogKind.Received when entry.Text == "error" && entry.Json.Member("error").Text("code") == "invalid_tool_call_id":
                // What was refused may be answered again.
                foreach (var refused in _outputs.Where(output => output.Value.Json.Text("event_id") == entry.Json.Member("error").Text("event_id")).ToList())
                    _outputs.Remove(refused.Key);
                break;
            case LogKind.Received when entry.Text == "input_audio_buffer.speech_started":
                _interruptions.Add(entry);
                break;
            case LogKind.Note when entry.Text == Notes.Interrupted:
                _interruptions.Add(entry);
                break;
            case LogKind.Note when entry.Text == Notes.Ending && _ending == Never:
                _ending = entry.At;
                break;
            case LogKind.Note when entry.Text == Notes.End && _end == Never:
                (_end, _endIndex) = (entry.At, entry.Index);
                break;
            default:
                break;
        }
    }

    private void Begin(LogEntry entry)
    {
        if (_runs.ContainsKey(entry.CallId))
        {
            Fail(entry, "runs for the second time");
            return;
        }
        var plan = Plan(entry.Text);
        if (!_calls.Calls.TryGetValue(entry.CallId, out var call))
            Fail(entry, "runs, but no response has shown it as completed");
        else if (call.Response.IsOutOfBand)
            Fail(entry, $"runs, but is a call of the out-of-band response {call.Response.Id}");
        else if (call.Name != entry.Text)
            Fail(entry, $"runs, but the call is of {call.Name}");
        else if (plan is { TakesArguments: true } && FunctionWorld.BadArguments.Contains(call.Arguments))
            Fail(entry, $"runs with {call.Arguments}");
        else if (plan is { RequiresApproval: false } && entry.At - call.Announced.At > TimeoutOf(plan) + CheckTime + Tolerance)
            Fail(entry, $"runs {entry.At - call.Announced.At} after it was announced");
        if (plan is { RequiresApproval: true } && !_approved.Contains(entry.CallId))
            Fail(entry, "runs without an approval");
        if (_denied.Contains(entry.CallId))
            Fail(entry, "runs after it was denied");
        if (plan is not { Background: true } && _outputs.TryGetValue(entry.CallId, out var output) && output.At < entry.At)
            Fail(entry, "runs after its output was sent");
        if (entry.At > _end)
            Fail(entry, "runs after the end");
        var started = new Run(entry.CallId, entry.Text) { Began = entry };
        _runs[entry.CallId] = started;
    }

    private void Sent(LogEntry entry)
    {
        if (entry.Text == "conversation.item.delete")
            _deleted.Add(entry.Json.Text("item_id") ?? "");
        if (CallLog.ApprovalOf(entry) is { } requestId)
        {
            var approves = entry.Json.Member("item").Member("approve").ValueKind == JsonValueKind.True;
            if (!_mcpAnswers.TryAdd(requestId, approves))
                Fail(entry, $"answers {requestId} for the second time");
            if (!_calls.Responses.Any(response => response.Approvals.Contains(requestId)))
                Fail(entry, $"answers {requestId}, for which nobody asked");
            if (approves && !_approved.Contains(requestId))
                Fail(entry, $"approves {requestId}, which nobody has approved");
        }
        if (BackgroundOracle.ResultOf(entry) is { } result)
            _results.Add(result);
        if (CallLog.OutputOf(entry) is not { } callId || _results.Contains(callId))
            return;
        if (!_outputs.TryAdd(callId, entry))
            Fail(entry, $"is the second output of {callId}");
        if (!_calls.Calls.TryGetValue(callId, out var call))
            Fail(entry, $"is an output of {callId}, which no response has shown as completed");
        else if (call.Response.IsOutOfBand)
            Fail(entry, $"is an output of {callId}, a call of an out-of-band response");
        var text = entry.Json.Member("item").Text("output") ?? "";
        if (text.Contains("secret", StringComparison.Ordinal))
            Fail(entry, "shows an exception to the model");
        if (text.Contains("output of call_", StringComparison.Ordinal) && text != $"output of {callId}")
            Fail(entry, $"is the output of another call than {callId}");
    }

    private TimeSpan TimeoutOf(FunctionPlan plan) => plan.Timeout ?? (plan.Background ? world.BackgroundTimeout : world.FunctionTimeout);

    /// <summary>How long a call may be checked before its timeout begins again.</summary>
    private TimeSpan CheckTime => hasGuardrails ? world.FunctionTimeout + MaxCheck : TimeSpan.Zero;

    private void CheckRun(Run run)
    {
        var plan = Plan(run.Name);
        if (run.Ended is null)
            _failures.Add($"The handler of {run.CallId} ({run.Name}) did not return.");
        var handlerEnd = run.Ended?.At ?? Never;
        if (plan is not null)
        {
            var due = run.Began.At + TimeoutOf(plan);
            if (handlerEnd > due + Tolerance && !_suspended.Contains(run.CallId) && !(run.Canceled?.At <= due + Tolerance))
                _failures.Add($"The token of {run.CallId} was canceled at {run.Canceled?.At}, but its timeout was at {due}.");
            if (run.Canceled is { } canceled && canceled.At < handlerEnd && canceled.At < due - Tolerance && canceled.At < _ending && !IsDeleted(run.CallId) && !_canceledByApp.Contains(run.CallId) && !IsInterrupted(plan, run.Began, canceled))
                _failures.Add($"The token of {run.CallId} was canceled at {canceled.At}, before its timeout at {due}, without a reason.");
        }
        if (handlerEnd > _end + Tolerance && !(run.Canceled?.At <= _end + Tolerance))
            _failures.Add($"The token of {run.CallId} was canceled at {run.Canceled?.At}, but the end was at {_end}.");
        var end = run.Until;
        if (end + Sending < _ending && !_outputs.ContainsKey(run.CallId) && !IsDeleted(run.CallId))
            _failures.Add($"{run.CallId} ({run.Name}) ended at {end}, but no output was sent.");
        if (_outputs.TryGetValue(run.CallId, out var output))
            CheckOutput(run, output, plan);
        CheckConcurrency(run, plan);
    }

    private void CheckOutput(Run run, LogEntry output, FunctionPlan? plan)
    {
        if (plan is { Background: true })
            return;
        var text = output.Json.Member("item").Text("output");
        if (output.At < run.Until)
            Fail(output, $"is sent before the call ends at {run.Until}");
        if (output.At > run.Until + Sending)
            Fail(output, $"is sent long after the call ended at {run.Until}");
        if (run.Ended is { Kind: LogKind.Returned, At: var returned, Output: var result })
        {
            if (returned < (run.Canceled?.At ?? Never) && text != result && plan?.Kind != FunctionKind.TooLong)
                Fail(output, $"is not what the handler of {run.CallId} returned ({result})");
            if (run.Canceled?.At < returned && text == result)
                Fail(output, $"is what the handler of {run.CallId} returned too late");
        }
        if (plan?.Kind == FunctionKind.TooLong && text?.Length >= 500)
            Fail(output, "is too long");
    }

    /// <summary>Whether the app has deleted the item of a call, which then gets no output.</summary>
    private bool IsDeleted(string callId) => _calls.Calls.TryGetValue(callId, out var call) && (_deleted.Contains(call.ItemId) || call.IsInjected);

    private bool IsInterrupted(FunctionPlan plan, LogEntry after, LogEntry before) =>
        plan.CancelOnInterruption && _interruptions.Exists(entry => entry.At >= after.At && entry.At <= before.At);

    /// <summary>Checks what runs when a call begins. What ends at the same instant may have ended before.</summary>
    private void CheckConcurrency(Run run, FunctionPlan? plan)
    {
        var others = _runs.Values.Where(other => other.Began.Index <= run.Began.Index && other.Until > run.Began.At).ToList();
        if (run.Until > run.Began.At && others.Count > world.MaxConcurrentFunctions)
            _failures.Add($"{others.Count} functions ran at {run.Began.At}: {string.Join(", ", others.Select(other => other.CallId))}.");
        var same = others.Count(other => other.Name == run.Name);
        if (run.Until > run.Began.At && same > (plan?.MaxConcurrentCalls ?? int.MaxValue))
            _failures.Add($"{same} calls of {run.Name} ran at {run.Began.At}.");
    }

    /// <summary>Checks that a call gets an output in time, whether it runs or not.</summary>
    private void CheckAnswered(WireCall call)
    {
        if (call.Response.IsOutOfBand || call.Response.IsFaulty || IsDeleted(call.CallId) || _outputs.ContainsKey(call.CallId) || _runs.ContainsKey(call.CallId))
            return;

        // Whoever has declared a function may never answer.
        if (Plan(call.Name) is not { HasHandler: true } plan)
            return;
        var last = call.Announced.At + TimeoutOf(plan) + TimeoutOf(plan) + CheckTime + (plan.RequiresApproval ? world.ApprovalTimeout : TimeSpan.Zero) + Sending;
        if (last < _ending)
            _failures.Add($"{call.CallId} ({call.Name}) was announced at {call.Announced.At}, but neither ran nor was answered.");
    }

    private void CheckEnd(EndedCall end)
    {
        if (!_calls.Calls.TryGetValue(end.CallId, out var call) || IsDeleted(end.CallId))
            return;
        var (run, plan) = (_runs.GetValueOrDefault(end.CallId), Plan(call.Name));
        var hasOutput = _outputs.TryGetValue(end.CallId, out var output);
        if (plan is { IsObserved: true } && end.Status == FunctionCallStatus.Completed && run is not { Ended.Kind: LogKind.Returned } && !IsDuplicate(output))
            _failures.Add($"{end.CallId} is completed, but its handler has not returned anything.");
        if (plan is { HasHandler: true } && end.Status == FunctionCallStatus.Completed && run is { Canceled: { } canceled, Ended: { } ended } && canceled.At < ended.At)
            _failures.Add($"{end.CallId} is completed, but its token was canceled before.");
        if (end.Status == FunctionCallStatus.TimedOut && plan is { HasHandler: true } && run is not null && run.Until < run.Began.At + TimeoutOf(plan) - Tolerance)
            _failures.Add($"{end.CallId} has timed out, but ended at {run.Until} before its timeout.");
        if (end.Status == FunctionCallStatus.Canceled && hasOutput && output!.Index > _endIndex)
            Fail(output, $"is sent for {end.CallId} after the end");
        if (end.Status == FunctionCallStatus.Denied && run is not null)
            _failures.Add($"{end.CallId} was denied and ran.");
        if (end.Status == FunctionCallStatus.Canceled && hasOutput && output!.At < _ending && !_canceledByApp.Contains(end.CallId) && plan is not { Background: true } && (plan is null || !IsInterrupted(plan, call.Announced, output)))
            _failures.Add($"{end.CallId} was canceled, but nothing has interrupted.");
        if (end.Status == FunctionCallStatus.Failed && run is null && hasOneAgent && plan is { HasHandler: true } && !call.Response.IsFaulty
            && !(plan.TakesArguments && FunctionWorld.BadArguments.Contains(call.Arguments)) && world.MaxFunctionRounds >= 16)
        {
            _failures.Add($"{end.CallId} ({call.Name}) failed without being run.");
        }
    }

    /// <summary>Whether a call has not run, because the same one was running in the background.</summary>
    private static bool IsDuplicate(LogEntry? output) => output?.Json.Member("item").Text("output") == "The function is already running with these arguments. Its output will follow.";

    private void Fail(LogEntry entry, string failure) =>
        _failures.Add($"{entry.At}: {entry.Text} {entry.CallId} {failure} ({(entry.Json.ValueKind == JsonValueKind.Object ? entry.Json.GetRawText() : "")}).");

    /// <summary>One run of a handler.</summary>
    private sealed class Run(string callId, string name)
    {
        public string CallId => callId;

        public string Name => name;

        public required LogEntry Began { get; init; }

        public LogEntry? Ended { get; set; }

        public LogEntry? Canceled { get; set; }

        public string? Scope { get; set; }

        /// <summary>When the call ended: its handler returned, or its token was canceled.</summary>
        public TimeSpan Until => Min(Ended?.At, Canceled?.At);

        private static TimeSpan Min(TimeSpan? one, TimeSpan? other) => new(Math.Min((one ?? Never).Ticks, (other ?? Never).Ticks));
    }
}
