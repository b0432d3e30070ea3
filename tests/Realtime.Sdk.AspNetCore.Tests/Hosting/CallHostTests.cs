using System.Net;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

/// <summary>How many calls the host carries, and how the code of the app ends them.</summary>
public sealed class CallHostTests
{
    [Fact]
    public async Task A_call_ends_when_the_code_of_the_app_returns()
    {
        var ended = new TaskCompletionSource<ConversationEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(new()
        {
            Run = (conversation, stop) =>
            {
                _ = conversation.Completion.ContinueWith(task => ended.SetResult(task.Result), TaskScheduler.Default);
                return Task.CompletedTask;
            },
        });

        await world.CallAsync();

        await world.ShouldHaveEndedAsync("completed");
        (await ended.Task.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
        world.CountHangUps().Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exception_of_the_app_is_logged_and_ends_only_its_call(bool isImmediate)
    {
        await using var world = await CallWorld.StartAsync(new()
        {
            Prepare = (http, options, _) => new(options with { State = http.User.Identity!.Name }),
            Run = (conversation, stop) => (string?)conversation.State == "ann" ? Task.Delay(Timeout.InfiniteTimeSpan, stop) : isImmediate ? throw new TimeZoneNotFoundException("The app is broken.") : FailAsync(),
        });
        var page = await world.CallAsync("ann");

        await world.OfferAsync("bob");

        await world.Watch.WhenAsync(() => world.Watch.Ended.Count == 1 && world.Host.Places == 1);
        world.Reasons.Should().Equal("app_failed");
        world.Watch.Entries.Single(entry => entry.Id == 322).Exception.Should().BeOfType<TimeZoneNotFoundException>();
        (await page.PingAsync()).Should().Be(HttpStatusCode.NoContent);
        await page.DeleteAsync();
        await world.ShouldHaveEndedAsync("app_failed", "hung_up_by_page");
        world.CountHangUps().Should().Be(2);
    }

    [Fact]
    public async Task Code_that_ignores_its_token_is_left_behind_and_the_call_ends()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(new()
        {
            Run = async (_, stop) =>
            {
                using var registration = stop.Register(() => stopped.TrySetResult());
                await never.Task;
            },
        });
        var page = await world.CallAsync();

        var deleted = await page.DeleteAsync();

        deleted.Should().Be(HttpStatusCode.NoContent);
        await stopped.Task.WithTimeout();
        await world.ShouldHaveEndedAsync("hung_up_by_page");
        world.Watch.Count(323).Should().Be(1);
        never.SetException(new InvalidOperationException("too late"));
    }

    [Fact]
    public async Task A_call_that_the_service_ends_lets_the_code_of_the_app_finish()
    {
        var (updates, canFinish) = (new List<ConversationUpdate>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var wasCanceled = true;
        await using var world = await CallWorld.StartAsync(new()
        {
            Run = async (conversation, stop) =>
            {
                await foreach (var update in conversation.ReadUpdatesAsync(stop))
                    updates.Add(update);
                await canFinish.Task;
                wasCanceled = stop.IsCancellationRequested;
            },
        });
        await world.CallAsync();
        using var client = world.Emulator.CreateClient();

        await client.Calls.HangUpAsync(world.Emulator.Calls.Single().Id).WithTimeout();
        canFinish.SetResult();

        await world.ShouldHaveEndedAsync("hung_up");
        wasCanceled.Should().BeFalse();
        updates.OfType<EndUpdate>().Should().ContainSingle();
        world.Watch.Count(322).Should().Be(0);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Forbidden, 300)]
    [InlineData(true, HttpStatusCode.InternalServerError, 301)]
    public async Task A_request_that_Prepare_refuses_takes_no_place(bool throws, HttpStatusCode status, int logged)
    {
        await using var world = await CallWorld.StartAsync(new()
        {
            MaxCallsPerUser = 1,
            Prepare = (_, _, _) => throws ? throw new TimeZoneNotFoundException("secret") : new((RealtimeConversationOptions?)null),
        });

        for (var i = 0; i < 3; i++)
        {
            using var response = await world.App.OfferAsync();
            response.StatusCode.Should().Be(status);
            (await response.Content.ReadAsStringAsync()).Should().NotContain("secret").And.NotContain("TimeZone");
        }

        (world.Host.Places, world.Emulator.Requests.Count, world.Watch.Count(logged)).Should().Be((0, 0, 3));
    }

    [Fact]
    public async Task More_calls_than_the_host_may_carry_are_refused_before_the_service_is_asked()
    {
        await using var world = await CallWorld.StartAsync(host: options => options.MaxCalls = 2);
        var page = await world.CallAsync("ann");
        await world.OfferAsync("bob");

        using var refused = await world.App.OfferAsync("eve");
        await page.DeleteAsync();
        await world.Watch.WhenAsync(() => world.Host.Places == 1);
        await world.OfferAsync("eve");

        (refused.StatusCode, refused.Headers.RetryAfter!.Delta).Should().Be((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)));
        world.Emulator.Calls.Should().HaveCount(3);
    }

