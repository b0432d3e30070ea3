namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The frames to be sent to one client, in order. Frames that are added during a write are sent together with the next one: each write is a system call,
/// and a turn of the model has dozens of events. An idle session holds no buffer. Thread-safe.
/// </summary>
/// <param name="stream">The stream to write to.</param>
/// <param name="state">The state of the emulator.</param>
/// <param name="tracker">Informs a virtual clock; null for any other clock.</param>
internal sealed class FrameQueue(Stream stream, EmulatorState state, ConnectionTracker? tracker = null)
{
    /// <summary>The size from which frames are sent without waiting for <see cref="SendAsync"/>.</summary>
    private const int MaxWaitingBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private Batch? _waiting;
    private Batch? _sent;
    private long _unsent;

    /// <summary>Whether a close frame was sent or is being sent.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>The number of bytes that were added and that the operating system has not accepted yet.</summary>
    public long UnsentBytes => Interlocked.Read(ref _unsent);

    /// <summary>Adds a frame, which <see cref="SendAsync"/> sends; the payload is copied.</summary>
    /// <param name="kind">The opcode.</param>
    /// <param name="isLast">Whether it ends its message.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="isTracked">Whether the send counts as work. False for a script's sends, which are part of the script's work.</param>
    public void Add(FrameKind kind, bool isLast, ReadOnlySpan<byte> payload, bool isTracked)
    {
        lock (_lock)
        {
            var batch = _waiting ??= new();

            // The clock counts messages and closes. Pings, pongs and unfinished messages are not received as messages, so they would never be counted down.
            if (kind == FrameKind.Close || (isLast && kind is FrameKind.Text or FrameKind.Binary or FrameKind.Continuation))
            {
                tracker?.BeginSend();
                batch.Messages++;
            }
            var before = batch.Bytes.Length;
            Frames.Write(batch.Bytes, kind, isLast, payload);
            Interlocked.Add(ref _unsent, batch.Bytes.Length - before);
            batch.HasClose |= kind == FrameKind.Close;
            if (isTracked)
            {
                batch.TrackedFrames++;
                state.ActivityTracker.EnterSend();
            }
            if (batch.Bytes.Length >= MaxWaitingBytes)
                Start();
        }
    }

    /// <summary>Sends the added frames; completes when the operating system has accepted them.</summary>
    /// <exception cref="EmulatorSessionEndedException">The connection has ended.</exception>
    public Task SendAsync()
    {
        lock (_lock)
        {
            var last = _waiting ?? _sent;
            Start();
            return last?.Done.Task ?? Task.CompletedTask;
        }
    }

    private void Start()
    {
        // RunAsync sets _sent before its first await, while the caller still holds the lock, so that there is only one loop.
        if (_sent is null && _waiting is not null)
            _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (Next() is { } batch)
        {
            try
            {
                await stream.WriteAsync(batch.Bytes.Written, state.Stopping).ConfigureAwait(false);
                batch.Done.TrySetResult();
            }
            catch (Exception e) when (ConnectionLoss.Matches(e))
            {
                tracker?.ReportFault(isNoticed: true);
                batch.Done.TrySetException(new EmulatorSessionEndedException("The session has ended, so nothing can be sent.", e));
            }
#pragma warning disable CA1031 // code of the test may fail, for example its clock: the waiters get the exception, and the next batch is still sent
            catch (Exception e)
#pragma warning restore CA1031
            {
                tracker?.ReportFault(isNoticed: false);
                batch.Done.TrySetException(e);
            }
            Finish(batch);
        }
    }

    private Batch? Next()
    {
        lock (_lock)
        {
            (_sent, _waiting) = (_waiting, null);
            HasClosed |= _sent?.HasClose == true;
            return _sent;
        }
    }

    private void Finish(Batch batch)
    {
        Interlocked.Add(ref _unsent, -batch.Bytes.Length);
        batch.Bytes.Clear();
        if (batch.Messages > 0)
            tracker?.EndSends(batch.Messages);
        for (var i = 0; i < batch.TrackedFrames; i++)
            state.ActivityTracker.LeaveSend();

        // Observes the exception: not every sender awaits the task.
        _ = batch.Done.Task.Exception;
    }

    /// <summary>Frames that are sent in one write.</summary>
    private sealed class Batch
    {
        public PooledBuffer Bytes { get; } = new();

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasClose { get; set; }

        /// <summary>The number of messages that end in the batch.</summary>
        public int Messages { get; set; }

        /// <summary>The number of frames that count as work until they are sent.</summary>
        public int TrackedFrames { get; set; }
    }
}
