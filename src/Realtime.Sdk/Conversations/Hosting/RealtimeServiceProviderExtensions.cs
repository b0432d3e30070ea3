using Microsoft.Extensions.Options;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gets services of this SDK from a service provider.</summary>
public static class RealtimeServiceProviderExtensions
{
    /// <summary>Returns the factory of an agent whose name is known only at run time.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="agent">The name of the agent, which is case-sensitive.</param>
    /// <exception cref="InvalidOperationException">There is no agent with this name.</exception>
    /// <exception cref="OptionsValidationException">The agent breaks rules of the API, or its client is not registered.</exception>
    public static RealtimeConversationFactory GetRequiredConversationFactory(this IServiceProvider services, string agent)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(agent);
        return services.GetKeyedService<RealtimeConversationFactory>(agent)
            ?? throw new InvalidOperationException($"There is no agent \"{PeerText.Sanitize(agent)}\": call services.AddRealtimeAgent(\"{PeerText.Sanitize(agent)}\", …).");
    }
}
