using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.AspNetCore.Tests.Hosting;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.WebRtc;

/// <summary>Services that fail at every step of a call, and pages that leave in the middle of it.</summary>
public sealed class ServiceFailureTests
{
    private const string Secret = "sk-secret-0123456789abcdef", Refusal = $$$"""{"error":{"message":"{{{Secret}}}","type":"server_error"}}""";

    [Theory]
    [InlineData(400, HttpStatusCode.BadGateway)]
    [InlineData(401, HttpStatusCode.BadGateway)]
    [InlineData(403, HttpStatusCode.BadGateway)]
    [InlineData(404, HttpStatusCode.BadGateway)]
    [InlineData(302, HttpStatusCode.BadGateway)]
    [InlineData(429, HttpStatusCode.ServiceUnavailable)]
    [InlineData(500, HttpStatusCode.ServiceUnavailable)]
    [InlineData(503, HttpStatusCode.ServiceUnavailable)]
    public async Task A_refused_offer_shows_nothing_of_the_service_and_releases_the_place(int status, HttpStatusCode shown)
    {
        await using var world = await CallWorld.StartAsync();
        world.Emulator.RespondNext(status, Refusal, new Dictionary<string, string> { ["X-Secret"] = Secret, ["Location"] = $"/v1/{Secret}" });

        using var response = await world.App.OfferAsync();

        await ShouldBeRefusedAsync(world, response, shown);
    }

    [Theory]
    [InlineData("", "/v1/realtime/calls/rtc_1")]
    [InlineData("v=0\r\n", null)]
    [InlineData("v=0\r\n", "/")]
    public async Task An_answer_that_is_not_one_is_refused(string body, string? location)
    {
        await using var world = await CallWorld.StartAsync();
        world.Emulator.RespondNext(201, body, location is null ? null : new Dictionary<string, string> { ["Location"] = location });

        using var response = await world.App.OfferAsync();

        await ShouldBeRefusedAsync(world, response, HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task A_lost_connection_is_a_service_that_cannot_be_reached()
    {
        await using var world = await CallWorld.StartAsync();
        world.Emulator.RespondNext(new EmulatorHttpResponse { Fault = new() { End = ConnectionFailure.Reset } });

        using var response = await world.App.OfferAsync();

        await ShouldBeRefusedAsync(world, response, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_page_that_leaves_before_the_answer_has_no_call()
    {
        var (asked, answer, aborted) = (NewSource(), NewSource(), NewSource());
        await using var world = await CallWorld.StartAsync(new()
        {
            Prepare = (http, options, _) =>
            {
                http.RequestAborted.Register(aborted.SetResult);
                return new(options);
            },
        });
        world.Emulator.OnOffer(async (_, _) =>
        {
            asked.SetResult();
            await answer.Task;
            return "v=0\r\n";
        });
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, TestApp.Call) { Content = TestApp.Sdp(Offers.Browser) };
        request.Headers.Add(TestApp.UserHeader, "ann");
        var offering = world.App.Http.SendAsync(request, leaving.Token);
        await asked.Task.WithTimeout();
        var during = world.Host.Places;

        await leaving.CancelAsync();
        await offering.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await aborted.Task.WithTimeout();
        answer.SetResult();

        await world.ShouldHaveEndedAsync("hung_up_by_page");
        (during, world.CountHangUps()).Should().Be((1, 1));
    }

    [Fact]
    public async Task A_call_whose_ticket_cannot_be_created_is_hung_up()
    {
        await using var world = await CallWorld.StartAsync(build: builder => builder.Services.AddSingleton<IDataProtectionProvider>(new BrokenProtection()));

        using var response = await world.App.OfferAsync();

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        await world.ShouldHaveEndedAsync("hung_up_by_page");
        world.CountHangUps().Should().Be(1);
    }

    [Fact]
    public async Task A_sideband_that_is_not_found_at_first_is_opened_again()
    {
        var faults = new ServiceFaults();
        await using var world = await CallWorld.StartAsync(build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => faults)));
        faults.Refuse("-", "sideband", 2);

        var page = await world.CallAsync();

        (await page.PingAsync()).Should().Be(HttpStatusCode.NoContent);
        await page.DeleteAsync();
        await world.ShouldHaveEndedAsync("hung_up_by_page");
    }

    [Fact]
    public async Task A_call_without_a_sideband_is_hung_up()
    {
        var (faults, wasRun) = (new ServiceFaults(), false);
        await using var world = await CallWorld.StartAsync(
            new()
            {
                Prepare = (_, options, _) => new(options with { Limits = new() { AttachTimeout = TimeSpan.FromSeconds(1) } }),
                Run = (_, _) =>
                {
                    wasRun = true;
                    return Task.CompletedTask;
                },
            },
            build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => faults)));
        faults.Refuse("-", "sideband", int.MaxValue);

        await world.OfferAsync();

