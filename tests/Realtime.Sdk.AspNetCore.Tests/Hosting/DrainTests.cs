using System.Net;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

/// <summary>The end of an application that carries calls.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Calls_may_go_on_for_a_while_and_new_ones_are_refused()
    {
        var time = new FakeTimeProvider();
        var saidGoodbye = false;
        await using var world = await CallWorld.StartAsync(
            new()
            {
                Run = async (_, stop) =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, stop).ContinueWith(_ => { }, TaskScheduler.Default);
                    saidGoodbye = true;
                },
            },
            options => options.DrainTimeout = TimeSpan.FromSeconds(10), time);
        await world.CallAsync();

        await world.Host.StoppingAsync(CancellationToken.None).WithTimeout();
        using var refused = await world.App.OfferAsync("bob");
        time.Advance(TimeSpan.FromSeconds(9));
        var before = (world.Host.Places, world.CountHangUps());
        time.Advance(TimeSpan.FromSeconds(1));
        await world.Host.StopAsync(CancellationToken.None).WithTimeout();

        (refused.StatusCode, refused.Headers.RetryAfter!.Delta).Should().Be((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)));
        before.Should().Be((1, 0));
        saidGoodbye.Should().BeTrue();
        world.Watch.Count(326).Should().Be(1);
        world.Watch.Count(327).Should().Be(0);
        world.Host.Places.Should().Be(0);
        await world.ShouldHaveEndedAsync("stopped");
    }

    [Fact]
    public async Task The_application_stops_as_soon_as_the_last_call_has_ended()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(new() { Run = (_, _) => end.Task }, options => options.DrainTimeout = TimeSpan.FromDays(1));
        await world.CallAsync();
        await world.CallAsync("bob");

        var stopping = world.StopAsync();
        end.SetResult();
        await stopping.WithTimeout();

        world.Host.Places.Should().Be(0);
        await world.ShouldHaveEndedAsync("completed", "completed");
    }

    [Fact]
    public async Task An_application_without_calls_stops_at_once_and_says_nothing()
    {
        await using var world = await CallWorld.StartAsync(host: options => options.DrainTimeout = TimeSpan.FromDays(1));

        await world.StopAsync().WithTimeout();

        world.Watch.Entries.Should().NotContain(entry => entry.Id == 326 || entry.Id == 327);
    }

    [Fact]
    public async Task Code_that_ignores_its_token_delays_the_end_by_a_bounded_time()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(new() { Run = (_, _) => never.Task }, options => options.DrainTimeout = TimeSpan.Zero);
        await world.CallAsync();

        await world.StopAsync().WithTimeout();

        await world.ShouldHaveEndedAsync("stopped");
        world.Watch.Count(323).Should().Be(1);
        world.Watch.Count(327).Should().Be(0);
        never.SetResult();
    }

    [Fact]
    public async Task Calls_are_cut_off_and_hung_up_when_the_host_waits_no_longer()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(
            new() { Run = (conversation, _) => never.Task }, options => options.DrainTimeout = TimeSpan.FromDays(1));
        await world.CallAsync();
        await world.CallAsync("bob");

        using var impatient = new CancellationTokenSource();
        await world.Host.StoppingAsync(CancellationToken.None).WithTimeout();
        var stopping = world.Host.StopAsync(impatient.Token);
        await impatient.CancelAsync();
        await stopping.WithTimeout();

        world.Watch.Count(327).Should().Be(1);
        await world.WhenEndedAsync(2);

        // The host does not wait for the answers to the hang-ups: two offers, two sidebands and two hang-ups.
        await world.Emulator.WhenReceivedAsync(6).WithTimeout();
        await world.Emulator.WhenIdleAsync().WithTimeout();
        await world.ShouldHaveEndedAsync("stopped", "stopped");
        world.CountHangUps().Should().Be(2);
        never.SetResult();
    }

    [Fact]
    public async Task A_cut_off_call_is_hung_up_although_its_conversation_does_not_end()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(new() { Run = (_, _) => never.Task });
        await world.CallAsync();

        // The service answers neither the close nor anything else of the sideband.
        var session = world.Emulator.Sessions.Single();
        session.AnswersClose = false;
        session.StopReading();
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();
        await world.Host.StoppingAsync(CancellationToken.None).WithTimeout();
        await world.Host.StopAsync(impatient.Token).WithTimeout();

        await world.Emulator.WhenReceivedAsync(3).WithTimeout();
        world.CountHangUps().Should().Be(1);
        never.SetResult();
    }

    [Fact]
    public async Task A_call_that_the_service_answers_while_the_host_stops_is_hung_up()
    {
        await using var world = await CallWorld.StartAsync(host: options => options.DrainTimeout = TimeSpan.Zero);
        var (asked, answer) = (NewSource(), NewSource());
        world.Emulator.OnOffer(async (offer, _) =>
        {
            asked.SetResult();
            await answer.Task;
            return "v=0\r\n";
        });
        var offering = world.App.OfferAsync();
        await asked.Task.WithTimeout();

        await world.Host.StoppingAsync(CancellationToken.None).WithTimeout();
        answer.SetResult();
        await world.Host.StopAsync(CancellationToken.None).WithTimeout();

        using var response = await offering;
        await world.ShouldHaveEndedAsync("stopped");
        world.CountHangUps().Should().Be(1);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
