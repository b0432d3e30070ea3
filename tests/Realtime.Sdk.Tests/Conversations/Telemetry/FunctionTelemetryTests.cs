using System.Diagnostics;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Conversations.Telemetry;

/// <summary>Alone in its collection: the listeners of other tests would hear of these calls.</summary>
[Collection(nameof(AloneCollection))]
public sealed class FunctionTelemetryTests
{
    private static readonly RealtimeAgent Agent = new()
    {
        Name = "waiter",
        Functions = [AgentFunction.Create("get_menu", "Returns the menu.", (_, _) => Task.FromResult("Soup."))],
    };

    private static readonly FunctionError Error = FunctionError.Interrupted();

    [Fact]
    public void A_call_without_listeners_has_no_telemetry_and_allocates_nothing()
    {
        var telemetry = Create();
        var call = CreateCall();
        Run(telemetry, call);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(telemetry, call);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().Be(0);
        call.Trace.Should().BeNull();
    }

    [Fact]
    public void A_listener_that_comes_during_a_call_gets_nothing_of_it()
    {
        var telemetry = Create();
        var call = CreateCall();
        var stopped = 0;

        telemetry.Begin(call);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ => stopped++,
        };
        ActivitySource.AddActivityListener(listener);
        FunctionTelemetry.MakeCurrent(call);
        telemetry.End(call, "Soup.");

        stopped.Should().Be(0);
        Activity.Current.Should().BeNull();
    }

    private static void Run(FunctionTelemetry telemetry, CallState call)
    {
        telemetry.Begin(call);
        FunctionTelemetry.MakeCurrent(call);
        FunctionTelemetry.RecordFailure(call, Error);
        telemetry.End(call, "Soup.");
    }

    private static FunctionTelemetry Create() =>
        new(new ConversationTelemetry(null!, () => Agent, tracesContent: true, TimeProvider.System), tracesContent: true, TimeProvider.System);

    private static CallState CreateCall() => new("call_1", "get_menu", "{}", new(new ResponseState("resp_1", isOutOfBand: false), Agent), TimeProvider.System) { Function = Agent.Functions[0] };
}
