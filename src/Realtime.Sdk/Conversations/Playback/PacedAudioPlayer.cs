namespace Realtime.Sdk.Internal;

/// <summary>
/// Plays by a clock. With an output, each piece is written when its playback is due, so that a stop has little to discard; without
/// an output, all audio is accepted immediately.
/// </summary>
internal sealed class PacedAudioPlayer(
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? output, SampleFormat format, TimeProvider? timeProvider) : AudioPlayer
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20), Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>A timer that is late costs nothing: the next pieces follow sooner. An output that was stuck for longer than this moves the clock.</summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly WorkTrackingTimeProvider? _work = timeProvider as WorkTrackingTimeProvider;
    private readonly Lock _lock = new();
    private CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;
    private TimeSpan _handedOver;
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

    internal override bool TakesAudioAtOnce => output is null;

    private TimeSpan Clock => _anchor + _time.GetElapsedTime(_anchoredAt);

    private TimeSpan Position => TimeSpan.FromTicks(Math.Min(_handedOver.Ticks, Clock.Ticks));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        // Throws where a sample is cut.
        format.SamplesIn(audio.Length);
        CancellationToken stop;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            stop = _stop.Token;
            HandOver(output is null ? format.DurationOf(audio.Length) : TimeSpan.Zero, maxLateness: TimeSpan.Zero);
        }
        return output is null ? ValueTask.CompletedTask : WriteByTheClockAsync(output, audio, stop, cancellationToken);
    }

    public override async ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        CancellationTokenSource stopped;
        TimeSpan position;
        lock (_lock)
        {
            position = _handedOver = Position;
            if (_isDisposed)
                return position;
            stopped = _stop;
            _stop = new();
        }

        // The canceled write continues on the thread pool, before this completes.
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
                rest = _handedOver - Position;
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

    private async ValueTask WriteByTheClockAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output, ReadOnlyMemory<byte> audio, CancellationToken stop, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        try
        {
            // A stop does not wait for an output that is stuck. The next write does, since an output takes one write at a time; its failure was
            // thrown to the caller of the write.
            await _writing.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var length = format.BytesIn(Piece);
            for (var start = 0; start < audio.Length; start += length)
            {
                var piece = audio[start..Math.Min(start + length, audio.Length)];
                await WhenDueAsync(either.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    // A stop after this line has already counted the piece and may discard it, so the position never exceeds what was written.
                    either.Token.ThrowIfCancellationRequested();
                    HandOver(format.DurationOf(piece.Length), MaxLateness);
                }
                _writing = output(piece, either.Token).AsTask();
                await _writing.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Stopped: the rest of the audio is discarded.
        }
    }

    /// <summary>Waits until all audio that was written has been played.</summary>
    private async ValueTask WhenDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan rest;
            lock (_lock)
                rest = _handedOver - Clock;
            if (rest <= TimeSpan.Zero)
                return;
            await DelayAsync(rest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts audio as written. If nothing was being played, its playback begins now.</summary>
    private void HandOver(TimeSpan duration, TimeSpan maxLateness)
    {
        if (Clock - _handedOver > maxLateness)
            (_anchor, _anchoredAt) = (_handedOver, _time.GetTimestamp());
        _handedOver += duration;
    }

    /// <summary>Waits. The platform's timers have a resolution of one millisecond and may fire early, so callers must check the clock again.</summary>
    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        Task.Delay(delay < Millisecond ? Millisecond : delay, _time, cancellationToken);
}
