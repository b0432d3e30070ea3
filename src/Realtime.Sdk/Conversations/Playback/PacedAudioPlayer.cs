namespace Realtime.Sdk.Internal;

/// <summary>
/// A player at the speed of a clock. With an output, each piece is written when it is to be heard, so that a stop has little to discard; without
/// an output, all audio is accepted immediately.
/// </summary>
internal sealed class PacedAudioPlayer(
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? output, SampleFormat format, TimeProvider? timeProvider) : AudioPlayer
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20), Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>The maximum time by which a piece may be late. After a late timer, the next pieces follow sooner; after an output that was blocked for longer, the clock is moved.</summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly WorkTrackingTimeProvider? _work = timeProvider as WorkTrackingTimeProvider;
    private readonly Lock _lock = new();
    private CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;
    private TimeSpan _written;
    private TimeSpan _anchor;
    private long _anchoredAt;
    private bool _isDisposed;

    public override SampleFormat Format => format;

    public override TimeSpan Played
    {
        get
        {
            lock (_lock)
                return Position;
        }
    }

    internal override bool IsNonBlocking => output is null;

    private TimeSpan Clock => _anchor + _time.GetElapsedTime(_anchoredAt);

    private TimeSpan Position => TimeSpan.FromTicks(Math.Min(_written.Ticks, Clock.Ticks));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        // Throws if the audio ends in the middle of a sample.
        format.SamplesIn(audio.Length);
        CancellationToken stop;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            stop = _stop.Token;
            AddWritten(output is null ? format.DurationOf(audio.Length) : TimeSpan.Zero, maxLateness: TimeSpan.Zero);
        }
        return output is null ? ValueTask.CompletedTask : WritePacedAsync(output, audio, stop, cancellationToken);
    }

    public override async ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        CancellationTokenSource stopped;
        TimeSpan position;
        lock (_lock)
        {
            position = _written = Position;
            if (_isDisposed)
                return position;

            // Writes that begin from now on are not affected by the stop.
            stopped = _stop;
            _stop = new();
        }

        // The canceled write continues on the thread pool before CancelAsync completes, and counts as work until then.
        _work?.BeginWork();
        await stopped.CancelAsync().ConfigureAwait(false);
        stopped.Dispose();
        await CountedWork.EndAsync(_work);
        return position;
    }

    public override async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            TimeSpan rest;
            CancellationToken stop;
            lock (_lock)
            {
                rest = _written - Position;
                if (rest <= TimeSpan.Zero)
                    return;
                stop = _stop.Token;
            }
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
            await DelayAsync(rest, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }
        _work?.BeginWork();
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
        await CountedWork.EndAsync(_work);
    }

    private async ValueTask WritePacedAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output, ReadOnlyMemory<byte> audio, CancellationToken stop, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        try
        {
            // A stop does not wait for a blocked output, but the next write must, because an output accepts one write at a time. An exception of the
            // previous write was thrown to its caller.
            await _writing.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var length = format.BytesIn(Piece);
            for (var start = 0; start < audio.Length; start += length)
            {
                var piece = audio[start..Math.Min(start + length, audio.Length)];
                await WhenDueAsync(either.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    // Counted before the write: a stop from here on may discard the piece, but the position never exceeds what was passed to the output.
                    either.Token.ThrowIfCancellationRequested();
                    AddWritten(format.DurationOf(piece.Length), MaxLateness);
                }
                _writing = output(piece, either.Token).AsTask();
                await _writing.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // StopAsync was called, so the rest of the audio is discarded.
        }
    }

    /// <summary>Waits until all audio that was written has been played.</summary>
    private async ValueTask WhenDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan rest;
            lock (_lock)
                rest = _written - Clock;
            if (rest <= TimeSpan.Zero)
                return;
            await DelayAsync(rest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts audio as written. If nothing was being played, its playback begins now.</summary>
    private void AddWritten(TimeSpan duration, TimeSpan maxLateness)
    {
        if (Clock - _written > maxLateness)
            (_anchor, _anchoredAt) = (_written, _time.GetTimestamp());
        _written += duration;
    }

    /// <summary>Waits. The platform's timers have a resolution of one millisecond and may fire early, so callers must check the clock again.</summary>
    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        Task.Delay(delay < Millisecond ? Millisecond : delay, _time, cancellationToken);
}
