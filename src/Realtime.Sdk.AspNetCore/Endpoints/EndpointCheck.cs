using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// Refuses to start an application with an unprotected endpoint or whose agent cannot be used. A startup filter, because the endpoints are complete when the
/// pipeline was built, and the server does not listen before: a hosted service would run too early or too late.
/// </summary>
internal sealed class EndpointCheck(EndpointServices services) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        var faults = new List<string>();
        var routes = app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(route => (route.Metadata, Endpoint: route.Metadata.GetMetadata<RealtimeEndpoint>()))
            .Where(route => route.Endpoint is not null)
            .ToLookup(route => route.Endpoint!, route => route.Metadata);
        if (routes.Count == 0)
            return;
        var hasFallback = HasFallbackPolicy(app.ApplicationServices);
        foreach (var endpoint in routes)
            Check(endpoint.Key, endpoint, hasFallback, faults);
        if (faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
        if (services.AllowedHosts.Count == 0)
            EndpointLog.AllHostsAllowed(services.Logger);
    };

    private void Check(RealtimeEndpoint endpoint, IEnumerable<EndpointMetadataCollection> routes, bool hasFallback, List<string> faults)
    {
        if (routes.All(metadata => IsAnonymous(metadata) || hasFallback || IsAuthorized(metadata)))
            endpoint.IsChecked = true;
        else
            faults.Add($"{endpoint} is not protected: call RequireAuthorization() on it, or AllowAnonymous() if anonymous users may use your API key.");
        if (endpoint.IsForIncomingCalls && services.Webhooks is null)
            faults.Add($"{endpoint} cannot verify webhooks: call builder.Services.AddRealtimeWebhooks(…).");
        try
        {
            if (endpoint.IsForIncomingCalls && services.Webhooks is not null)
                _ = services.Claims;
            var agent = services.GetFactory(endpoint.Agent).Agent;
            if (endpoint is { IsForClientSecrets: true, Options.SessionOnly: false } && EndpointRules.FindServerSideMembers(agent) is { } members)
                faults.Add($"{endpoint}: the agent has {members}, which run on the server: use MapRealtimeWebRtc, or set SessionOnly to leave them out.");
        }
#pragma warning disable CA1031 // an agent of the application can fail in any way; all endpoints are reported at once
        catch (Exception e)
#pragma warning restore CA1031
        {
            faults.Add($"{endpoint}: {PeerText.Sanitize(e.Message)}");
        }
    }

    private static bool IsAnonymous(EndpointMetadataCollection metadata) => metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static bool IsAuthorized(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<AuthorizationPolicy>() is not null || metadata.GetMetadata<IAuthorizationRequirementData>() is not null;

    /// <summary>
    /// Whether the application has a fallback policy. A provider of its own that does not return it synchronously is treated as one without a fallback policy: it must be called asynchronously otherwise.
    /// </summary>
    private static bool HasFallbackPolicy(IServiceProvider services) =>
        services.GetService<IAuthorizationPolicyProvider>()?.GetFallbackPolicyAsync() is { IsCompletedSuccessfully: true, Result: not null };
}
