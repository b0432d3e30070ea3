namespace Realtime.Sdk.Testing.Internal;

/// <summary>The log of a caller's conversation: turns, calls and approvals, and the lines that a failed expectation lists. Thread-safe.</summary>
internal sealed class CallerJournal(TimeProvider time)
{
    private const int MaxLines = 50;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];
    private readonly Queue<ConversationTurn> _turns = [];
    private readonly List<FunctionCall> _calls = [];
    private readonly HashSet<string> _takenCalls = [];
    private readonly List<ApprovalUpdate> _approvals = [];
    private readonly long _startedAt = time.GetTimestamp();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How the conversation ended; null if it has not.</summary>
    public ConversationEnd? End { get; private set; }

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
                    // A turn that grows would fill the log and say nothing that its end does not.
                    break;
                case FunctionCallUpdate { Call: var call }:
                    Update(call);
                    Write($"call: {call.Name} {call.Arguments} {call.Status}{(call.Output is { } output ? $": {output}" : "")}");
                    break;
                case ApprovalUpdate approval:
                    // The call's state is conflated, so this reader may know already that the approval was given.
                    if (!_calls.Any(call => call.CallId == approval.Call.CallId && call.Status > FunctionCallStatus.AwaitingApproval))
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
            _change.TrySetResult();
            _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
    /// Returns and removes the first call of a name, and removes the calls that the model made before it. Null if there is none, or if it has not ended and the
    /// conversation runs it.
    /// </summary>
    /// <param name="name">The name; null for a call of any function.</param>
    public FunctionCall? TakeCall(string? name)
    {
        lock (_lock)
        {
            var index = _calls.FindIndex(call => name is null || call.Name == name);
            if (index < 0 || _calls[index] is not { } call || !(call.IsOver || call.Status == FunctionCallStatus.Elsewhere))
                return null;
            foreach (var taken in _calls.Take(index + 1))
                _takenCalls.Add(taken.CallId);
            _calls.RemoveRange(0, index + 1);
            return call;
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
    public Task WhenChangedAsync()
    {
        lock (_lock)
            return _change.Task;
    }

    /// <summary>Returns the last lines of the log.</summary>
    public override string ToString()
    {
        lock (_lock)
            return _lines.Count == 0 ? "Nothing has happened." : string.Join(Environment.NewLine, _lines);
    }

    private void Update(FunctionCall call)
    {
        if (call.Status != FunctionCallStatus.AwaitingApproval)
            _approvals.RemoveAll(approval => approval.Call.CallId == call.CallId);
        if (_takenCalls.Contains(call.CallId))
            return;
        var index = _calls.FindIndex(known => known.CallId == call.CallId);
        if (index < 0)
            _calls.Add(call);
        else
            _calls[index] = call;
    }
}
