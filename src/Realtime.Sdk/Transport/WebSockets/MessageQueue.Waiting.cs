using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <content>The two waits: that of the reader for a message, which does not allocate, and that of the writer for space, which is rare.</content>
internal sealed partial class MessageQueue : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _arrival;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _waitToken;
    private bool _waiting;
    private TaskCompletionSource? _spaceWait;

    /// <summary>Waits until a message can be read. Returns false if no more messages follow.</summary>
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

    /// <summary>
    /// Resumes a waiting reader on the current thread if there is a message. The writer calls this when it has to wait for the network anyway.
    /// </summary>
    public void WakeOnCurrentThread() => WakeIfReadable(onCurrentThread: true);

    /// <summary>Completes when the incoming message fits and the reader has freed some additional space, or when reading has ended.</summary>
    public Task WaitForSpaceAsync()
    {
        Task spaceWait;
        lock (_lock)
        {
            if (CanAdd() || _complete)
                return Task.CompletedTask;
            // Asynchronous continuations, because the writer must not run inside the reader's call on the reader's thread.
            _spaceWait = new(TaskCreationOptions.RunContinuationsAsynchronously);
            spaceWait = _spaceWait.Task;
        }

        // Space becomes free only when the reader reads, and it may be waiting for the writer's next call of WakeOnCurrentThread.
        WakeIfReadable(onCurrentThread: false);
        return spaceWait;
    }

    private bool TryClaimWait()
    {
        var waiting = _waiting;
        _waiting = false;
        return waiting;
    }

    private TaskCompletionSource? ClaimSpaceWait()
    {
        var spaceWait = _spaceWait;
        _spaceWait = null;
        return spaceWait;
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // The wait was already completed, or this callback belongs to an earlier one.
            if (!_waiting || _waitToken != cancellationToken)
                return;
            _waiting = false;
        }

        // Asynchronously, because this runs inside a call to Cancel, whose caller does not expect the reader to run there.
        _arrival.RunContinuationsAsynchronously = true;
        _arrival.SetException(new OperationCanceledException(cancellationToken));
    }

    private void WakeIfReadable(bool onCurrentThread)
    {
        bool wake;
        lock (_lock)
            wake = CanRead() && TryClaimWait();
        if (wake)
            Wake(true, onCurrentThread);
    }

    private void Wake(bool result, bool onCurrentThread)
    {
        // Outside the lock. This is safe because TryClaimWait gave the wait to this thread only: a second wait cannot begin before the reader has consumed
        // this one, which resets _arrival.
        _arrival.RunContinuationsAsynchronously = !onCurrentThread;
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
            // Waits for a running cancellation callback, so that it cannot cancel the next wait.
            _cancellation.Dispose();
            _arrival.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
