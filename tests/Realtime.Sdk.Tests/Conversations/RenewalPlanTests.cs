using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations;

/// <summary>When attempts are made after a loss, in particular by many clients that lost the same server.</summary>
public sealed class RenewalPlanTests
{
    private const int Clients = 10_000;

    private static readonly RealtimeConnectionException Loss = new(RealtimeConnectionPhase.Receive, "Lost.");

    [Fact]
    public void The_first_attempts_of_ten_thousand_clients_are_spread_over_the_whole_first_delay()
    {
        var delays = DelaysOf(attempt: 1);

        delays.Should().OnlyContain(delay => delay >= 0 && delay < 500);
        LargestShare(delays, width: 50).Should().BeLessThan(0.12);
    }

    [Fact]
    public void Later_attempts_are_spread_over_a_longer_time_up_to_the_maximum()
    {
        var (third, last) = (DelaysOf(attempt: 3), DelaysOf(attempt: 10));

        third.Max().Should().BeInRange(1_900, 2_000);
        LargestShare(third, width: 200).Should().BeLessThan(0.12);
        last.Max().Should().BeInRange(9_500, 10_000);
        LargestShare(last, width: 1_000).Should().BeLessThan(0.12);
    }

    [Fact]
    public void Delays_double_from_the_first_to_the_maximum()
    {
        var plan = new RenewalPlan(new() { MaxAttempts = 6, FirstDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(5) }, new FakeTimeProvider(), () => 1);
        var delays = new List<double>();

        while (plan.TryBeginAttempt(Loss, out var delay))
            delays.Add(delay.TotalSeconds);

        delays.Should().Equal(1, 2, 4, 5, 5, 5);
    }

    [Fact]
    public void Any_number_of_attempts_and_the_longest_delays_do_not_overflow()
    {
        var plan = new RenewalPlan(
            new() { MaxAttempts = int.MaxValue, FirstDelay = TimeSpan.FromDays(1), MaxDelay = TimeSpan.FromDays(1) }, new FakeTimeProvider(), () => 1);

        for (var i = 0; i < 10_000; i++)
        {
            plan.TryBeginAttempt(Loss, out var delay).Should().BeTrue();
            delay.Should().Be(TimeSpan.FromDays(1));
        }
    }

    /// <summary>The delays before an attempt, in milliseconds.</summary>
    private static List<double> DelaysOf(int attempt)
    {
        var random = new Random(1);
        var time = new FakeTimeProvider();
        return [.. Enumerable.Range(0, Clients).Select(_ => DelayOf(new(new() { MaxAttempts = 20 }, time, random.NextDouble), attempt))];
    }

    private static double DelayOf(RenewalPlan plan, int attempt)
    {
        var delay = TimeSpan.Zero;
        for (var i = 0; i < attempt; i++)
            plan.TryBeginAttempt(Loss, out delay);
        return delay.TotalMilliseconds;
    }

    /// <summary>The largest share of the clients that come in the same part of the time.</summary>
    private static double LargestShare(List<double> delays, double width) => delays.GroupBy(delay => (int)(delay / width)).Max(group => group.Count()) / (double)delays.Count;
}
