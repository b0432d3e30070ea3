using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Conversations.Playback;

/// <summary>A clock that the test moves, and that knows when nothing is in hand.</summary>
public sealed class CountingTime : WorkTrackingTimeProvider
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _work;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public int Work
    {
        get
        {
            lock (_lock)
                return _work;
        }
    }

    public bool WentNegative { get; private set; }

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);

    public override void BeginWork()
    {
        lock (_lock)
            _work++;
    }

    public override void EndWork()
    {
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            _work--;
            WentNegative |= _work < 0;
            if (_work == 0)
                (idle, _idle) = (_idle, null);
        }
        idle?.SetResult();
    }

    /// <summary>Completes when nothing is in hand.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            if (_work == 0)
                return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WithTimeout();
        }
    }

    /// <summary>Lets time pass a millisecond after the other, each when nothing is in hand.</summary>
    public async Task AdvanceAsync(int milliseconds)
    {
        await IdleAsync();
        for (var i = 0; i < milliseconds; i++)
        {
            Elapse(1);
            await IdleAsync();
        }
    }

    /// <summary>Lets time pass at once, whatever is in hand.</summary>
    public void Elapse(int milliseconds)
    {
        // Under the context of the test, what a timer completes would go on later, elsewhere and uncounted.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
