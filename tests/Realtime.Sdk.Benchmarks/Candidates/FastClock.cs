namespace Realtime.Sdk.Benchmarks;

/// <summary>A clock a thousand times as fast as the system's: a second of audio is played in a millisecond, by the same timers as always.</summary>
internal sealed class FastClock : TimeProvider
{
    private const int Speed = 1000;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp() * Speed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)));

    private static TimeSpan Real(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.TotalMilliseconds / Speed)));

    private sealed class FastTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Real(dueTime), Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
