using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The time of a budget, with timers that fire early, as those of the platform can by up to a millisecond.</summary>
public sealed class BudgetClockTests
{
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1), Limit = TimeSpan.FromSeconds(10);

    /// <param name="reading">The reading of the clock, counted from the timer, at which the limit has passed.</param>
    [Theory]
    [MemberData(nameof(Readings))]
    public async Task A_limit_that_passes_while_it_is_checked_is_not_missed(int reading)
    {
        EarlyTime? early = null;
        await using var talk = await ScriptedConversation.StartAsync(
            ScriptedConversation.Agent,
            (options, time) => options with { TimeProvider = early = new(time), Budget = new() { Time = Limit, WarnAt = 1, OnSpent = WhenSpent.EndImmediately } },
            inCall: true);

        early!.PassAt(reading);
        talk.Time.Advance(Limit - Early);
        talk.Time.Advance(TimeSpan.FromSeconds(1));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
    }

    public static TheoryData<int> Readings => [.. Enumerable.Range(1, 8)];

    /// <summary>A clock whose timers fire a millisecond early. From one reading on, it is a millisecond later.</summary>
    private sealed class EarlyTime(FakeTimeProvider time) : TimeProvider
    {
        private int _left = int.MaxValue;

        public override long TimestampFrequency => time.TimestampFrequency;

        public void PassAt(int reading) => Volatile.Write(ref _left, reading);

        public override long GetTimestamp() => time.GetTimestamp() + (Interlocked.Decrement(ref _left) < 0 ? Early.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond : 0);

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(time.CreateTimer(callback, state, Shorten(dueTime), period));

        private static TimeSpan Shorten(TimeSpan dueTime) => dueTime > Early ? dueTime - Early : dueTime;

        private sealed class Timer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Shorten(dueTime), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
