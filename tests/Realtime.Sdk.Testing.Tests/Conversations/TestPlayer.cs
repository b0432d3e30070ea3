namespace Realtime.Sdk.Testing.Tests.Conversations;

internal enum PlayerKind
{
    None, Good, Late, Blocking, Early, Silent, Backwards,
    ThrowsOnFormat, ThrowsOnWrite, ThrowsOnPlayed, ThrowsOnStop, ThrowsOnDrain,
    HangsOnWrite, HangsOnStop, HangsOnDrain,
}

/// <summary>
/// A player that knows what it has emitted, and reports it as players of its kind do. Audio sounds from the moment it is written, without gaps.
/// </summary>
internal sealed class TestPlayer(PlayerKind kind, VirtualTime time, RunLog log, int failsAfter) : AudioPlayer
{
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly List<PlayedPiece> _pieces = [];
    private readonly TaskCompletionSource _never = new();
    private TimeSpan _written;
    private TimeSpan _anchor;
    private TimeSpan _anchoredAt;
    private TaskCompletionSource _stopped = new();
    private int _calls;

    /// <summary>Whether what it reports is what it emits, or less.</summary>
    public bool IsHonest => kind is PlayerKind.Good or PlayerKind.Late or PlayerKind.Blocking or PlayerKind.HangsOnDrain;

    /// <summary>Whether what it reports is exactly what it emits.</summary>
    public bool IsExact => kind is PlayerKind.Good or PlayerKind.Blocking;

    public override SampleFormat Format => Fails(PlayerKind.ThrowsOnFormat) ? throw new NotSupportedException("no format") : default;

    /// <summary>What was written, and how much of it was emitted.</summary>
    public IReadOnlyList<PlayedPiece> Pieces
    {
        get
        {
            lock (_lock)
                return [.. _pieces.Select(piece => piece with { Emitted = EmittedOf(piece) })];
        }
    }

    public override TimeSpan Played
    {
        get
        {
            if (Fails(PlayerKind.ThrowsOnPlayed))
                throw new InvalidOperationException("no position");
            lock (_lock)
            {
                return kind switch
                {
                    PlayerKind.Late => Emitted > Lag ? Emitted - Lag : TimeSpan.Zero,
                    PlayerKind.Early => _written,
                    PlayerKind.Silent => TimeSpan.Zero,
                    PlayerKind.Backwards => Emitted * (_calls++ % 3 / 2.0),
                    _ => Emitted,
                };
            }
        }
    }

    private TimeSpan Emitted => TimeSpan.FromTicks(Math.Min(_written.Ticks, (_anchor + time.Elapsed - _anchoredAt).Ticks));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        if (kind == PlayerKind.Blocking)
            Thread.SpinWait(2_000);
        if (Fails(PlayerKind.ThrowsOnWrite))
            throw new IOException("the device is gone");
        if (Fails(PlayerKind.HangsOnWrite))
            await _never.Task;
        lock (_lock)
        {
            if (_anchor + time.Elapsed - _anchoredAt > _written)
                (_anchor, _anchoredAt) = (_written, time.Elapsed);
            log.Add(new(LogKind.Written, "written") { Audio = audio.ToArray(), Position = _written });
            var start = _written;
            _written += Format.DurationOf(audio.Length);
            _pieces.Add(new(start, _written, audio.ToArray(), log.Entries.Count));
        }
    }

    public override async ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        if (Fails(PlayerKind.ThrowsOnStop))
            throw new IOException("the device does not stop");
        if (Fails(PlayerKind.HangsOnStop))
            await _never.Task;
        TaskCompletionSource stopped;
        TimeSpan position;
        lock (_lock)
        {
            position = Emitted;
            for (var i = 0; i < _pieces.Count; i++)
            {
                if (_pieces[i].End > position)
                    _pieces[i] = _pieces[i] with { End = position > _pieces[i].Start ? position : _pieces[i].Start };
            }
            _written = position;
            log.Add(new(LogKind.Stopped, "stopped") { Position = position });
            (stopped, _stopped) = (_stopped, new());
        }
        stopped.TrySetResult();
        return kind switch { PlayerKind.Silent => TimeSpan.Zero, PlayerKind.Late => position > Lag ? position - Lag : TimeSpan.Zero, _ => position };
    }

    public override async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        if (Fails(PlayerKind.ThrowsOnDrain))
            throw new IOException("the device does not drain");
        if (kind == PlayerKind.HangsOnDrain)
            await _never.Task.WaitAsync(cancellationToken);
        while (kind != PlayerKind.Silent)
        {
            TimeSpan rest;
            Task stopped;
            lock (_lock)
                (rest, stopped) = (_written - Emitted, _stopped.Task);
            if (rest <= TimeSpan.Zero)
                return;
            await Task.WhenAny(stopped, Task.Delay(rest + TimeSpan.FromMilliseconds(1), time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Ends what hangs.</summary>
    public void Release() => _never.TrySetCanceled();

    private bool Fails(PlayerKind failing) => kind == failing && Interlocked.Increment(ref _calls) > failsAfter;

    private TimeSpan EmittedOf(PlayedPiece piece)
    {
        var end = Emitted < piece.End ? Emitted : piece.End;
        return end > piece.Start ? end - piece.Start : TimeSpan.Zero;
    }
}

/// <summary>Audio that was written at once.</summary>
/// <param name="Start">The position at which it begins.</param>
/// <param name="End">Where it ends, or was stopped.</param>
/// <param name="Audio">All that was written.</param>
/// <param name="Index">The number of entries in the log when it was written.</param>
internal sealed record PlayedPiece(TimeSpan Start, TimeSpan End, byte[] Audio, int Index)
{
    public TimeSpan Emitted { get; init; }
}
