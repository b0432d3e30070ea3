using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds agents to a service collection.</summary>
public static class RealtimeAgentServiceCollectionExtensions
{
    /// <summary>
    /// Adds an agent. Its name is the key of two singletons: <c>[FromKeyedServices("waiter")] RealtimeConversationFactory</c>, which starts conversations, and
    /// <c>[FromKeyedServices("waiter")] RealtimeAgent</c>. The host does not start if its client is not registered, or if the agent breaks rules of the API; an
    /// <see cref="OptionsValidationException"/> lists all violations. A value that this version does not know, such as a new voice, is logged once as a warning. A later registration of the same name replaces this one, with everything that its builder has added.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="agent">The agent. Its name must not be empty.</param>
    /// <returns>A builder for functions, callbacks and the client.</returns>
    public static RealtimeAgentBuilder AddRealtimeAgent(this IServiceCollection services, RealtimeAgent agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentException.ThrowIfNullOrWhiteSpace(agent.Name, nameof(agent));
        return services.Add(agent.Name, new AgentFromCode(agent));
    }

    /// <inheritdoc cref="AddRealtimeAgent(IServiceCollection, RealtimeAgent)"/>
    /// <remarks>
    /// The section is read as that of
    /// <see cref="RealtimeServiceCollectionExtensions.AddRealtimeSession(IServiceCollection, string, IConfiguration, Action{RealtimeSessionBindingOptions}?)"/>: once,
    /// when the host starts or the agent is first needed. The host does not start either if the section is missing or empty, if it has unknown members, or if its
    /// <c>type</c>, which can be left out, is not <c>realtime</c>.
    /// </remarks>
    /// <param name="services">The collection.</param>
    /// <param name="name">The name of the agent.</param>
    /// <param name="session">The session of the agent as it is sent, its members by their wire names.</param>
    /// <param name="configure">Changes how strictly the section is read; null, the default, changes nothing.</param>
    public static RealtimeAgentBuilder AddRealtimeAgent(
        this IServiceCollection services, string name, IConfiguration session, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(session);
        var options = new RealtimeSessionBindingOptions();
        configure?.Invoke(options);
        return services.Add(name, new AgentFromSection(name, new(session, options.Copy())));
    }

    /// <inheritdoc cref="AddRealtimeAgent(IServiceCollection, RealtimeAgent)"/>
    /// <param name="services">The collection.</param>
    /// <param name="name">The name of the agent.</param>
    /// <param name="create">
    /// Returns the agent, which must have this name. It gets the root services of the application. It runs once, when the host starts or the agent is first needed; the
    /// host does not start if it throws.
    /// </param>
    public static RealtimeAgentBuilder AddRealtimeAgent(this IServiceCollection services, string name, Func<IServiceProvider, RealtimeAgent> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        return services.Add(name, new AgentFromFactory(name, create));
    }

    private static RealtimeAgentBuilder Add(this IServiceCollection services, string name, AgentSource source)
    {
        ArgumentNullException.ThrowIfNull(services);

        // One object per call, so that a call replaces everything that an earlier call and its builder have added.
        var registration = new AgentRegistration(source);
        services.AddOptions<NamedAgent>(name).Configure(agent => agent.Registration = registration).ValidateOnStart();
        services.AddOptions<NamedAgentClient>(name).Configure(client => client.Registration = registration).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NamedAgent>, NamedAgentValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NamedAgentClient>, NamedAgentClientValidator>());
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<IOptionsMonitor<NamedAgent>>().Get(name).Agent!);
        services.TryAddKeyedSingleton(name, (provider, _) => RealtimeConversationFactory.Create(provider, name));
        return new(services, name, registration);
    }
}
