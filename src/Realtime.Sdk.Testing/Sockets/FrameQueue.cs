namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The frames on their way to one client, in order. What is added while other frames are being sent leaves with the next write, all of it at once: a
/// write is a system call, and a turn of the model has dozens of events. An idle session holds no buffer. Safe to use from any thread.
/// </summary>
internal sealed class FrameQueue(Stream stream, EmulatorState state)
{
    /// <summary>From here on frames are sent without waiting for <see cref="SendAsync"/>.</summary>
    private const int MaxWaitingBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private Batch? _waiting;
    private Batch? _sent;
    private long _unsent;

    /// <summary>Whether a close was sent, or is being sent.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>The bytes that were added and are not yet with the operating system.</summary>
    public long UnsentBytes => Interlocked.Read(ref _unsent);

    /// <summary>Adds a frame, which <see cref="SendAsync"/> sends; the payload is copied.</summary>
    /// <param name="kind">What the frame is for.</param>
    /// <param name="isLast">Whether it ends its message.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="counts">Whether sending is work of its own; what a script sends is part of the script's.</param>
    public void Add(FrameKind kind, bool isLast, ReadOnlySpan<byte> payload, bool counts)
    {
        lock (_lock)
        {
            var batch = _waiting ??= new();
            var before = batch.Bytes.Length;
            Frames.Write(batch.Bytes, kind, isLast, payload);
            Interlocked.Add(ref _unsent, batch.Bytes.Length - before);
            batch.HasClose |= kind == FrameKind.Close;
            if (counts)
            {
                batch.Counted++;
                state.ActivityTracker.Enter();
            }
            if (batch.Bytes.Length >= MaxWaitingBytes)
                Start();
        }
    }

    /// <summary>Sends what was added; completes once the operating system has it.</summary>
    /// <exception cref="EmulatorSessionEndedException">The connection is over.</exception>
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
            catch (Exception e) when (ConnectionLoss.Is(e))
            {
                batch.Done.TrySetException(new EmulatorSessionEndedException("The session is over: nothing can be sent.", e));
            }
#pragma warning disable CA1031 // whatever fails, for example the test's clock while bytes drip, is told to whoever waits and does not keep the rest
            catch (Exception e)
#pragma warning restore CA1031
            {
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
        for (var i = 0; i < batch.Counted; i++)
            state.ActivityTracker.Leave();

        // Not everybody who sends waits for it.
        _ = batch.Done.Task.Exception;
    }

    /// <summary>Frames that leave in one write.</summary>
    private sealed class Batch
    {
        public PooledBuffer Bytes { get; } = new();

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasClose { get; set; }

        /// <summary>How many of the frames count as work until they are sent.</summary>
        public int Counted { get; set; }
    }
}
