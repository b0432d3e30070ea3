namespace Realtime.Sdk.Testing.Internal;

/// <summary>One call from its beginning to its end: how it stands, who waits for it to change, and the model's audio on its way to the other side.</summary>
internal sealed class CallLine(EmulatedCall call, ServicePolicy policy)
{
    private readonly TaskCompletionSource<EmulatedCall> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EmulatedCall> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile EmulatedCall _call = call;

    /// <summary>The call as it stands; set under the lock of the registry.</summary>
    public EmulatedCall Call
    {
        get => _call;
        set
        {
            _call = value;
            if (value.State != EmulatedCallState.Ringing)
                _answered.TrySetResult(value);
            if (value.IsOver)
                _over.TrySetResult(value);
        }
    }

    /// <summary>Completes when the call rings no more: accepted, rejected, or given up by the caller.</summary>
    public Task<EmulatedCall> Answered => _answered.Task;

    /// <summary>Completes when the call is over.</summary>
    public Task<EmulatedCall> Over => _over.Task;

    public CallAudio Audio { get; } = new();

    /// <summary>How strict the model of the call is.</summary>
    public ServicePolicy Policy => policy;
}
