using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>A registered agent: where it comes from and, after validation, the agent itself. The options system creates each of them once.</summary>
internal sealed class NamedAgent
{
    public AgentRegistration? Registration { get; set; }

    public RealtimeAgent? Agent { get; set; }
}

/// <summary>Creates a registered agent. Errors prevent the host from starting; warnings are logged.</summary>
internal sealed class NamedAgentValidator(IServiceProvider services, ILoggerFactory? loggers = null) : IValidateOptions<NamedAgent>
{
    public ValidateOptionsResult Validate(string? name, NamedAgent options)
    {
        var faults = new SessionFaults($"Agent \"{PeerText.Sanitize(name)}\"", static path => path);
        options.Agent = options.Registration!.Create(name!, services, faults);
        if (options.Agent is { } agent)
            CheckHandoffs(agent, faults);
        if (faults.Errors.Count > 0)
            return ValidateOptionsResult.Fail(faults.Errors);
        var logger = GuardedLogger.Create(loggers, "Realtime.Sdk.RealtimeAgent");
        foreach (var warning in faults.Warnings)
            Log(logger, name!, warning);
        return ValidateOptionsResult.Success;
    }

    /// <summary>Checks that the agents of handoffs by name are registered. They are not created, because two agents can hand over to each other.</summary>
    private void CheckHandoffs(RealtimeAgent agent, SessionFaults faults)
    {
        if (services.GetService<IServiceProviderIsKeyedService>() is not { } registered)
            return;
        foreach (var (target, path) in AgentGraph.GetUnresolved(agent))
        {
            if (!registered.IsKeyedService(typeof(RealtimeAgent), target))
                faults.Add(AgentGraph.CreateUnknown(target, path), isError: true);
        }
    }

    private static void Log(ILogger logger, string name, ConstraintViolation warning)
    {
        var (path, rule) = (PeerText.Sanitize(warning.Path), PeerText.Sanitize(warning.Rule));
        if (warning.Value is { } value)
            RealtimeLog.AgentValue(logger, name, path, PeerText.Sanitize(value), rule);
        else
            RealtimeLog.AgentWarning(logger, name, path, rule);
    }
}

/// <summary>
/// The client of a registered agent. It is separate from <see cref="NamedAgent"/>, so that a test can resolve an agent without its client.
/// </summary>
internal sealed class NamedAgentClient
{
    public AgentRegistration? Registration { get; set; }
}

/// <summary>Checks that the client of a registered agent is registered. It is not created: its own registration checks its options.</summary>
internal sealed class NamedAgentClientValidator(IServiceProvider services) : IValidateOptions<NamedAgentClient>
{
    public ValidateOptionsResult Validate(string? name, NamedAgentClient options)
    {
        var agent = PeerText.Sanitize(name);
        if (options.Registration!.ClientName is not { } client)
        {
            return services.GetService<IServiceProviderIsService>()?.IsService(typeof(RealtimeClient)) != false
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"Agent \"{agent}\": the default client is not registered: call AddRealtimeClient, or UseClient with the name of a client");
        }
        client = PeerText.Sanitize(client);
        return services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(RealtimeClient), options.Registration.ClientName) != false
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Agent \"{agent}\": there is no client \"{client}\": call AddRealtimeClient(\"{client}\", …)");
    }
}
