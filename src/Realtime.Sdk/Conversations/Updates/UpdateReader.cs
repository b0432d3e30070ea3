using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>The unread updates of one reader. Used under the conversation's lock.</summary>
internal sealed class UpdateReader(int maxUnread, WorkTrackingTimeProvider? clock)
{
    private readonly Queue<object> _entries = [];
    private readonly Dictionary<object, Seen> _seen = [];
    private CountedSource<bool>? _readable;
    private int _facts;
    private int _dropped;
    private bool _isComplete;
    private bool _hasOverflowed;

    /// <summary>The entry for a change of the status. The reader gets the status at the time of the read.</summary>
    public static object StatusEntry { get; } = new();

    /// <summary>Adds state, unless it is already queued. The reader gets the newest.</summary>
    public void AddState(object state)
    {
        if (_hasOverflowed)
            return;
        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, state, out _);
        if (seen.IsWaiting)
            return;
        seen.IsWaiting = true;
        Add(state);
    }

    public void AddFact(ConversationUpdate fact)
    {
        if (_hasOverflowed)
            return;
        if (++_facts > maxUnread)
        {
            (_hasOverflowed, _isComplete) = (true, true);
            _entries.Clear();
            _seen.Clear();
            Wake();
            return;
        }
        Add(fact);
    }

    /// <summary>Adds a complete turn and removes its unread states.</summary>
    public void AddCompleted(TurnState turn, ConversationTurn completed, DateTimeOffset time)
    {
        _seen.Remove(turn, out var seen);
        AddFact(new TurnUpdate { Turn = completed, NewTextOnRead = seen.NewTextOf(turn), Time = time });
    }

    /// <summary>Adds a call that has ended and removes its unread states.</summary>
    public void AddEnded(CallState call, FunctionCallUpdate ended)
    {
        _seen.Remove(call);
        AddFact(ended);
    }

    /// <summary>Drops a state.</summary>
    public void Remove(object state)
    {
        if (!_seen.Remove(state, out var seen) || !seen.IsWaiting || ++_dropped <= maxUnread)
            return;
        for (var count = _entries.Count; count > 0; count--)
        {
            var entry = _entries.Dequeue();
            if (entry is ConversationUpdate || _seen.ContainsKey(entry))
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
    /// <exception cref="InvalidOperationException">The reader has left too much unread.</exception>
    public ConversationUpdate? TryRead(ConversationStatus status, TimeProvider time)
    {
        if (_hasOverflowed)
            throw new InvalidOperationException($"More than {maxUnread} updates were left unread. Read faster, or raise {nameof(ConversationLimits)}.{nameof(ConversationLimits.MaxUnreadUpdates)}. The conversation continues.");
        while (_entries.TryDequeue(out var entry))
        {
            if (entry is ConversationUpdate fact)
            {
                _facts--;
                return fact;
            }

            // Without an entry in the dictionary, the turn or call is complete, and a fact further back in the queue reports it.
            ref var seen = ref CollectionsMarshal.GetValueRefOrNullRef(_seen, entry);
            if (Unsafe.IsNullRef(ref seen))
                continue;
            seen.IsWaiting = false;
            if (entry is CallState call)
                return new FunctionCallUpdate { Call = call.Show(), Time = time.GetUtcNow() };
            if (entry is not TurnState turn)
                return new StatusUpdate { Status = status, Time = time.GetUtcNow() };
            var update = new TurnUpdate { Turn = turn.Show(), NewTextOnRead = seen.NewTextOf(turn), Time = time.GetUtcNow() };
            (seen.Length, seen.Version) = (turn.TextLength, turn.TextVersion);
            return update;
        }
        return null;
    }

    /// <summary>Completes when there is something to read; null if nothing follows.</summary>
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
    private struct Seen
    {
        public bool IsWaiting;
        public int Length;
        public int Version;

        public readonly TextSlice NewTextOf(TurnState turn) => Version == turn.TextVersion ? turn.TextFrom(Length) : Length == 0 ? turn.TextFrom(0) : default;
    }
}
