using System.Buffers.Binary;

namespace Realtime.Sdk.Tests.Conversations.Playback;

/// <summary>
/// A loudspeaker that knows of every sample whether it came out. Each sample names the item it belongs to, so that what was heard of an item is counted,
/// not computed. With a bound it makes writers wait, as a sound card does.
/// </summary>
public sealed class EmittingPlayer(TimeProvider time, bool isBounded) : AudioPlayer
{
    private const int SamplesPerPiece = 480, MaxPending = 2_400;

    private readonly Lock _lock = new();
    private readonly Queue<short> _pending = new();
    private readonly Dictionary<short, int> _emitted = [], _written = [];
    private CancellationTokenSource _stop = new();
    private long _total;
    private long _soundingSince;
    private long _emittedSince;

    /// <summary>What the player says of its position, given the true one.</summary>
    public Func<TimeSpan, TimeSpan> Say { get; init; } = static position => position;

    public Func<Task> BeforeStop { get; init; } = static () => Task.CompletedTask;

    public Func<Task> BeforeWrite { get; init; } = static () => Task.CompletedTask;

    public Func<Task>? Drain { get; init; }

    public override SampleFormat Format => default;

    public override TimeSpan Played
    {
        get
        {
            lock (_lock)
            {
                Emit();
                return Say(default(SampleFormat).DurationOf(_total * sizeof(short)));
            }
        }
    }

    public TimeSpan EmittedOf(int item) => DurationOf(_emitted, item);

    public TimeSpan WrittenOf(int item) => DurationOf(_written, item);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        CancellationToken stop;
        lock (_lock)
            stop = _stop.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        await BeforeWrite();
        for (var start = 0; start < audio.Length; start += SamplesPerPiece * sizeof(short))
        {
            while (isBounded && IsFull() && !either.IsCancellationRequested)
                await PauseAsync(either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            if (!TryTake(audio.Span[start..Math.Min(audio.Length, start + (SamplesPerPiece * sizeof(short)))], stop))
                return;
        }
    }

    public override async ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        await BeforeStop();
        return Discard();
    }

    public override async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        if (Drain is not null)
        {
            await Drain();
            return;
        }
        while (IsSounding() && !cancellationToken.IsCancellationRequested)
            await PauseAsync(cancellationToken);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Task.Delay would go on elsewhere when it is canceled, uncounted by the clock of the test.</summary>
    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        var pause = new TaskCompletionSource();
        await using var timer = time.CreateTimer(_ => pause.TrySetResult(), null, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.Register(() => pause.TrySetResult());
        await pause.Task.ConfigureAwait(false);
    }

    private TimeSpan Discard()
    {
        CancellationTokenSource stopped;
        TimeSpan position;
        lock (_lock)
        {
            Emit();
            _pending.Clear();
            position = Say(default(SampleFormat).DurationOf(_total * sizeof(short)));
            (stopped, _stop) = (_stop, new());
        }
        stopped.Cancel();
        return position;
    }

    private bool IsFull()
    {
        lock (_lock)
        {
            Emit();
            return _pending.Count >= MaxPending;
        }
    }

    private bool IsSounding()
    {
        lock (_lock)
        {
            Emit();
            return _pending.Count > 0;
        }
    }

    private bool TryTake(ReadOnlySpan<byte> audio, CancellationToken stop)
    {
        lock (_lock)
        {
            if (stop.IsCancellationRequested)
                return false;
            Emit();
            if (_pending.Count == 0)
                (_soundingSince, _emittedSince) = (time.GetTimestamp(), 0);
            for (; !audio.IsEmpty; audio = audio[sizeof(short)..])
            {
                var item = BinaryPrimitives.ReadInt16LittleEndian(audio);
                _pending.Enqueue(item);
                _written[item] = _written.GetValueOrDefault(item) + 1;
            }
            return true;
        }
    }

    /// <summary>Lets out what is due by now.</summary>
    private void Emit()
    {
        if (_pending.Count == 0)
            return;
        var due = default(SampleFormat).SamplesIn(time.GetElapsedTime(_soundingSince));
        for (; _emittedSince < due && _pending.TryDequeue(out var item); _emittedSince++, _total++)
            _emitted[item] = _emitted.GetValueOrDefault(item) + 1;
    }

    private TimeSpan DurationOf(Dictionary<short, int> samples, int item)
    {
        lock (_lock)
        {
            Emit();
            return default(SampleFormat).DurationOf(samples.GetValueOrDefault((short)item) * sizeof(short));
        }
    }
}
