using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>The unread updates of one reader. Used under the conversation's lock.</summary>
internal sealed class UpdateReader(int maxUnread, WorkTrackingTimeProvider? clock)
{
    private readonly Queue<object> _entries = [];
    private readonly Dictionary<object, ReadState> _states = [];
    private CountedSource<bool>? _readable;
    private int _facts;
    private int _dropped;
    private bool _isComplete;
    private bool _hasOverflowed;

    /// <summary>The entry for a change of the status. The reader gets the status at the time of the read.</summary>
    public static object StatusEntry { get; } = new();

    /// <summary>Adds state, unless it is already queued. The reader gets the state at the time of the read.</summary>
    public void AddState(object state)
    {
        if (_hasOverflowed)
            return;

        // One lookup instead of two, because this is called for each delta.
        ref var readState = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, state, out _);
        if (readState.IsWaiting)
            return;
        readState.IsWaiting = true;
        Add(state);
    }

    public void AddFact(ConversationUpdate fact)
    {
        if (_hasOverflowed)
            return;
        if (++_facts > maxUnread)
        {
            (_hasOverflowed, _isComplete) = (true, true);

            // The reader can only throw from now on, so the memory is released.
            _entries.Clear();
            _states.Clear();
            Wake();
            return;
        }
        Add(fact);
    }

    /// <summary>Adds a complete turn and removes its unread states.</summary>
    public void AddCompleted(TurnState turn, ConversationTurn completed, DateTimeOffset time)
    {
        // The states that are queued are skipped when they are read, because the turn is no longer in the dictionary.
        _states.Remove(turn, out var readState);
        AddFact(new TurnUpdate { Turn = completed, LazyNewText = readState.GetNewText(turn), Time = time });
    }

    /// <summary>Adds a call that has ended and removes its unread states.</summary>
    public void AddEnded(CallState call, FunctionCallUpdate ended)
    {
        _states.Remove(call);
        AddFact(ended);
    }

    /// <summary>Removes a state that will not be read.</summary>
    public void Remove(object state)
    {
        if (!_states.Remove(state, out var readState) || !readState.IsWaiting || ++_dropped <= maxUnread)
            return;

        // A read skips the entries of removed states, so they are removed from the queue only when there are many.
        for (var count = _entries.Count; count > 0; count--)
        {
            var entry = _entries.Dequeue();
            if (entry is ConversationUpdate || _states.ContainsKey(entry))
                _entries.Enqueue(entry);
        }
        _dropped = 0;
    }

    /// <summary>Marks the end of the updates.</summary>
    public void Complete()
    {
        _isComplete = true;
        Wake();
    }

    /// <summary>Takes the next update; null if none waits.</summary>
    /// <exception cref="InvalidOperationException">The reader left too many updates unread.</exception>
    public ConversationUpdate? TryRead(ConversationStatus status, TimeProvider time)
    {
        if (_hasOverflowed)
            throw new InvalidOperationException($"More than {maxUnread} updates were left unread. Read faster, or increase {nameof(ConversationLimits)}.{nameof(ConversationLimits.MaxUnreadUpdates)}. The conversation continues.");
        while (_entries.TryDequeue(out var entry))
        {
            if (entry is ConversationUpdate fact)
            {
                _facts--;
                return fact;
            }

            // Without an entry in the dictionary, the turn or call is complete, and a fact further back in the queue reports it.
            ref var readState = ref CollectionsMarshal.GetValueRefOrNullRef(_states, entry);
            if (Unsafe.IsNullRef(ref readState))
                continue;
            readState.IsWaiting = false;
            if (entry is CallState call)
                return new FunctionCallUpdate { Call = call.ToSnapshot(), Time = time.GetUtcNow() };
            if (entry is not TurnState turn)
                return new StatusUpdate { Status = status, Time = time.GetUtcNow() };
            var update = new TurnUpdate { Turn = turn.ToSnapshot(), LazyNewText = readState.GetNewText(turn), Time = time.GetUtcNow() };
            (readState.Length, readState.Version) = (turn.TextLength, turn.TextVersion);
            return update;
        }
        return null;
    }

    /// <summary>Returns a task that completes when there is something to read; null if nothing follows.</summary>
    public Task? WhenReadable()
    {
        if (_isComplete)
            return null;
        return (_readable ??= new(clock)).Task;
    }

    private void Add(object entry)
    {
        _entries.Enqueue(entry);
        Wake();
    }

    private void Wake()
    {
        _readable?.SetResult(true);
        _readable = null;
    }

    /// <summary>The part of a state that a reader has already read.</summary>
    private struct ReadState
    {
        public bool IsWaiting;
        public int Length;
        public int Version;

        public readonly TextSlice GetNewText(TurnState turn) => Version == turn.TextVersion ? turn.TextFrom(Length) : Length == 0 ? turn.TextFrom(0) : default;
    }
}
