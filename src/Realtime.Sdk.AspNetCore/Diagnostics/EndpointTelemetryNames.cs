namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Names of metrics and tags of endpoints.</summary>
internal static class EndpointTelemetryNames
{
    // Metrics.
    public const string Calls = "realtime.call_host.calls";
    public const string CallDuration = "realtime.call.duration";
    public const string Refusals = "realtime.endpoint.refusals";
    public const string RefusedCalls = "realtime.call_host.refusals";

    // Tags.
    public const string Agent = "gen_ai.agent.name";
    public const string Outcome = "realtime.call.outcome";
    public const string EndReason = "realtime.call.end_reason";
    public const string Refusal = "realtime.call.refusal";
    public const string Status = "http.response.status_code";
}
