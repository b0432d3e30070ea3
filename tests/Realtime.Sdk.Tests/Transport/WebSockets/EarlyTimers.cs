using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>A clock whose timers fire early, as the platform's do by up to three milliseconds: timers and timestamps are two clocks.</summary>
internal sealed class EarlyTimers(TimeSpan early) : TimeProvider
{
    private readonly FakeTimeProvider _time = new();

    public override long TimestampFrequency => _time.TimestampFrequency;

    public void Advance(TimeSpan time) => _time.Advance(time);

    public override long GetTimestamp() => _time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(_time.CreateTimer(callback, state, Early(dueTime), period), this);

    private TimeSpan Early(TimeSpan dueTime) => dueTime > early ? dueTime - early : dueTime;

    private sealed class Timer(ITimer timer, EarlyTimers time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Early(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
