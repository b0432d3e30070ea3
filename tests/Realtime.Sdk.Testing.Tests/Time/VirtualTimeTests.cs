using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Testing.Tests.Time;

/// <summary>When virtual time moves, when it does not, and what it says then.</summary>
public class VirtualTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void It_starts_at_a_fixed_instant_in_utc()
    {
        var time = new VirtualTime();

        time.GetUtcNow().Should().Be(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.LocalTimeZone.Should().Be(TimeZoneInfo.Utc);
        time.GetTimestamp().Should().Be(0);
        time.TimestampFrequency.Should().Be(10_000_000);
    }

    [Fact]
    public async Task Its_instants_and_timestamps_agree()
    {
        var start = new DateTimeOffset(2030, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));
        var time = new VirtualTime(start);
        var timestamp = time.GetTimestamp();

        await time.AdvanceAsync(TimeSpan.FromTicks(12_345)).WithTimeout();

        time.GetUtcNow().Should().Be(start.AddTicks(12_345));
        time.GetUtcNow().Offset.Should().Be(TimeSpan.Zero);
        time.GetElapsedTime(timestamp).Should().Be(TimeSpan.FromTicks(12_345));
        time.Elapsed.Should().Be(TimeSpan.FromTicks(12_345));
    }

    [Fact]
    public async Task Time_stands_still_as_soon_as_the_task_has_completed()
    {
        var time = new VirtualTime();
        var fired = new List<TimeSpan>();
        using var timer = time.CreateTimer(_ => fired.Add(time.Elapsed), null, Second, Second);
        var delay = Task.Delay(2.5 * Second, time);

        await time.RunUntilAsync(delay).WithTimeout();

        time.Elapsed.Should().Be(2.5 * Second);
        fired.Should().Equal(Second, 2 * Second);
    }

    [Fact]
    public async Task Time_stands_still_when_the_task_has_completed_and_its_continuations_are_late()
    {
        for (var i = 0; i < 20; i++)
        {
            var time = new VirtualTime();
            using var timer = time.CreateTimer(_ => { }, null, Second, Second);
            using var mayReturn = new ManualResetEventSlim();
            using var hasCompleted = new ManualResetEventSlim();
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var hold = time.Hold();
            var waiting = time.RunUntilAsync(source.Task);
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    // Adds the continuations to the queue of this thread, which does not return to it yet.
                    source.SetResult();
                    hasCompleted.Set();
                    mayReturn.Wait(TestTimeout.Limit);
                },
                null);
            hasCompleted.Wait(TestTimeout.Limit).Should().BeTrue();

            hold.Dispose();
            await RunPoolAsync();
            mayReturn.Set();
            await waiting.WithTimeout();

            time.Elapsed.Should().Be(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task A_wait_returns_the_result_and_throws_the_exception_of_its_task()
    {
        var time = new VirtualTime();

        var result = await time.RunUntilAsync(ComputeAsync()).WithTimeout();
        var failing = () => time.RunUntilAsync(FailAsync()).WithTimeout();

        result.Should().Be(42);
        await failing.Should().ThrowAsync<FormatException>();
        time.Elapsed.Should().Be(2 * Second);

        async Task<int> ComputeAsync()
        {
            await Task.Delay(Second, time);
            return 42;
        }

        async Task FailAsync()
        {
            await Task.Delay(Second, time);
            throw new FormatException();
        }
    }

    [Fact]
    public async Task A_wait_can_be_canceled()
    {
        var time = new VirtualTime { ExpectTimeout = Timeout.InfiniteTimeSpan };

        var waiting = () => time.RunUntilAsync(new TaskCompletionSource().Task, new CancellationToken(canceled: true)).WithTimeout();

        await waiting.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Timers_created_on_the_way_are_part_of_an_advance()
    {
        var time = new VirtualTime();
        var ticks = new List<TimeSpan>();
        var ticking = TickAsync();

        await time.AdvanceAsync(3 * Second).WithTimeout();

        ticks.Should().Equal(Second, 2 * Second, 3 * Second);
        ticking.IsCompleted.Should().BeFalse();

        async Task TickAsync()
        {
            while (true)
            {
                await Task.Delay(Second, time);
                ticks.Add(time.Elapsed);
            }
        }
    }

    [Fact]
    public async Task Time_cannot_go_back_or_past_the_last_instant()
    {
        var time = new VirtualTime();

        var back = () => time.AdvanceAsync(-Second);
        var past = () => time.AdvanceAsync(TimeSpan.FromDays(4_000_000));

        await back.Should().ThrowAsync<ArgumentOutOfRangeException>();
        await past.Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_hold_keeps_time_from_moving_until_it_is_disposed()
    {
        var time = new VirtualTime();
        var hold = time.Hold();
        var advance = time.AdvanceAsync(Second);
        await RunPoolAsync();
        advance.IsCompleted.Should().BeFalse();
        time.Elapsed.Should().Be(TimeSpan.Zero);

        hold.Dispose();
        hold.Dispose();
        await advance.WithTimeout();

        time.Elapsed.Should().Be(Second);
    }

    [Fact]
    public async Task A_wait_that_cannot_end_says_what_is_in_hand()
    {
        var time = new VirtualTime { ExpectTimeout = TimeSpan.FromMilliseconds(50) };
        time.BeginWork();
        time.BeginWork();
        using var hold = time.Hold();
        using var timer = time.CreateTimer(_ => { }, null, Second, Timeout.InfiniteTimeSpan);

        var wait = () => time.RunUntilAsync(new TaskCompletionSource().Task).WithTimeout();

        (await wait.Should().ThrowAsync<TimeoutException>()).WithMessage(
            "Virtual time could not move for 0.05 s. The current time is 2026-01-01T00:00:00.0000000+00:00. In progress: work: 2, holds: 1. "
            + "Next timers: 2026-01-01T00:00:01.0000000+00:00.");
    }

    [Fact]
    public async Task A_wait_without_a_timer_says_so()
    {
        var time = new VirtualTime { ExpectTimeout = TimeSpan.FromMilliseconds(50) };

        var wait = () => time.RunUntilAsync(new TaskCompletionSource().Task).WithTimeout();

        (await wait.Should().ThrowAsync<TimeoutException>()).WithMessage("*In progress: nothing. Next timers: none.");
    }

    [Fact]
    public async Task A_callback_in_the_context_counts_from_its_post_until_it_returns()
    {
        var time = new VirtualTime();
        using var mayReturn = new ManualResetEventSlim();
        SynchronizationContext? current = null;
        time.CallbackContext.Post(
            _ =>
            {
                current = SynchronizationContext.Current;
                mayReturn.Wait(TestTimeout.Limit);
            },
            null);
        var advance = time.AdvanceAsync(Second);
        await RunPoolAsync();
        time.Elapsed.Should().Be(TimeSpan.Zero);

        mayReturn.Set();
        await advance.WithTimeout();

        current.Should().BeSameAs(time.CallbackContext);
    }

    [Fact]
    public async Task Code_that_continues_in_the_context_does_not_lose_time()
    {
        var time = new VirtualTime();
        var done = new TaskCompletionSource();
        var instants = new List<TimeSpan>();
        time.CallbackContext.Post(_ => _ = StepAsync(), null);

        await time.RunUntilAsync(done.Task).WithTimeout();

        instants.Should().Equal(Enumerable.Range(1, 20).Select(i => i * Second));

        async Task StepAsync()
        {
            for (var i = 0; i < 20; i++)
            {
                await Task.Delay(Second, time);
                for (var turn = 0; turn < 50; turn++)
                    await Task.Yield();
                instants.Add(time.Elapsed);
            }
            done.SetResult();
        }
    }

    /// <summary>Lets the pool do more than time would wait for before it moves.</summary>
    private static async Task RunPoolAsync()
    {
        for (var i = 0; i < 100; i++)
            await Task.Yield();
    }

    [Fact]
    public void The_timeout_of_expectations_is_positive_or_infinite()
    {
        var create = (TimeSpan timeout) => new VirtualTime { ExpectTimeout = timeout };

        create.Invoking(create => create(TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
        create.Invoking(create => create(TimeSpan.FromTicks(-5))).Should().Throw<ArgumentOutOfRangeException>();
        create(Timeout.InfiniteTimeSpan).ExpectTimeout.Should().Be(Timeout.InfiniteTimeSpan);
    }
}
