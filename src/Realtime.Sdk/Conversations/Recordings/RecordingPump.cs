using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Writes the lines of a recording to its output, in a loop of its own that runs while there are any. Adding a line never waits: if too much waits for the output,
/// or if it has failed, the line is dropped.
/// </summary>
#pragma warning disable CA1001 // the token source has no timer, so it needs no disposal
internal sealed class RecordingPump : IThreadPoolWorkItem
#pragma warning restore CA1001
{
    /// <summary>The size, in bytes, at which lines are written even if more are waiting.</summary>
    private const int MaxBatch = 64 * 1024;

    private readonly Stream _output;
    private readonly SessionRecorderOptions _options;
    private readonly Action<Exception?> _failed;
    private readonly Lock _lock = new();
    private readonly Queue<RecordingEntry> _waiting = [];
    private readonly CancellationTokenSource _stop = new();
    private ArrayBufferWriter<byte> _batch = new();
    private TimeProvider? _time;
    private long _start;
    private long _queuedBytes;
    private int _unreportedDrops;
    private bool _isStarted;
    private bool _isWriting;
    private bool _isClosed;
    private bool _hasDropped;
    private CountedSource<bool>? _written;

    /// <param name="output">The output.</param>
    /// <param name="options">The options.</param>
    /// <param name="failed">Called once, on the thread pool, with the exception of the output; and once with null when lines are dropped for the first time.</param>
    public RecordingPump(Stream output, SessionRecorderOptions options, Action<Exception?> failed) =>
        (_output, _options, _failed, _time) = (output, options, failed, options.TimeProvider);

    /// <summary>The number of lines that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>The maximum size of the lines that wait for the output, in bytes.</summary>
    public long MaxQueuedBytes => _options.MaxQueuedBytes;

    /// <summary>The exception of the output, which then gets nothing more.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether <see cref="CloseAsync"/> was called.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Sets the clock, if there is none yet.</summary>
    public void UseClock(TimeProvider time)
    {
        lock (_lock)
            _time ??= time;
    }

    /// <summary>Adds a message, or a session as JSON.</summary>
    public void Enqueue(RecordingEntryKind kind, int source, ReadOnlySpan<byte> json, bool isConfigured = false)
    {
        lock (_lock)
        {
            if (CanEnqueue(json.Length))
                Enqueue(new(kind, source, json) { IsConfigured = isConfigured, Time = GetTimestamp(out var startedAt), StartedAt = startedAt });
        }
    }

    /// <summary>Adds a decision.</summary>
    public void Enqueue(int source, in Decision decision)
    {
        lock (_lock)
        {
            if (CanEnqueue(0))
                Enqueue(new(source, in decision) { Time = GetTimestamp(out var startedAt), StartedAt = startedAt });
        }
    }

    /// <summary>Accepts no more lines, and waits for a limited time until the queued lines were written. Never throws.</summary>
    public async ValueTask CloseAsync()
    {
        WorkTrackingTimeProvider? work;
        CountedSource<bool> written;
        lock (_lock)
        {
            (_isClosed, work) = (true, _time as WorkTrackingTimeProvider);
            written = _written ??= new(work);
            if (!_isWriting)
                written.SetResult(true);
        }
        work?.BeginWork();
        try
        {
            // By the system clock: a virtual clock does not advance while the output does real I/O.
            await written.Task.WaitAsync(_options.DisposeTimeout, TimeProvider.System).Counted(work);
        }
        catch (TimeoutException)
        {
            Fail(new TimeoutException($"The output of the recording did not accept the last lines within {_options.DisposeTimeout.TotalSeconds:0.###} seconds."));
            await _stop.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await CountedWork.EndAsync(work);
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        try
        {
            using var line = new Utf8JsonWriter(_batch, WireWriter.Options);
            while (Next() is { } entry)
            {
                Format(entry, line);
                if (_batch.WrittenCount < MaxBatch && HasMore())
                    continue;
                await _output.WriteAsync(_batch.WrittenMemory, _stop.Token).ConfigureAwait(false);
                await _output.FlushAsync(_stop.Token).ConfigureAwait(false);

                // A single large message must not keep its memory.
                if (_batch.Capacity > 4 * MaxBatch)
                    _batch = new();
                _batch.ResetWrittenCount();
            }
        }
#pragma warning disable CA1031 // the output is code of the app, which may throw any exception
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
        }
    }

    private void Format(in RecordingEntry entry, Utf8JsonWriter line)
    {
        line.Reset(_batch);
        entry.WriteTo(line, _time!.GetElapsedTime(_start, entry.Time), _options.IncludeAudio);
        line.Flush();
        _batch.Write("\n"u8);
        entry.Release();
    }

    /// <summary>Takes the next line; null ends the loop.</summary>
    private RecordingEntry? Next()
    {
        lock (_lock)
        {
            if (Failure is null && _waiting.TryDequeue(out var entry))
            {
                _queuedBytes -= entry.Cost;
                return entry;
            }

            // Lines that were dropped at the end have no later line that reports them.
            if (Failure is null && TakeDropped() is { } dropped)
                return dropped;

            // Under the lock, so that a line that is added from now on starts the loop again.
            _isWriting = false;
            _written?.SetResult(true);
            return null;
        }
    }

    private bool HasMore()
    {
        lock (_lock)
            return Failure is null && (_waiting.Count > 0 || _unreportedDrops > 0);
    }

    /// <summary>Whether a line can be added; otherwise counts it as dropped.</summary>
    private bool CanEnqueue(int bytes)
    {
        if (_isClosed)
            return false;
        if (Failure is not null)
        {
            Dropped++;
            return false;
        }
        if (_queuedBytes + RecordingEntry.GetCost(bytes) <= MaxQueuedBytes)
            return true;
        Dropped++;
        _unreportedDrops++;

        // On the thread pool, because the caller may hold the conversation's lock.
        if (!_hasDropped)
            ThreadPool.UnsafeQueueUserWorkItem(static pump => pump._failed(null), this, preferLocal: false);
        _hasDropped = true;
        Start();
        return false;
    }

    private void Enqueue(RecordingEntry entry)
    {
        if (TakeDropped() is { } dropped)
            _waiting.Enqueue(dropped);
        _waiting.Enqueue(entry);
        _queuedBytes += entry.Cost;
        Start();
    }

    /// <summary>Returns a line that reports how many lines were dropped since the last such line; null if none were.</summary>
    private RecordingEntry? TakeDropped()
    {
        if (_unreportedDrops == 0)
            return null;
        var dropped = new RecordingEntry(_unreportedDrops) { Time = GetTimestamp(out var startedAt), StartedAt = startedAt };
        _queuedBytes += dropped.Cost;
        _unreportedDrops = 0;
        return dropped;
    }

    /// <summary>Returns the time of a line and, if it is the first one, the time of day.</summary>
    private long GetTimestamp(out DateTimeOffset? startedAt)
    {
        _time ??= TimeProvider.System;
        var now = _time.GetTimestamp();
        startedAt = _isStarted ? null : _time.GetUtcNow();
        if (!_isStarted)
            (_isStarted, _start) = (true, now);
        return now;
    }

    private void Start()
    {
        if (_isWriting)
            return;
        _isWriting = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Fail(Exception exception)
    {
        lock (_lock)
        {
            _isWriting = false;
            _written?.SetResult(true);
            if (Failure is not null)
                return;
            Failure = exception;
            Dropped += _waiting.Count + _unreportedDrops;
            foreach (var entry in _waiting)
                entry.Release();
            _waiting.Clear();
            (_queuedBytes, _unreportedDrops) = (0, 0);
        }
        ThreadPool.UnsafeQueueUserWorkItem(static pump => pump._failed(pump.Failure), this, preferLocal: false);
    }
}
