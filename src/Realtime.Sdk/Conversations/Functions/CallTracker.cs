namespace Realtime.Sdk.Internal;

/// <summary>The calls that have not ended, which of them may run, and the IDs of all calls. Used under the conversation's lock.</summary>
internal sealed class CallTracker(ConversationLimits limits)
{
    /// <summary>The minimum number of IDs to keep: an event may show all calls of a response again.</summary>
    private const int MinIds = 1_024;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _idOrder = [];
    private readonly List<CallState> _open = [];

    /// <summary>The calls that have not ended, in the order in which they were made.</summary>
    public IReadOnlyList<CallState> OpenCalls => _open;

    /// <summary>Whether the user waits for a call.</summary>
    public bool HasForegroundCalls
    {
        get
        {
            foreach (var call in _open)
            {
                if (call.IsInForeground)
                    return true;
            }
            return false;
        }
    }

    /// <summary>The time until the next call times out; null if none can.</summary>
    public TimeSpan? NextTimeout
    {
        get
        {
            TimeSpan? next = null;
            foreach (var call in _open)
            {
                // The negated comparison is also true for the first call, while there is no other.
                if (call.TimeLeft is { } left && !(left >= next))
                    next = left;
            }
            return next;
        }
    }

    /// <summary>Records the ID of a call; returns false if it was already known, so that no call runs twice.</summary>
    public bool TryAddId(string callId)
    {
        // An open call is always known, even if its ID was dropped from the bounded set.
        if (Find(callId) is not null || !_ids.Add(callId))
            return false;
        _idOrder.Enqueue(callId);
        if (_idOrder.Count > Math.Max(limits.MaxItems, MinIds))
            _ids.Remove(_idOrder.Dequeue());
        return true;
    }

    public void Add(CallState call) => _open.Add(call);

    public void Remove(CallState call) => _open.Remove(call);

    /// <summary>Finds a call that has not ended; null if there is none.</summary>
    public CallState? Find(string callId)
    {
        foreach (var call in _open)
        {
            if (call.CallId == callId)
                return call;
        }
        return null;
    }

    /// <summary>Finds the next call that waits and may run now; null if there is none.</summary>
    public CallState? FindNextToRun()
    {
        if (CountRunning(null) >= limits.MaxConcurrentFunctions)
            return null;
        foreach (var call in _open)
        {
            if (call is { Status: FunctionCallStatus.Queued, IsDecided: false, IsBeingChecked: false, Function: { } function } && (function.MaxConcurrentCalls is not { } max || CountRunning(function) < max))
                return call;
        }
        return null;
    }

    /// <summary>Counts the functions that are running here; null counts those of all functions.</summary>
    private int CountRunning(AgentFunction? function)
    {
        var running = 0;
        foreach (var call in _open)
        {
            if (call is { Status: FunctionCallStatus.Running, IsDecided: false, Function: { } other } && (function is null || other.Tool.Name == function.Tool.Name))
                running++;
        }
        return running;
    }
}
