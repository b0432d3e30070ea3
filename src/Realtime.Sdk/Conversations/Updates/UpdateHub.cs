using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Distributes updates to the readers. Facts are delivered to each reader once and in order. For state that changes, a reader that falls behind gets only the newest. All
/// members are called under the conversation's lock, except <see cref="ReadAsync"/>.
/// </summary>
internal sealed class UpdateHub
{
    private readonly Lock _lock;
    private readonly TimeProvider _time;
    private readonly int _maxUnread;
    private readonly List<UpdateReader> _readers = [];
    private UpdateReader? _first;
    private bool _isComplete;

    public UpdateHub(Lock gate, TimeProvider time, int maxUnread)
    {
        (_lock, _time, _maxUnread) = (gate, time, maxUnread);

        // The first reader is registered before it reads, so that it gets everything since the start.
        _readers.Add(_first = new(_maxUnread, _time as WorkTrackingTimeProvider));
    }

    /// <summary>The status. Each reader gets its changes.</summary>
    public ConversationStatus Status { get; private set; }

    public void ChangeStatus(ConversationStatus status)
    {
        if (Status == status || _isComplete)
            return;
        Status = status;
        foreach (var reader in _readers)
            reader.AddState(UpdateReader.StatusEntry);
    }

    /// <summary>Publishes a change of a turn that is not complete.</summary>
    public void PublishChange(TurnState turn) => AddState(turn);

    /// <summary>Publishes a change of a call that has not ended.</summary>
    public void PublishChange(CallState call) => AddState(call);

    /// <summary>Publishes a complete turn.</summary>
    public void PublishCompletion(TurnState turn)
    {
        // One snapshot for all readers.
        var completed = turn.ToSnapshot();
        foreach (var reader in _readers)
            reader.AddCompleted(turn, completed, _time.GetUtcNow());
    }

    /// <summary>Publishes a call that has ended.</summary>
    public void PublishCompletion(CallState call)
    {
        var ended = new FunctionCallUpdate { Call = call.ToSnapshot(), Time = _time.GetUtcNow() };
        foreach (var reader in _readers)
            reader.AddEnded(call, ended);
    }

    /// <summary>Removes a turn that will not be completed.</summary>
    public void Remove(TurnState turn)
    {
        foreach (var reader in _readers)
            reader.Remove(turn);
    }

    public void Publish(ConversationUpdate fact)
    {
        // The end is the last update, even if for example a player fails later.
        if (_isComplete)
            return;
        var timed = fact with { Time = _time.GetUtcNow() };
        foreach (var reader in _readers)
            reader.AddFact(timed);
    }

    /// <summary>Publishes the last update.</summary>
    public void End(ConversationEnd end)
    {
        ChangeStatus(ConversationStatus.Ended);
        Publish(new EndUpdate { End = end });
        _isComplete = true;
        foreach (var reader in _readers)
            reader.Complete();
    }

    /// <summary>Reads updates: the first reader from the beginning, a later one from a snapshot.</summary>
    /// <param name="snapshot">Returns the turns and calls in progress. Called under the lock.</param>
    /// <param name="cancellationToken">Cancels the wait for the next update.</param>
    public async IAsyncEnumerable<ConversationUpdate> ReadAsync(
        Func<UpdateSnapshot> snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UpdateReader reader;
        lock (_lock)
        {
            reader = _first ?? AddReader(snapshot());
            _first = null;
        }
        try
        {
            while (true)
            {
                Task? wait;
                ConversationUpdate? update;
                lock (_lock)
                {
                    update = reader.TryRead(Status, _time);
                    wait = update is null ? reader.WhenReadable() : null;
                }

                // Outside the lock, because the code of the reader runs until the next read.
                if (update is not null)
                    yield return update;
                else if (wait is null)
                    yield break;
                else
                    await wait.WaitAsync(cancellationToken).Counted(_time as WorkTrackingTimeProvider);

                // Also checked between updates that need no wait, so that a canceled reader stops.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            lock (_lock)
                _readers.Remove(reader);
        }
    }

    private void AddState(object state)
    {
        foreach (var reader in _readers)
            reader.AddState(state);
    }

    private UpdateReader AddReader(UpdateSnapshot snapshot)
    {
        var reader = new UpdateReader(_maxUnread, _time as WorkTrackingTimeProvider);
        reader.AddState(UpdateReader.StatusEntry);
        foreach (var turn in snapshot.Turns)
            reader.AddState(turn);
        foreach (var call in snapshot.Calls)
        {
            reader.AddState(call);

            // A fact that this reader has missed, but that it can still answer.
            if (call is { Status: FunctionCallStatus.AwaitingApproval, IsDecided: false, Approval: { } approval })
                reader.AddFact(approval);
        }
        if (snapshot.End is { } end)
            reader.AddFact(new EndUpdate { End = end, Time = _time.GetUtcNow() });
        if (_isComplete)
            reader.Complete();
        else
            _readers.Add(reader);
        return reader;
    }
}

/// <summary>The turns and calls that are in progress when a reader begins to read.</summary>
/// <param name="Turns">The turns that are not complete.</param>
/// <param name="Calls">The calls that have not ended.</param>
/// <param name="End">The end of the conversation; null if it has not ended.</param>
internal readonly record struct UpdateSnapshot(IEnumerable<TurnState> Turns, IEnumerable<CallState> Calls, ConversationEnd? End);
