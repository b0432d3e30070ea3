namespace Realtime.Sdk.Testing.Internal;

/// <summary>One call of the registry: its current state, the tasks that complete when it changes, and the model's audio as it is played.</summary>
internal sealed class CallEntry(EmulatedCall call, ServicePolicy policy)
{
    private readonly TaskCompletionSource<EmulatedCall> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EmulatedCall> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile EmulatedCall _call = call;

    /// <summary>The current state of the call; set under the lock of the registry.</summary>
    public EmulatedCall Call
    {
        get => _call;
        set
        {
            _call = value;
            if (value.State != EmulatedCallState.Ringing)
                _answered.TrySetResult(value);
            if (value.IsOver)
                _ended.TrySetResult(value);
        }
    }

    /// <summary>The time from which the duration of the call is measured. Guarded by the registry.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>The node in the list of calls that have not ended; null when the call has ended. Guarded by the registry.</summary>
    public LinkedListNode<CallEntry>? Node { get; set; }

    /// <summary>Completes when the call stops ringing: accepted, rejected, or ended by the caller.</summary>
    public Task<EmulatedCall> Answered => _answered.Task;

    /// <summary>Completes when the call has ended.</summary>
    public Task<EmulatedCall> Ended => _ended.Task;

    public CallAudio Audio { get; } = new();

    /// <summary>The values that the model of the call accepts.</summary>
    public ServicePolicy Policy => policy;
}