    [Fact]
    public async Task More_calls_than_a_user_may_have_are_refused_before_the_service_is_asked()
    {
        await using var world = await CallWorld.StartAsync();
        var page = await world.CallAsync("ann");
        await world.OfferAsync("ann");

        using var refused = await world.App.OfferAsync("ann");
        await world.OfferAsync("bob");
        await page.DeleteAsync();
        await world.Watch.WhenAsync(() => world.Host.Places == 2);
        await world.OfferAsync("ann");

        (refused.StatusCode, refused.Headers.RetryAfter!.Delta).Should().Be((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(10)));
        world.Emulator.Calls.Should().HaveCount(4);
    }

    [Fact]
    public async Task Places_are_exact_after_a_thousand_reservations_at_once()
    {
        const int Users = 7, MaxCalls = 10, PerUser = 2;
        using var watch = new CallWatch();
        var host = new CallHost(Microsoft.Extensions.Options.Options.Create(new RealtimeCallHostOptions { MaxCalls = MaxCalls }));
        var (granted, most) = (0, 0);
        var held = new int[Users];
        var exceeded = 0;

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () =>
        {
            var user = i % Users;
            var reservation = await host.ReserveAsync(new() { Agent = "waiter", User = $"user {user}", MaxCallsPerUser = PerUser });
            if (reservation.Refusal is null)
            {
                Interlocked.Increment(ref granted);
                if (Interlocked.Increment(ref held[user]) > PerUser || host.Places > MaxCalls)
                    Interlocked.Increment(ref exceeded);
                await Task.Yield();
                Interlocked.Decrement(ref held[user]);
            }
            await reservation.DisposeAsync();
            await reservation.DisposeAsync();
        }))).WithTimeout();

        (host.Places, exceeded).Should().Be((0, 0));
        granted.Should().BePositive();
        for (most = 0; most < Users * PerUser; most++)
        {
            if ((await host.ReserveAsync(new() { Agent = "waiter", User = $"user {most % Users}", MaxCallsPerUser = PerUser })).Refusal is not null)
                break;
        }
        most.Should().Be(MaxCalls);
    }

    [Fact]
    public async Task A_reservation_carries_one_call_and_a_refusal_none()
    {
        await using var world = await CallWorld.StartAsync(host: options => options.MaxCalls = 1);
        using var client = world.Emulator.CreateClient();
        var agent = new RealtimeAgent { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1" } };
        var call = new HostedCall { Call = await client.AnswerCallAsync(Offers.Browser, agent).WithTimeout() };
        var request = new CallReservationRequest { Agent = "waiter" };
        await using var reservation = await world.Host.ReserveAsync(request);
        await using var refused = await world.Host.ReserveAsync(request);

        reservation.Carry(call);

        reservation.Invoking(reservation => reservation.Carry(call)).Should().Throw<InvalidOperationException>().WithMessage("The place is used already, or was released.");
        refused.Refusal.Should().Be(CallRefusal.Full);
        refused.Invoking(reservation => reservation.Carry(call)).Should().Throw<InvalidOperationException>().WithMessage("No place is reserved.");
        await reservation.DisposeAsync();
        world.Host.Places.Should().Be(1);
        (await world.Host.EndAsync(call.Call.CallId).WithTimeout()).Should().BeTrue();
        await world.ShouldHaveEndedAsync("hung_up_by_page");
        (await world.Host.EndAsync(call.Call.CallId).WithTimeout()).Should().BeFalse();
    }

    private static async Task FailAsync()
    {
        await Task.Yield();
        throw new TimeZoneNotFoundException("The app is broken.");
    }
}
