using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Reports whether the call host accepts calls.</summary>
internal sealed class CallHostHealthCheck(CallHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var places = host.Places;
        var data = new Dictionary<string, object> { ["calls"] = places, ["max_calls"] = host.MaxCalls };
        return Task.FromResult(
            host.IsStopping ? HealthCheckResult.Unhealthy("The call host is stopping.", data: data)
            : places >= host.MaxCalls ? HealthCheckResult.Degraded("The call host carries as many calls as it may.", data: data)
            : HealthCheckResult.Healthy("The call host accepts calls.", data));
    }
}
