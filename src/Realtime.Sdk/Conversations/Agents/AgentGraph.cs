using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The agents to which a conversation can hand over, by name. It grows when an agent takes charge whose <see cref="RealtimeAgent.Prepare"/> has added handoffs.
/// </summary>
/// <param name="services">The services, which may have registered agents; null if there are none.</param>
internal sealed class AgentGraph(IServiceProvider? services)
{
    // Concurrent, because a new session prepares its agent while a switch may prepare another one. Small, because most conversations have one agent.
    private readonly ConcurrentDictionary<string, RealtimeAgent> _agents = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    /// <summary>Finds an agent; null if there is none.</summary>
    public RealtimeAgent? Find(string name) => _agents.GetValueOrDefault(name) ?? FindRegistered(name);

    /// <summary>Adds an agent as it was before <see cref="RealtimeAgent.Prepare"/>, and the agents to which it hands over.</summary>
    public void Add(RealtimeAgent agent)
    {
        foreach (var (reached, _) in Reach(agent))
            _agents[reached.Name] = reached;
    }

    /// <summary>
    /// Completes the handoffs of an agent that is about to take charge: adds the agents to which it hands over, and gives handoffs by name the description of their agent.
    /// </summary>
    /// <exception cref="RealtimeValidationException">A handoff is to an agent that does not exist, or whose session the current one cannot become.</exception>
    public RealtimeAgent Resolve(RealtimeAgent prepared)
    {
        if (prepared.Handoffs.Count == 0)
            return prepared;
        foreach (var (reached, _) in Reach(prepared).Skip(1))
            _agents[reached.Name] = reached;
        var violations = new List<ConstraintViolation>();
        foreach (var (reached, path) in Reach(prepared))
            CheckNamed(prepared, reached, path, violations);
        RealtimeValidationException.ThrowIfErrors(violations, "The agent does not take charge");
        return prepared with
        {
            Handoffs = [.. prepared.Handoffs.Select(handoff => handoff is { Agent: null, Description: null, AgentName: { } name } ? handoff with { Description = AgentHandoff.To(Find(name)!).GetDescription() } : handoff)],
        };
    }

    /// <summary>Checks the agents that an agent reaches, except those by name, which are known only when the conversation starts.</summary>
    public static void Check(RealtimeAgent agent, List<ConstraintViolation> violations)
    {
        var known = new Dictionary<string, RealtimeAgent>(StringComparer.Ordinal);
        foreach (var (reached, path) in Reach(agent))
        {
            if (path.Length > 0)
                CheckReached(agent, reached, path, violations);
            if (!known.TryAdd(reached.Name, reached) && known[reached.Name] != reached)
                violations.Add(AgentRules.Error($"{path}name", Constraints.Quote(reached.Name), "must be unique: another agent of the conversation has this name"));
        }
    }

    /// <summary>Returns the names to which the agents hand over and that no agent among them has, with their paths.</summary>
    public static IEnumerable<(string Name, string Path)> GetUnresolved(RealtimeAgent agent)
    {
        var names = Reach(agent).Select(reached => reached.Agent.Name).ToHashSet(StringComparer.Ordinal);
        return Reach(agent).SelectMany(reached => GetNamed(reached.Agent, reached.Path)).Where(named => !names.Contains(named.Name));
    }

    public static ConstraintViolation CreateUnknown(string name, string path) =>
        AgentRules.Error(path, Constraints.Quote(name), "must be the name of an agent that the conversation can reach through handoffs, or that is registered in its services");

    private static void CheckReached(RealtimeAgent first, RealtimeAgent reached, string path, List<ConstraintViolation> violations)
    {
        var own = new List<ConstraintViolation>();
        AgentRules.Check(reached, own);
        violations.AddRange(own.Select(violation => violation with { Path = path + violation.Path }));
        CheckSession(first, reached, path, violations);
    }

    /// <summary>Checks what a session cannot change when an agent takes charge.</summary>
    private static void CheckSession(RealtimeAgent first, RealtimeAgent reached, string path, List<ConstraintViolation> violations)
    {
        if (reached.Session.Model is { } model && first.Session.Model is { } current && model != current)
            violations.Add(AgentRules.Error($"{path}session.model", Constraints.Quote(model), $"must be null or {Constraints.Quote(current)}, the model of the first agent: the model of a session cannot change"));
        if (reached.Session.Audio?.Output?.Voice is { } voice && first.Session.Audio?.Output?.Voice is { } spoken && voice != spoken)
            violations.Add(new($"{path}session.audio.output.voice", Constraints.Quote($"{voice}"), "should be null or the voice of the first agent: a session keeps its voice when the agent has spoken", ConstraintSeverity.Warning));
    }

    private void CheckNamed(RealtimeAgent first, RealtimeAgent agent, string path, List<ConstraintViolation> violations)
    {
        foreach (var (name, at) in GetNamed(agent, path))
        {
            if (Find(name) is { } found)
                CheckSession(first, found, $"{at}.", violations);
            else if (name != first.Name)
                violations.Add(CreateUnknown(name, at));
        }
    }

    private static IEnumerable<(string Name, string Path)> GetNamed(RealtimeAgent agent, string path)
    {
        for (var i = 0; i < agent.Handoffs.Count; i++)
        {
            if (agent.Handoffs[i] is { Agent: null, AgentName: { } name })
                yield return (name, $"{path}handoffs[{i}].agent");
        }
    }

    /// <summary>Returns an agent and all agents that it reaches, each once, with the path to its members.</summary>
    private static IEnumerable<(RealtimeAgent Agent, string Path)> Reach(RealtimeAgent first)
    {
        var visited = new HashSet<RealtimeAgent>(ReferenceEqualityComparer.Instance) { first };
        var waiting = new Queue<(RealtimeAgent Agent, string Path)>([(first, "")]);
        while (waiting.TryDequeue(out var next))
        {
            yield return next;
            for (var i = 0; i < next.Agent.Handoffs.Count; i++)
            {
                if (next.Agent.Handoffs[i]?.Agent is { } target && visited.Add(target))
                    waiting.Enqueue((target, $"{next.Path}handoffs[{i}].agent."));
            }
        }
    }

    private RealtimeAgent? FindRegistered(string name) => services is IKeyedServiceProvider keyed ? keyed.GetKeyedService(typeof(RealtimeAgent), name) as RealtimeAgent : null;
}
