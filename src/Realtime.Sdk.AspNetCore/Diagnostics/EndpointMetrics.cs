using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The metrics of endpoints and of the call host. No tag contains data of a request or of the service.</summary>
internal static class EndpointMetrics
{
    private static readonly UpDownCounter<long>? Places =
        Instruments.Create(static meter => meter.CreateUpDownCounter<long>(EndpointTelemetryNames.Calls, "{call}", "Calls and relays that the call host carries, including those that are being answered."));

    private static readonly Histogram<double>? Duration =
        Instruments.Create(static meter => meter.CreateHistogram<double>(EndpointTelemetryNames.CallDuration, "s", "Duration of calls and relays, from the answer to their end; 0 for calls that were not answered."));

    private static readonly Counter<long>? Refusals =
        Instruments.Create(static meter => meter.CreateCounter<long>(EndpointTelemetryNames.Refusals, "{request}", "Requests that endpoints have refused, by status."));

    private static readonly Counter<long>? RefusedCalls =
        Instruments.Create(static meter => meter.CreateCounter<long>(EndpointTelemetryNames.RefusedCalls, "{call}", "Calls for which the call host had no place, by reason."));

    public static void PlacesChanged(int by) => Places.Change(by);

    public static void Ended(CallRecord record) => Duration.Measure(
        record.Duration.TotalSeconds,
        new TagList
        {
            { EndpointTelemetryNames.Agent, record.Agent },
            { EndpointTelemetryNames.Outcome, record.Outcome.Name() },
            { EndpointTelemetryNames.EndReason, record.EndReason.Name() },
        });

    public static void Refused(string agent, int status) =>
        Refusals.Count(1, new TagList { { EndpointTelemetryNames.Agent, agent }, { EndpointTelemetryNames.Status, status } });

    public static void Refused(string agent, CallRefusal reason) => RefusedCalls.Count(
        1,
        new TagList
        {
            { EndpointTelemetryNames.Agent, agent },
            { EndpointTelemetryNames.Refusal, reason switch { CallRefusal.UserLimit => "user_limit", CallRefusal.Stopping => "stopping", _ => "full" } },
        });
}
