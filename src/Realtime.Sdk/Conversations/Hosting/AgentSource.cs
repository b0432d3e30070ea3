namespace Realtime.Sdk.Internal;

/// <summary>Where a registered agent comes from.</summary>
internal abstract class AgentSource
{
    /// <summary>Returns the agent. If there is none, adds the reasons to <paramref name="faults"/> and returns null.</summary>
    public abstract RealtimeAgent? Create(IServiceProvider services, SessionFaults faults);

    /// <summary>Adds every rule that the complete agent breaks to <paramref name="faults"/>.</summary>
    public virtual void Check(RealtimeAgent agent, SessionFaults faults) => Check(agent.Validate(), faults);

    protected static void Check(IEnumerable<ConstraintViolation> violations, SessionFaults faults)
    {
        foreach (var violation in violations)
            faults.Add(violation, isError: violation.Severity == ConstraintSeverity.Error);
    }
}

/// <summary>An agent that the application has created itself.</summary>
internal sealed class AgentFromCode(RealtimeAgent agent) : AgentSource
{
    public override RealtimeAgent Create(IServiceProvider services, SessionFaults faults) => agent;
}

/// <summary>An agent that a callback of the application creates.</summary>
internal sealed class AgentFromFactory(string name, Func<IServiceProvider, RealtimeAgent> create) : AgentSource
{
    public override RealtimeAgent? Create(IServiceProvider services, SessionFaults faults)
    {
        RealtimeAgent? agent;
        try
        {
            agent = create(services);
        }
        catch (Exception e)
        {
            // Thrown, not added to the list of faults, because the list would lose the stack trace.
            throw new InvalidOperationException($"The factory of the agent \"{PeerText.Sanitize(name)}\" threw an exception: {PeerText.Sanitize(e.Message)}", e);
        }
        if (agent is null)
            faults.Add("the factory returned null");
        else if (agent.Name != name)
            faults.Add($"the factory returned an agent with the name \"{PeerText.Sanitize(agent.Name)}\": the name must be that of the registration");
        return agent;
    }
}

/// <summary>An agent whose session is in a configuration section.</summary>
internal sealed class AgentFromSection(string name, SessionFromSection section) : AgentSource
{
    private const string Session = "session.";

    public override RealtimeAgent Create(IServiceProvider services, SessionFaults faults)
    {
        var session = section.Parse(faults.At(section.GetLocation), requiresType: false);
        if (session is not null and not RealtimeSessionConfiguration)
            faults.At(section.GetLocation).Add("type", $"is \"{session.Type}\", must be \"realtime\" for an agent");

        // Without a session, the functions are still checked, so that all faults are reported at once.
        return new() { Name = name, Session = session as RealtimeSessionConfiguration ?? new() };
    }

    /// <summary>
    /// The rules are checked when the agent is complete, not when the section is read: a <c>tool_choice</c> can name a function that is added in code.
    /// </summary>
    public override void Check(RealtimeAgent agent, SessionFaults faults)
    {
        var violations = agent.Validate().ToLookup(violation => violation.Path.StartsWith(Session, StringComparison.Ordinal));
        section.Check(agent.Session, violations[true].Select(violation => violation with { Path = violation.Path[Session.Length..] }), faults.At(section.GetLocation));
        Check(violations[false], faults);
    }
}
