using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.AspNetCore.Tests.Hosting;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>
/// Many telephone calls at once that are announced and end in every way, with few places, and in an application that stops in the middle: each call ends exactly once, and
/// nothing is left. A failure prints its seed, which REALTIME_SDK_SEED repeats; REALTIME_SDK_EXHAUSTIVE=1 runs 2,000 calls.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class IncomingCallPropertyTests
{
    /// <summary>The number of calls at once. More would test the timeouts of the tests.</summary>
    private const int MaxAtOnce = 250;

    private static readonly int Calls = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 2_000 : 100;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("REALTIME_SDK_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 1)]
    public async Task Each_telephone_call_ends_exactly_once(bool stopsInTheMiddle, int callsPerPlace)
    {
        var random = new Random(Seed);
        var ends = Enum.GetValues<PlannedIncomingEnd>();
        var plans = Enumerable.Range(0, Calls).Select(i => new PlannedIncomingCall(i, ends[i < ends.Length ? i : random.Next(ends.Length)], random.Next())).ToArray();
        random.Shuffle(plans);
        var faults = new TelephoneFaults();
        var options = new RealtimeEndpointOptions
        {
            Prepare = (http, options, _) => new(PlannedIncomingCall.Find(http).Prepare(http, options)),
            Run = (conversation, stop) => ((PlannedIncomingCall)conversation.State!).RunAsync(conversation, stop),
            OnEnded = (record, _) =>
            {
                faults.Find(record.Id)!.OnEnded();
                return default;
            },
        };
        await using var app = await TelephoneApp.StartAsync(
            options, host => (host.MaxCalls, host.DrainTimeout) = (Calls / callsPerPlace, TimeSpan.FromMilliseconds(500)),
            builder =>
            {
                builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => faults));
                builder.Services.AddHttpContextAccessor();
                builder.Services.AddSingleton<IReadOnlyDictionary<string, PlannedIncomingCall>>(plans.ToDictionary(plan => plan.Name));
                builder.Services.AddSingleton<IRealtimeClaimStore, PlannedClaims>();
            },
            emulation: new());
        app.Emulator.OnConnect(session => faults.Find(session.Request.Query.Split("call_id=")[^1])!.ServeAsync(session));
        foreach (var plan in plans)
        {
            await plan.PlaceAsync(app.Emulator);
            faults.Add(plan);
        }

        using var turns = new SemaphoreSlim(MaxAtOnce);
        var playing = plans.Select(plan => Task.Run(() => PlayAsync(plan, app, turns))).ToList();
        if (stopsInTheMiddle)
            await app.Watch.WhenAsync(() => app.Watch.Ended.Count >= Calls / 10);
        else
            await WhenOnlyTheLastAreLeftAsync(app, plans, playing);
        await app.App.App.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAll(playing).WaitAsync(TimeSpan.FromMinutes(1));

        var held = ((PlannedClaims)app.App.App.Services.GetRequiredService<IRealtimeClaimStore>()).Held;
        var records = app.Records.ToLookup(record => record.Id);
        foreach (var plan in plans)
            ShouldHaveEndedOnce(plan, [.. records[plan.CallId]], held.Contains(plan.Name), stopsInTheMiddle, callsPerPlace > 1);
        await ShouldHaveLeftNothingAsync(app);
    }

    private static async Task PlayAsync(PlannedIncomingCall plan, TelephoneApp app, SemaphoreSlim turns)
    {
        await turns.WaitAsync();
        try
        {
            await plan.PlayAsync(app);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The seed is {Seed}, and the plan {plan}.", e);
        }
        finally
        {
            turns.Release();
        }
    }

    private static async Task WhenOnlyTheLastAreLeftAsync(TelephoneApp app, PlannedIncomingCall[] plans, List<Task> playing)
    {
        await Task.WhenAll(playing).WaitAsync(TimeSpan.FromMinutes(5));
        var host = app.App.App.Services.GetRequiredService<CallHost>();
        bool Stays(PlannedIncomingCall plan) => plan is { End: PlannedIncomingEnd.StaysUntilShutdown, IsAttached: true };
        try
        {
            await app.Watch.WhenAsync(() => host.Places == plans.Count(Stays));
        }
        catch (TimeoutException)
        {
            var ended = app.Records.Select(record => record.Id).ToHashSet();
            var left = plans.Where(plan => plan is { IsAcknowledged: true, Reasons: not [] } && !ended.Contains(plan.CallId) && !Stays(plan));
            throw new TimeoutException($"{host.Places} places are used, not {plans.Count(Stays)}; the seed is {Seed}. Not ended: {string.Join(Environment.NewLine, left)}");
        }
    }

    private static void ShouldHaveEndedOnce(PlannedIncomingCall plan, CallRecord[] records, bool holdsClaims, bool canBeStopped, bool canBeBusy)
    {
        var because = $"the seed is {Seed}, and the plan {plan}";
        records.Length.Should().BeLessThanOrEqualTo(1, because);
        plan.Accepts.Should().BeLessThanOrEqualTo(1, because);
        if (!plan.IsAcknowledged)
        {
            holdsClaims.Should().BeFalse(because);
            plan.Statuses.Should().OnlyContain(status => status == 0 || status >= 500, because);
        }

        // A duplicate can have been acknowledged while the delivery was handled that was then refused.
        if (!canBeStopped && plan.Reasons is not [])
            records.Length.Should().Be(plan.IsAcknowledged ? 1 : 0, because);
        if (records is not [var record])
        {
            plan.Call.Should().Match<EmulatedCall>(call => call.State == EmulatedCallState.Ringing || call.EndedBy != EmulatedCallParty.Service, because);
            return;
        }
        plan.IsAcknowledged.Should().BeTrue(because);
        plan.Call.State.Should().BeOneOf([EmulatedCallState.Ended, EmulatedCallState.Rejected], because);
        string[] reasons = [.. plan.Reasons, .. canBeBusy ? ["busy"] : Array.Empty<string>(), .. canBeStopped ? ["stopped", "not_accepted"] : Array.Empty<string>()];
        record.EndReason.Name().Should().BeOneOf(reasons, because);
    }

    private static async Task ShouldHaveLeftNothingAsync(TelephoneApp app)
    {
        var because = $"the seed is {Seed}";
        var ended = app.Records.Select(record => (record.Id, Reason: record.EndReason.Name())).Order().ToList();
        app.Watch.Ended.Order().Should().Equal(ended, because);
        app.Watch.Reasons.Order().Should().Equal(ended.Select(call => ("waiter", call.Reason)).Order(), because);
        (app.Watch.Places, app.App.App.Services.GetRequiredService<CallHost>().Places).Should().Be((0, 0), because);
        (app.Watch.Count(315), app.Watch.Count(324), app.Watch.Count(325), app.Watch.Count(329)).Should().Be((0, 0, 0, 0), because);
        foreach (var session in app.Emulator.Sessions)
            await session.Completion.WithTimeout();
    }
}
