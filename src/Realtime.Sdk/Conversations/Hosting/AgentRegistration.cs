namespace Realtime.Sdk.Internal;

/// <summary>One call of <c>AddRealtimeAgent</c>, and everything that its builder adds. It changes only while services are registered.</summary>
internal sealed class AgentRegistration(AgentSource source)
{
    private readonly List<Step> _steps = [];

    /// <summary>The name of the client; null for the default client.</summary>
    public string? ClientName { get; set; }

    public void Add(AgentFunction function) => _steps.Add(new(function, Configure: null));

    public void Add(Func<RealtimeAgent, IServiceProvider, RealtimeAgent> configure) => _steps.Add(new(Function: null, configure));

    /// <summary>Returns the complete agent. If it cannot be used, adds the reasons to <paramref name="faults"/>, and returns null or an incomplete agent.</summary>
    public RealtimeAgent? Create(string name, IServiceProvider services, SessionFaults faults)
    {
        if (source.Create(services, faults) is not { } agent)
            return null;
        var number = 0;
        foreach (var (function, configure) in _steps)
        {
            if (function is not null)
            {
                agent = agent with { Functions = [.. agent.Functions, function] };
                continue;
            }
            number++;

            // A callback that gets an agent whose section could not be read may throw, which would hide the cause.
            if (faults.Errors.Count == 0)
                agent = Configure(name, agent, configure!, number, services, faults);
        }
        source.Check(agent, faults);
        return agent;
    }

    private static RealtimeAgent Configure(
        string name, RealtimeAgent agent, Func<RealtimeAgent, IServiceProvider, RealtimeAgent> configure, int number, IServiceProvider services, SessionFaults faults)
    {
        RealtimeAgent? configured;
        try
        {
            configured = configure(agent, services);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"A Configure callback of the agent \"{PeerText.Sanitize(name)}\" threw an exception: {PeerText.Sanitize(e.Message)}", e);
        }
        if (configured is null)
            faults.Add($"Configure callback {number} returned null");
        else if (configured.Name != name)
            faults.Add($"Configure callback {number} returned an agent with the name \"{PeerText.Sanitize(configured.Name)}\": the name must not change");
        else
            return configured;
        return agent;
    }

    private readonly record struct Step(AgentFunction? Function, Func<RealtimeAgent, IServiceProvider, RealtimeAgent>? Configure);
}
