using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>Telephone calls from their webhook to their record.</summary>
public sealed class IncomingCallTests
{
    private const string Manager = "tel:+14155550199";

    [Fact]
    public async Task Without_code_of_the_app_the_agent_greets_the_caller_and_talks_until_the_caller_hangs_up()
    {
        await using var app = await TelephoneApp.StartAsync(
            waiter: agent => agent.AddFunction(AgentFunction.Create("place_order", "Sends an order to the kitchen.", JsonSchema.Parse("""{"type":"object"}"""), (_, _, _) => Task.FromResult("in the kitchen"))));
        app.Emulator.Model.When("").Says("Good evening.");
        app.Emulator.Model.When("soup").Calls("place_order", "{}").Says("It will be ready in a moment.");

        var caller = await app.CallAsync();
        await caller.WhenHeardAsync("Good evening.").WithTimeout();
        await caller.SayAsync("A soup, please.").WithTimeout();
        await caller.WhenHeardAsync("ready in a moment.").WithTimeout();
        caller.HangUp();

        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Id, record.Agent, record.Outcome, record.EndReason).Should().Be((caller.CallId, "waiter", CallOutcome.Answered, CallEndReason.HungUp));
        record.Duration.Should().BePositive();
        record.Usage.TotalTokens.Should().BePositive();
        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(204);
        caller.Call.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Take the order.");
        app.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Prepare_finds_the_call_and_its_state_reaches_the_code_and_the_record()
    {
        IncomingCallData? prepared = null;
        object? seen = null;
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = (http, options, _) =>
            {
                prepared = http.Features.GetRequiredFeature<IRealtimeIncomingCallFeature>().Call;
                return new(options with { State = prepared.From!.User });
            },
            Run = (conversation, _) =>
            {
                seen = conversation.State;
                return Task.CompletedTask;
            },
        });

        var caller = await app.CallAsync(caller: new() { MediaSecurity = SipMediaSecurity.Srtp, SipHeaders = [new() { Name = "X-Tenant", Value = "bistro" }] });
        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;

        (prepared!.CallId, prepared.From!.User, prepared.To!.User, prepared.SipMediaSecurity).Should().Be((caller.CallId, "+14155550123", "+14155550100", SipMediaSecurity.Srtp));
        prepared.SipHeaderValues("x-tenant").Should().Equal("bistro");
        (seen, record.State, record.EndReason).Should().Be(("+14155550123", "+14155550123", CallEndReason.Completed));
        caller.Call.State.Should().Be(EmulatedCallState.Ended);
    }

    [Theory]
    [InlineData(null, 603)]
    [InlineData(404, 404)]
    public async Task Prepare_rejects_a_call(int? status, int expected)
    {
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = (http, _, _) =>
            {
                if (status is { } other)
                    http.Features.GetRequiredFeature<IRealtimeIncomingCallFeature>().RejectionStatus = other;
                return default;
            },
        });

        var caller = await app.CallAsync();

        (caller.Call.State, caller.Call.RejectedWith).Should().Be((EmulatedCallState.Rejected, expected));
        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(204);
        var record = app.Records.Should().ContainSingle().Which;
        (record.Outcome, record.EndReason, record.Duration).Should().Be((CallOutcome.Rejected, CallEndReason.Rejected, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(299)]
    [InlineData(700)]
    public async Task A_status_that_rejects_nothing_is_refused_in_Prepare(int status)
    {
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = (http, options, _) =>
            {
                http.Features.GetRequiredFeature<IRealtimeIncomingCallFeature>().RejectionStatus = status;
                return new(options);
            },
        });

        var caller = await app.CallAsync();

        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(500);
        app.Watch.Entries.Should().ContainSingle(entry => entry.Id == 301).Which.Exception.Should().BeOfType<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_key_transfers_the_caller()
    {
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Run = async (conversation, stop) =>
            {
                _ = conversation.Respond();
                await foreach (var update in conversation.ReadUpdatesAsync(stop))
                {
                    if (update is KeyUpdate { Key: "0" })
                        await conversation.TransferAsync(Manager, stop);
                }
            },
        });

        var caller = await app.TalkAsync();
        caller.Press("0");

        (await caller.WhenEndedAsync().WithTimeout()).ReferredTo.Should().Be(Manager);
        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Outcome, record.EndReason).Should().Be((CallOutcome.Transferred, CallEndReason.Transferred));
    }

    [Fact]
    public async Task Code_that_returns_after_a_transfer_leaves_the_end_of_the_call_to_the_service()
    {
        await using var app = await TelephoneApp.StartAsync(new() { Run = (conversation, stop) => conversation.TransferAsync(Manager, stop) });

        var caller = await app.CallAsync();

        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Outcome, record.EndReason, caller.Call.ReferredTo).Should().Be((CallOutcome.Transferred, CallEndReason.Transferred, Manager));
    }

    [Fact]
    public async Task A_transfer_whose_call_the_service_does_not_end_is_a_transfer_all_the_same()
    {
        await using var app = await TelephoneApp.StartAsync(
            new()
            {
                Run = async (conversation, stop) =>
                {
                    await conversation.TransferAsync(Manager, stop);
                    conversation.IsTransferred.Should().BeTrue();
                    await conversation.DisposeAsync();
                },
            },
            build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new SilentTransfers())));

        var caller = await app.CallAsync();

        (await app.WhenEndedAsync()).Should().ContainSingle().Which.EndReason.Should().Be(CallEndReason.Transferred);
        (caller.Call.State, caller.Call.EndedBy).Should().Be((EmulatedCallState.Ended, EmulatedCallParty.Application));
    }

    [Fact]
    public async Task A_call_beyond_the_places_is_busy()
    {
        await using var app = await TelephoneApp.StartAsync(host: host => host.MaxCalls = 1);
        var first = await app.TalkAsync();

        var second = await app.CallAsync();

        (second.Call.RejectedWith, second.Deliveries.Single().StatusCode).Should().Be((486, 204));
        app.Records.Should().ContainSingle().Which.EndReason.Should().Be(CallEndReason.Busy);
        first.HangUp();
        (await app.WhenEndedAsync(2)).Select(record => record.Outcome).Should().Equal(CallOutcome.Rejected, CallOutcome.Answered);
    }

    [Fact]
    public async Task A_caller_who_leaves_before_the_answer_is_missed()
    {
        EmulatedCaller? caller = null;
        var announced = new TaskCompletionSource<EmulatedCaller>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = async (_, options, _) =>
            {
                (await announced.Task.WithTimeout()).HangUp();
                return options;
            },
        });

        caller = await app.Emulator.PlaceCallAsync().WithTimeout();
        var delivering = app.DeliverAsync(Json(caller.Webhook));
        announced.SetResult(caller);

        (await delivering).Should().Be(HttpStatusCode.NoContent);
        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Outcome, record.EndReason).Should().Be((CallOutcome.Missed, CallEndReason.Vanished));
        app.Watch.Entries.Should().NotContain(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task A_call_that_was_decided_elsewhere_is_left_alone()
    {
        await using var app = await TelephoneApp.StartAsync();
        var caller = await app.Emulator.PlaceCallAsync().WithTimeout();
        using var client = app.Emulator.CreateClient();
        await client.Calls.AcceptAsync(caller.CallId, new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1" }).WithTimeout();

        (await app.DeliverAsync(Json(caller.Webhook))).Should().Be(HttpStatusCode.NoContent);

        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Outcome, record.EndReason).Should().Be((CallOutcome.Missed, CallEndReason.DecidedElsewhere));
        caller.Call.State.Should().Be(EmulatedCallState.Active);
    }

    [Fact]
    public async Task A_call_that_cannot_be_accepted_is_rejected_so_that_the_caller_does_not_wait()
    {
        await using var app = await TelephoneApp.StartAsync();
        app.Emulator.RespondNext(400, """{"error":{"message":"No.","type":"invalid_request_error"}}""");

        var caller = await app.CallAsync();

        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Outcome, record.EndReason, caller.Call.RejectedWith).Should().Be((CallOutcome.Missed, CallEndReason.NotAccepted, 503));
        app.Watch.Count(316).Should().Be(1);
    }

    [Fact]
    public async Task Too_many_requests_are_tried_again_while_the_telephone_rings()
    {
        await using var app = await TelephoneApp.StartAsync();
        app.Emulator.RespondNext(429, """{"error":{"message":"No.","type":"rate_limit_error"}}""", new Dictionary<string, string> { ["retry-after-ms"] = "1" });

        var caller = await app.CallAsync();

        await app.WhenTalkingAsync();
        caller.HangUp();
        (await app.WhenEndedAsync()).Should().ContainSingle().Which.EndReason.Should().Be(CallEndReason.HungUp);
    }

    [Fact]
    public async Task A_call_whose_acceptance_is_uncertain_is_hung_up()
    {
        var faults = new AcceptFaults();
        await using var app = await TelephoneApp.StartAsync(build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => faults)));

        var caller = await app.CallAsync();

        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.Outcome, record.EndReason).Should().Be((CallOutcome.Missed, CallEndReason.NotAccepted));
        (caller.Call.State, caller.Call.RejectedWith).Should().Be((EmulatedCallState.Ended, (int?)null));
        app.Emulator.Requests.Select(request => request.Path.Split('/')[^1]).Should().Equal("accept", "reject", "hangup");
    }

    [Fact]
    public async Task A_callback_for_the_record_that_fails_changes_nothing()
    {
        await using var app = await TelephoneApp.StartAsync(new() { OnEnded = (_, _) => throw new TimeZoneNotFoundException("The database is broken.") });

        var caller = await app.TalkAsync();
        caller.HangUp();

        await app.Watch.WhenAsync(() => app.Watch.Count(329) == 1 && app.App.App.Services.GetRequiredService<CallHost>().Places == 0);
    }

    private static string Json(IncomingCallWebhook webhook) => RealtimeJson.Serialize(webhook);

    /// <summary>Answers requests that transfer a call, which then continues.</summary>
    private sealed class SilentTransfers : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath.EndsWith("/refer", StringComparison.Ordinal) ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)) : base.SendAsync(request, cancellationToken);
    }

    /// <summary>Loses the answer to the request that accepts a call.</summary>
    private sealed class AcceptFaults : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!request.RequestUri!.AbsolutePath.EndsWith("/accept", StringComparison.Ordinal))
                return response;
            response.Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was lost.");
        }
    }
}
