using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The services that all endpoints of an application share. Its registration shows that <c>AddRealtimeEndpoints</c> was called.</summary>
internal sealed class EndpointServices(IServiceProvider services, IDataProtectionProvider protection, ILoggerFactory? loggers = null, TimeProvider? time = null)
{
    /// <summary>The values that mean all host names to the framework's host filter.</summary>
    private static readonly string[] AllHosts = ["*", "[::]", "0.0.0.0"];

    /// <summary>Resolved on first use, because the app can register its own after <c>AddRealtimeEndpoints</c>.</summary>
    public IRealtimeCallHost Host => services.GetRequiredService<IRealtimeCallHost>();

    /// <summary>The verifier of webhooks; null if <c>AddRealtimeWebhooks</c> was not called.</summary>
    public RealtimeWebhooks? Webhooks => services.GetService<RealtimeWebhooks>();

    /// <summary>Registered by <c>AddRealtimeWebhooks</c>, unless the app has its own.</summary>
    public IRealtimeClaimStore Claims => services.GetRequiredService<IRealtimeClaimStore>();

    public CallTickets Tickets { get; } = new(protection);

    public ILogger Logger { get; } = GuardedLogger.Create(loggers, EndpointLog.Category);

    /// <summary>The logger of calls that the call host does not carry.</summary>
    public ILogger CallLogger { get; } = GuardedLogger.Create(loggers, EndpointLog.HostCategory);

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>
    /// The host names that requests may have, as the framework's host filter has them; empty if all are allowed. An application without the default builder has no host filter.
    /// </summary>
    public List<StringSegment> AllowedHosts { get; } = GetAllowedHosts(services);

    /// <exception cref="InvalidOperationException">There is no agent with this name.</exception>
    /// <exception cref="OptionsValidationException">The agent is not valid.</exception>
    public RealtimeConversationFactory GetFactory(string agent) => services.GetRequiredConversationFactory(agent);

    private static List<StringSegment> GetAllowedHosts(IServiceProvider services)
    {
        IEnumerable<string> hosts = services.GetService<IOptions<HostFilteringOptions>>()?.Value.AllowedHosts is { Count: > 0 } filtered
            ? filtered
            : services.GetService<IConfiguration>()?["AllowedHosts"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

        // Requests contain names in Punycode.
        var allowed = hosts.Select(host => new HostString(host).ToUriComponent()).ToList();
        return allowed.Exists(AllHosts.Contains) ? [] : [.. allowed.Select(host => new StringSegment(host))];
    }
}
