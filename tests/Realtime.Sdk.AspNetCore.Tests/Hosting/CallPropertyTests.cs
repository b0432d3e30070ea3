using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

/// <summary>
/// Many calls at once that end in every way, and an application that stops in the middle: each call ends exactly once, and nothing is left. A failure prints its seed, which
/// REALTIME_SDK_SEED repeats; REALTIME_SDK_EXHAUSTIVE=1 runs 500 calls.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class CallPropertyTests
{
    private static readonly int Calls = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 500 : 50;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("REALTIME_SDK_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_call_ends_exactly_once(bool stopsInTheMiddle)
    {
        var random = new Random(Seed);
        var ends = Enum.GetValues<PlannedEnd>();
        var plans = Enumerable.Range(0, Calls).Select(i => new PlannedCall(i, ends[i < ends.Length ? i : random.Next(ends.Length)], random.Next())).ToArray();
        random.Shuffle(plans);
        var byUser = plans.ToDictionary(plan => plan.User);
        var (faults, answers) = (new ServiceFaults(), new ConcurrentQueue<HttpStatusCode>());
        foreach (var plan in plans)
            plan.Break(faults);
        var options = new RealtimeEndpointOptions
        {
            RateLimit = null,
            Prepare = (http, options, _) => new(byUser[http.User.Identity!.Name!].Prepare(http, options)),
            Run = (conversation, stop) => ((PlannedCall)conversation.State!).RunAsync(stop),
        };
        await using var world = await CallWorld.StartAsync(
            options, options => (options.MaxCalls, options.DrainTimeout) = (Calls, TimeSpan.FromMilliseconds(500)),
            build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => faults)),
            map: app => app.MapRealtimeWebRtc(PlannedCall.Pinged, "waiter", options with { PingTimeout = TimeSpan.FromMilliseconds(300) }).RequireAuthorization());
        world.Emulator.OnConnect(session => FindPlan(session, plans, faults) is { Attached.Task.IsCompleted: false } plan ? plan.ServeAsync(session) : session.RunModelAsync());

        var playing = plans.Select(plan => (Plan: plan, Task: Task.Run(() => plan.PlayAsync(world, faults, answers)))).ToList();
        if (stopsInTheMiddle)
            await world.Watch.WhenAsync(() => world.Watch.Ended.Count >= Calls / 10);
        else
            await WhenOnlyTheLastAreLeftAsync(world, plans, faults, [.. playing.Select(played => played.Task)]);
        await world.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAll(playing.Select(played => played.Task.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(TimeSpan.FromMinutes(1));

        await ShouldHaveEndedOnceAsync(world, plans, faults, stopsInTheMiddle, $"the seed is {Seed}");
        answers.Should().OnlyContain(status => status == HttpStatusCode.Created || status == HttpStatusCode.BadGateway || status == HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>Returns the plan of the call that a sideband joins.</summary>
    private static PlannedCall? FindPlan(EmulatorSession session, PlannedCall[] plans, ServiceFaults faults)
    {
        var callIds = faults.CallIds;
        return Array.Find(plans, plan => callIds.TryGetValue(plan.Name, out var callId) && session.Request.Query.EndsWith($"call_id={callId}", StringComparison.Ordinal));
    }

    private static async Task WhenOnlyTheLastAreLeftAsync(CallWorld world, PlannedCall[] plans, ServiceFaults faults, Task[] playing)
    {
        await Task.WhenAll(playing).WaitAsync(TimeSpan.FromMinutes(5));
        var staying = plans.Count(plan => plan.End == PlannedEnd.StaysUntilShutdown);
        try
        {
            await world.Watch.WhenAsync(() => world.Host.Places == staying);
        }
        catch (TimeoutException)
        {
            var ended = world.Watch.Ended.Select(call => call.CallId).ToHashSet();
            var left = plans.Where(plan => faults.CallIds.TryGetValue(plan.Name, out var callId) && !ended.Contains(callId)).Select(plan => $"{plan.Name} ({plan.End})");
            throw new TimeoutException($"{world.Host.Places} places are used, not {staying}; the seed is {Seed}. Not ended: {string.Join(", ", left)}");
        }
    }

    private static async Task ShouldHaveEndedOnceAsync(CallWorld world, PlannedCall[] plans, ServiceFaults faults, bool canBeStopped, string seed)
    {
        var ended = world.Watch.Ended;
        world.Emulator.Calls.Select(call => call.Id).Should().BeEquivalentTo(ended.Select(call => call.CallId), seed);
        ended.Select(call => call.CallId).Should().OnlyHaveUniqueItems(seed);
        world.Emulator.Calls.Select(call => call.State).Should().OnlyContain(state => state == EmulatedCallState.Ended, seed);
        world.Watch.Reasons.Select(measured => measured.Reason).Should().BeEquivalentTo(ended.Select(call => call.Reason), seed);
        (world.Watch.Places, world.Host.Places, world.Watch.Count(324), world.Watch.Count(325)).Should().Be((0, 0, 0, 0), seed);
        var reasons = ended.ToDictionary(call => call.CallId, call => call.Reason);
        foreach (var plan in plans)
        {
            if (faults.CallIds.TryGetValue(plan.Name, out var callId))
                reasons[callId].Should().BeOneOf(canBeStopped ? [.. plan.Reasons, "stopped"] : plan.Reasons, $"{plan.End}, {seed}");
            else
                plan.Attached.Task.IsCompleted.Should().BeFalse(seed);
        }
        foreach (var callId in reasons.Keys)
            (await world.Host.PingAsync(callId)).Should().BeFalse(seed);
        foreach (var session in world.Emulator.Sessions)
            await session.Completion.WithTimeout();
    }
}

/// <summary>Tests that measure what the whole process does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
