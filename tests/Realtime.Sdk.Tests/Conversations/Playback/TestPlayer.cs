namespace Realtime.Sdk.Tests.Conversations.Playback;

/// <summary>
/// A device that takes all audio at once and plays it by the clock, as a user would write one; each member can be replaced by a bad one. What it knows
/// of itself stays true: <see cref="Emitted"/> is what came out of it.
/// </summary>
public sealed class TestPlayer(TimeProvider time, SampleFormat format = default) : AudioPlayer
{
    private readonly AudioPlayer _device = Discard(time);
    private readonly Lock _lock = new();
    private readonly MemoryStream _written = new();
    private int _writes;

    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? OnWrite { get; init; }

    public Func<TestPlayer, CancellationToken, ValueTask<TimeSpan>>? OnStop { get; init; }

    public Func<TestPlayer, CancellationToken, Task>? OnDrain { get; init; }

    public Func<TimeSpan, TimeSpan>? OnPlayed { get; init; }

    public Func<SampleFormat>? OnFormat { get; init; }

    public int Stops { get; private set; }

    public int Drains { get; private set; }

    public bool WasDisposed { get; private set; }

    public bool WritesOverlapped { get; private set; }

    public int LongestWrite { get; private set; }

    public TimeSpan Emitted => _device.Played;

    public byte[] Written
    {
        get
        {
            lock (_lock)
                return _written.ToArray();
        }
    }

    public override SampleFormat Format => OnFormat?.Invoke() ?? format;

    public override TimeSpan Played => OnPlayed is null ? Emitted : OnPlayed(Emitted);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        WritesOverlapped |= Interlocked.Increment(ref _writes) > 1;
        try
        {
            LongestWrite = Math.Max(LongestWrite, audio.Length);
            if (OnWrite is not null)
                await OnWrite(audio, cancellationToken);
            lock (_lock)
                _written.Write(audio.Span);
            // The device plays PCM at 24 kHz; what counts is how long the audio sounds.
            await _device.WriteAsync(new byte[default(SampleFormat).BytesIn(format.DurationOf(audio.Length))], CancellationToken.None);
        }
        finally
        {
            Interlocked.Decrement(ref _writes);
        }
    }

    public override ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        Stops++;
        return OnStop is null ? StopDeviceAsync() : OnStop(this, cancellationToken);
    }

    public ValueTask<TimeSpan> StopDeviceAsync() => _device.StopAsync(CancellationToken.None);

    public override Task DrainAsync(CancellationToken cancellationToken = default)
    {
        Drains++;
        return OnDrain is null ? _device.DrainAsync(cancellationToken) : OnDrain(this, cancellationToken);
    }

    public override ValueTask DisposeAsync()
    {
        WasDisposed = true;
        return _device.DisposeAsync();
    }
}
