using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>The metrics of connections. No tag contains data of the peer, so the number of time series is limited.</summary>
internal static class ConnectionMetrics
{
    private static readonly KeyValuePair<string, object?> In = new(TelemetryNames.Direction, TelemetryNames.Received), Out = new(TelemetryNames.Direction, TelemetryNames.Sent);

    private static readonly Counter<long>? Events =
        Instruments.Create(static meter => meter.CreateCounter<long>(TelemetryNames.ConnectionEvents, "{event}", "Events sent and received."));

    private static readonly Counter<long>? Bytes =
        Instruments.Create(static meter => meter.CreateCounter<long>(TelemetryNames.ConnectionBytes, "By", "Bytes of events sent and received."));

    private static readonly Counter<long>? DroppedEvents =
        Instruments.Create(static meter => meter.CreateCounter<long>(TelemetryNames.DroppedEvents, "{event}", "Events dropped because they were not read in time."));

    private static readonly UpDownCounter<long>? UnreadBytes =
        Instruments.Create(static meter => meter.CreateUpDownCounter<long>(TelemetryNames.UnreadBytes, "By", "Bytes of received events that are unread."));

    private static readonly UpDownCounter<long>? Open =
        Instruments.Create(static meter => meter.CreateUpDownCounter<long>(TelemetryNames.OpenConnections, "{connection}", "Open connections."));

    public static void Received(int bytes)
    {
        Events.Count(1, In);
        Bytes.Count(bytes, In);
    }

    public static void Sent(int bytes)
    {
        Events.Count(1, Out);
        Bytes.Count(bytes, Out);
    }

    public static void Dropped() => DroppedEvents.Count(1);

    public static void Unread(long bytes) => UnreadBytes.Change(bytes);

    public static void Opened() => Open.Change(1);

    public static void Closed() => Open.Change(-1);
}
