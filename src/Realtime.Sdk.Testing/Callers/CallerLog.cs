namespace Realtime.Sdk.Testing.Internal;

/// <summary>The log of a caller's conversation: turns, calls and approvals, and the lines that a failed expectation lists. Thread-safe.</summary>
internal sealed class CallerLog(TimeProvider time)
{
    private const int MaxLines = 50;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];
    private readonly Queue<ConversationTurn> _turns = [];
    private readonly HashSet<string> _answeredCalls = [];
    private readonly HashSet<string> _takenCalls = [];
    private readonly List<ApprovalUpdate> _approvals = [];
    private readonly long _startedAt = time.GetTimestamp();
    private readonly CallerSignal _change = new(time);

    /// <summary>How the conversation ended; null if it has not.</summary>
    public ConversationEnd? End
    {
        get
        {
            lock (_lock)
                return field;
        }
        private set;
    }

    public void Add(ConversationUpdate update)
    {
        lock (_lock)
        {
            switch (update)
            {
                case TurnUpdate { Turn: { IsComplete: true } turn }:
                    _turns.Enqueue(turn);
                    Write($"{turn.Role}: {turn.HeardText}{(turn.WasInterrupted ? " (interrupted)" : "")}");
                    break;
                case TurnUpdate:
                    // Turns in progress would only fill the log: a complete turn contains everything.
                    break;
                case FunctionCallUpdate { Call: var call }:
                    if (call.Status > FunctionCallStatus.AwaitingApproval)
                    {
                        _answeredCalls.Add(call.CallId);
                        _approvals.RemoveAll(approval => approval.Call.CallId == call.CallId);
                    }
                    Write($"call: {call.Name} {call.Arguments} {call.Status}{(call.Output is { } output ? $": {output}" : "")}");
                    break;
                case ApprovalUpdate approval:
                    // Updates of a call's state are conflated, so the end of an approval may be reported before its request.
                    if (!_answeredCalls.Contains(approval.Call.CallId))
                        _approvals.Add(approval);
                    Write($"approval requested: {approval.Call.Name} {approval.Call.Arguments}");
                    break;
                case KeyUpdate { Key: var key }:
                    Write($"key: {key}");
                    break;
                case HandoffUpdate handoff:
                    Write($"agent: {handoff.To}");
                    break;
                case WarningUpdate warning:
                    Write($"warning: {warning.Message}");
                    break;
                case StatusUpdate status:
                    Write($"status: {status.Status}");
                    break;
                case EndUpdate { End: var end }:
                    End = end;
                    Write($"end: {end.Reason}. {end.Message}");
                    break;
                default:
                    Write(update.GetType().Name);
                    break;
            }
            _change.Set();
        }
    }

    public void Write(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue($"{time.GetElapsedTime(_startedAt).TotalSeconds,8:0.000} s  {PeerText.Sanitize(line)}");
            if (_lines.Count > MaxLines)
                _lines.Dequeue();
        }
    }

    /// <summary>Returns and removes the next complete turn that meets a condition, and removes the turns before it; null if there is none.</summary>
    public ConversationTurn? Take(Predicate<ConversationTurn> condition)
    {
        lock (_lock)
        {
            if (!_turns.Any(turn => condition(turn)))
                return null;
            while (true)
            {
                if (_turns.Dequeue() is var turn && condition(turn))
                    return turn;
            }
        }
    }

    /// <summary>
    /// Returns and takes the first call with a name that was not taken yet, and takes the calls before it. Null if there is no such call, or if it has not
    /// ended and the conversation runs it.
    /// </summary>
    /// <param name="calls">The calls, in the order in which the model made them. Updates do not show that order, because calls may end in another order.</param>
    /// <param name="name">The name; null for a call of any function.</param>
    public FunctionCall? TakeCall(IEnumerable<FunctionCall> calls, string? name)
    {
        lock (_lock)
        {
            var passed = new List<string>();
            foreach (var call in calls.Where(call => !_takenCalls.Contains(call.CallId)))
            {
                passed.Add(call.CallId);
                if (name is not null && call.Name != name)
                    continue;
                if (!call.IsOver && call.Status != FunctionCallStatus.External)
                    return null;
                _takenCalls.UnionWith(passed);
                return call;
            }
            return null;
        }
    }

    /// <summary>Returns and removes the first approval that has not been answered; null if there is none.</summary>
    public ApprovalUpdate? TakeApproval()
    {
        lock (_lock)
        {
            if (_approvals is not [var first, ..])
                return null;
            _approvals.RemoveAt(0);
            return first;
        }
    }

    /// <summary>Completes with the next update.</summary>
    public Task WhenChangedAsync() => _change.WhenSetAsync();

    /// <summary>Returns the last lines of the log.</summary>
    public override string ToString()
    {
        lock (_lock)
            return _lines.Count == 0 ? "Nothing has happened." : string.Join(Environment.NewLine, _lines);
    }
}
