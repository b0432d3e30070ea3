using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>The metrics of relays. No tag contains data of a client.</summary>
internal static class RelayMetrics
{
    private static readonly Counter<long>? RefusedEvents =
        Instruments.Create(static meter => meter.CreateCounter<long>(TelemetryNames.RelayRefusedEvents, "{event}", "Events of the clients of relays that were refused, by type."));

    public static void Refused(string? type) => RefusedEvents.Count(1, new KeyValuePair<string, object?>(TelemetryNames.EventType, type ?? "other"));
}
