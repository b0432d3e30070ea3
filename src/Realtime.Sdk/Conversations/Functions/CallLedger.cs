namespace Realtime.Sdk.Internal;

/// <summary>The calls that have not ended, which of them may run, and the IDs of all. Used under the conversation's lock.</summary>
internal sealed class CallLedger(ConversationLimits limits)
{
    /// <summary>The minimum number of IDs to keep: an event may show all calls of a response again.</summary>
    private const int MinSeen = 1_024;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _seenOrder = [];
    private readonly List<CallState> _open = [];

    /// <summary>The calls that have not ended, in the order in which they were made.</summary>
    public IReadOnlyList<CallState> Open => _open;

    /// <summary>How long until the next call times out; null if none can.</summary>
    public TimeSpan? NextTimeout
    {
        get
        {
            TimeSpan? next = null;
            foreach (var call in _open)
            {
                if (call.TimeLeft is { } left && !(left >= next))
                    next = left;
            }
            return next;
        }
    }

    /// <summary>Records the ID of a call; returns false if it was already known, so that no call runs twice.</summary>
    public bool TryNote(string callId)
    {
        if (Find(callId) is not null || !_seen.Add(callId))
            return false;
        _seenOrder.Enqueue(callId);
        if (_seenOrder.Count > Math.Max(limits.MaxItems, MinSeen))
            _seen.Remove(_seenOrder.Dequeue());
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

    /// <summary>Returns the next call that waits and may run now; null if there is none.</summary>
    public CallState? NextToRun()
    {
        if (Running(null) >= limits.MaxConcurrentFunctions)
            return null;
        foreach (var call in _open)
        {
            if (call is { Status: FunctionCallStatus.Announced, IsDecided: false, Function: { } function } && (function.MaxConcurrentCalls is not { } max || Running(function) < max))
                return call;
        }
        return null;
    }

    /// <summary>Counts the functions that are running here; null counts those of all functions.</summary>
    private int Running(AgentFunction? function)
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