        await world.ShouldHaveEndedAsync("not_attached");
        world.Watch.Entries.Single(entry => entry.Id == 321).Exception.Should().BeOfType<RealtimeApiException>().Which.Kind.Should().Be(RealtimeApiErrorKind.NotFound);
        (wasRun, world.CountHangUps()).Should().Be((false, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sideband_that_drops_ends_the_call(bool isReset)
    {
        var run = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await CallWorld.StartAsync(new()
        {
            Run = async (conversation, stop) =>
            {
                try
                {
                    await foreach (var update in conversation.ReadUpdatesAsync(stop))
                        continue;
                    run.SetResult(null);
                }
                catch (RealtimeException e)
                {
                    run.SetResult(e);
                    throw;
                }
            },
        });
        await world.CallAsync();
        var session = world.Emulator.Sessions.Single();

        if (isReset)
            session.End(ConnectionFailure.Reset);
        else
            await session.CloseAsync(1011, "broken").WithTimeout();

        await run.Task.WithTimeout();
        await world.ShouldHaveEndedAsync(isReset ? "connection_lost" : "failed");
        world.CountHangUps().Should().Be(1);
        world.Watch.Count(322).Should().Be(0);
    }

    [Fact]
    public async Task A_session_that_the_service_refuses_is_hung_up()
    {
        await using var world = await CallWorld.StartAsync();
        world.Emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var update = await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendAsync(new ErrorEvent { Error = new() { Type = "invalid_request_error", Code = "invalid_value", Message = "No.", EventId = update.EventId } });
        });

        await world.OfferAsync();

        await world.ShouldHaveEndedAsync("not_attached");
        world.Watch.Count(321).Should().Be(1);
        world.CountHangUps().Should().Be(1);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_failed_hang_up_is_tried_again(int failures, bool succeeds)
    {
        var faults = new ServiceFaults();
        await using var world = await CallWorld.StartAsync(build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => faults)));
        faults.Refuse("-", "hangup", failures);
        var page = await world.CallAsync();

        var deleted = await page.DeleteAsync();

        await world.WhenEndedAsync();
        world.Reasons.Should().Equal("hung_up_by_page");
        (deleted, world.CountHangUps(), world.Watch.Count(324)).Should().Be((HttpStatusCode.NoContent, succeeds ? 1 : 0, succeeds ? 0 : 1));
        world.Emulator.Calls.Single().State.Should().Be(succeeds ? EmulatedCallState.Ended : EmulatedCallState.Active);

        // The page can try again, and so can another node.
        (await page.HangUpAsync()).Should().Be(HttpStatusCode.NoContent);
        world.Emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task However_many_ends_come_at_once_the_call_is_hung_up_once()
    {
        var end = NewSource();
        await using var world = await CallWorld.StartAsync(new() { Run = (_, _) => end.Task });
        var page = await world.CallAsync();
        var callId = world.Emulator.Calls.Single().Id;

        var hangUps = Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? page.DeleteAsync() : page.HangUpAsync()).ToList();
        end.SetResult();
        await world.Host.EndAsync(callId).WithTimeout();
        var answers = await Task.WhenAll(hangUps).WithTimeout();

        answers.Should().OnlyContain(answer => answer == HttpStatusCode.NoContent);
        await world.WhenEndedAsync();
        world.Reasons.Should().ContainSingle().Which.Should().BeOneOf("completed", "hung_up_by_page");
        world.Emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);

        // A page that comes after the end cannot be distinguished from one whose call another node carries.
        world.CountHangUps().Should().BeInRange(1, 11);
    }

    [Fact]
    public async Task A_spent_budget_the_host_and_the_app_hang_up_once()
    {
        var (time, end) = (new FakeTimeProvider(), NewSource());
        await using var world = await CallWorld.StartAsync(
            new()
            {
                Prepare = (_, options, _) => new(options with { Budget = new() { Time = TimeSpan.FromMinutes(1), OnSpent = WhenSpent.EndImmediately } }),
                Run = (_, _) => end.Task,
            },
            time: time);
        await world.CallAsync();
        var callId = world.Emulator.Calls.Single().Id;

        time.Advance(TimeSpan.FromMinutes(1));
        var ending = Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await world.Host.EndAsync(callId))).ToList();
        end.SetResult();
        await world.Host.StoppingAsync(CancellationToken.None).WithTimeout();
        await Task.WhenAll(ending).WithTimeout();

        await world.WhenEndedAsync();
        world.Reasons.Should().ContainSingle().Which.Should().BeOneOf("budget_spent", "hung_up_by_page", "stopped", "completed");
        world.CountHangUps().Should().Be(1);
        world.Emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    private static async Task ShouldBeRefusedAsync(CallWorld world, HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.Should().Be(status);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (response.Headers + await response.Content.ReadAsStringAsync()).Should().NotContain(Secret);
        (response.Headers.RetryAfter is not null).Should().Be(status == HttpStatusCode.ServiceUnavailable);
        response.Headers.Location.Should().BeNull();
        await world.Watch.WhenAsync(() => world.Host.Places == 0);
        (world.Watch.Count(302), world.Watch.Ended.Count).Should().Be((1, 0));
        world.CountHangUps().Should().Be(0);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class BrokenProtection : IDataProtectionProvider, IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => throw new TimeZoneNotFoundException("The keys cannot be read.");

        public byte[] Unprotect(byte[] protectedData) => throw new TimeZoneNotFoundException("The keys cannot be read.");
    }
}
