using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <content>The two waits: the reader's for a message, which allocates nothing, and the writer's for room, which is rare.</content>
internal sealed partial class MessageQueue : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _arrival;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _waitToken;
    private bool _waiting;
    private TaskCompletionSource? _room;

    /// <summary>Waits until a message can be read; false when none follows.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        short version;
        lock (_lock)
        {
            if (CanRead())
                return ValueTask.FromResult(true);
            if (_complete)
                return ValueTask.FromResult(false);
            _waiting = true;
            _waitToken = cancellationToken;
            version = _arrival.Version;
        }
        _cancellation = cancellationToken.UnsafeRegister(static (queue, token) => ((MessageQueue)queue!).Cancel(token), this);
        return new(this, version);
    }

    /// <summary>Lets a waiting reader continue on this thread, if there is something for it: the writer has to wait for the network.</summary>
    public void WakeHere() => WakeIfReadable(here: true);

    /// <summary>Completes when the message that is coming in fits and the reader has made some room beyond it, or when no reader follows.</summary>
    public Task WaitForRoomAsync()
    {
        Task room;
        lock (_lock)
        {
            if (Fits() || _complete)
                return Task.CompletedTask;
            // Asynchronous continuations: the writer must not run on the reader's thread, inside the reader's call.
            _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
        }
        WakeIfReadable(here: false);
        return room;
    }

    private bool TakeWait()
    {
        var waiting = _waiting;
        _waiting = false;
        return waiting;
    }

    private TaskCompletionSource? TakeRoom()
    {
        var room = _room;
        _room = null;
        return room;
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_waiting || _waitToken != cancellationToken)
                return;
            _waiting = false;
        }
        _arrival.RunContinuationsAsynchronously = true;
        _arrival.SetException(new OperationCanceledException(cancellationToken));
    }

    private void WakeIfReadable(bool here)
    {
        bool wake;
        lock (_lock)
            wake = CanRead() && TakeWait();
        if (wake)
            Wake(true, here);
    }

    private void Wake(bool result, bool here)
    {
        // Outside the lock. That is safe because TakeWait has handed the wait to this thread alone: a second wait cannot begin before the
        // reader has consumed this one, which resets _arrival.
        _arrival.RunContinuationsAsynchronously = !here;
        _arrival.SetResult(result);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        try
        {
            return _arrival.GetResult(token);
        }
        finally
        {
            // Waits for a cancellation callback that is running, so that it cannot hit the next wait.
            _cancellation.Dispose();
            _arrival.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
