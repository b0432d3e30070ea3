using System.Diagnostics;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Telemetry;

public sealed class ConversationTelemetryTests
{
    private const int Pieces = 1_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_piece_of_audio_allocates_nothing_traced_or_not(bool isTraced)
    {
        using var activity = new Activity("response");
        var telemetry = new ConversationTelemetry(null!, () => new() { Name = "waiter" }, tracesContent: true, TimeProvider.System);
        var response = new ResponseState("resp_1", isOutOfBand: false);
        if (isTraced)
            response.Trace = new(activity, []) { Parent = default, StartedAt = 0, AwaitedSince = 0 };
        telemetry.RecordAudio(response);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Pieces; i++)
            telemetry.RecordAudio(response);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().Be(0);
        response.Trace?.HasAudio.Should().BeTrue();
    }
}
