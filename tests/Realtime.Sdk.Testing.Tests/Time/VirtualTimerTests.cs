using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Testing.Tests.Time;

/// <summary>The timers of virtual time: their order, and that they behave as the platform's.</summary>
public class VirtualTimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public async Task Timers_fire_in_the_order_of_their_due_times_and_then_of_their_creation()
    {
        using var late = Timer("late", 3 * Second);
        using var first = Timer("first", 2 * Second);
        using var second = Timer("second", 2 * Second);
        using var early = Timer("early", Second);

        await _time.AdvanceAsync(3 * Second).WithTimeout();

        _fired.Should().Equal("early 1", "first 2", "second 2", "late 3");
    }

    [Fact]
    public async Task A_timer_that_is_changed_keeps_its_place_in_the_order_of_creation()
    {
        using var first = Timer("first", Second);
        using var second = Timer("second", 2 * Second);

        first.Change(2 * Second, Timeout.InfiniteTimeSpan).Should().BeTrue();
        await _time.AdvanceAsync(2 * Second).WithTimeout();

        _fired.Should().Equal("first 2", "second 2");
    }

    [Fact]
    public async Task A_periodic_timer_fires_until_it_is_changed()
    {
        using var timer = Timer("tick", Second, 2 * Second);

        await _time.AdvanceAsync(6 * Second).WithTimeout();
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await _time.AdvanceAsync(6 * Second).WithTimeout();

        _fired.Should().Equal("tick 1", "tick 3", "tick 5");
    }

    [Fact]
    public async Task A_period_of_zero_fires_once()
    {
        using var timer = Timer("tick", Second, TimeSpan.Zero);

        await _time.AdvanceAsync(6 * Second).WithTimeout();

        _fired.Should().Equal("tick 1");
    }

    [Fact]
    public async Task A_timer_that_is_disposed_does_not_fire_and_cannot_be_changed()
    {
        var timer = Timer("never", Second);

        timer.Dispose();

        timer.Change(Second, Second).Should().BeFalse();
        await _time.AdvanceAsync(2 * Second).WithTimeout();
        _fired.Should().BeEmpty();
    }

    [Fact]
    public async Task An_asynchronous_disposal_ends_after_the_callback()
    {
        Task? disposal = null;
        var wasOver = true;
        ITimer timer = null!;
        timer = _time.CreateTimer(
            _ =>
            {
                disposal = timer.DisposeAsync().AsTask();
                wasOver = disposal.IsCompleted;
            },
            null, Second, Timeout.InfiniteTimeSpan);

        await _time.AdvanceAsync(Second).WithTimeout();

        wasOver.Should().BeFalse();
        await disposal!.WithTimeout();
    }

    [Fact]
    public async Task A_timer_without_a_wait_fires_although_time_stands_still()
    {
        var fired = new TaskCompletionSource();

        using var timer = _time.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.WithTimeout();

        _time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_callback_runs_in_the_context_of_the_creator()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        string? seen = null;
        using var timer = _time.CreateTimer(_ => seen = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        local.Value = "waiter";

        await _time.AdvanceAsync(Second).WithTimeout();

        seen.Should().Be("creator");
    }

    [Fact]
    public async Task A_callback_runs_without_a_context_where_its_flow_is_suppressed()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        string? seen = "nothing";
        ITimer timer;
        using (ExecutionContext.SuppressFlow())
            timer = _time.CreateTimer(_ => seen = local.Value, null, Second, Timeout.InfiniteTimeSpan);

        await _time.AdvanceAsync(Second).WithTimeout();

        seen.Should().BeNull();
        timer.Dispose();
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(4_294_967_295)]
    public void Times_that_the_platform_refuses_are_refused(long milliseconds)
    {
        var create = () => _time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(milliseconds), Second);
        var period = () => _time.CreateTimer(_ => { }, null, Second, TimeSpan.FromMilliseconds(milliseconds));

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("dueTime");
        period.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("period");
    }

    [Fact]
    public async Task What_a_callback_causes_ends_before_the_next_timer_fires()
    {
        using var first = _time.CreateTimer(_ => _ = ReactAsync(), null, Second, Timeout.InfiniteTimeSpan);
        using var second = Timer("second", Second);

        await _time.AdvanceAsync(Second).WithTimeout();

        _fired.Should().Equal("reaction 1", "second 1");

        async Task ReactAsync()
        {
            _time.BeginWork();
            for (var i = 0; i < 200; i++)
                await Task.Yield();
            _fired.Add($"reaction {_time.Elapsed.TotalSeconds}");
            _time.EndWork();
        }
    }

    private ITimer Timer(string name, TimeSpan dueTime, TimeSpan? period = null) =>
        _time.CreateTimer(_ => _fired.Add($"{name} {_time.Elapsed.TotalSeconds}"), null, dueTime, period ?? Timeout.InfiniteTimeSpan);
}
