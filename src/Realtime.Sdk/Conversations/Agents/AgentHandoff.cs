namespace Realtime.Sdk;

/// <summary>
/// An agent to which the model can hand the conversation over. The model sees a function without arguments; when it calls the function, the other agent takes charge with its own
/// session, functions and handoffs, and answers. The history and the usage of the conversation continue. An agent is converted to a handoff to it. Immutable.
/// </summary>
/// <example>
/// <code>
/// var sommelier = new RealtimeAgent { Name = "sommelier", Description = "Advises on wine.", Handoffs = [AgentHandoff.Back] };
/// var waiter = new RealtimeAgent { Name = "waiter", Handoffs = [sommelier] };
/// </code>
/// </example>
public sealed record AgentHandoff
{
    private const string Prefix = "transfer_to_", BackName = "transfer_back";

    private readonly string? _agentName;

    private AgentHandoff(RealtimeAgent? agent, string? agentName) => (Agent, _agentName) = (agent, agentName);

    /// <summary>
    /// A handoff to the agent that was in charge before. If there was none, or if it can no longer take charge, the model is informed and the agent stays in charge.
    /// </summary>
    public static AgentHandoff Back { get; } = new(agent: null, agentName: null);

    /// <summary>
    /// The name of the function that the model sees: 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash. Null, the default, uses <c>transfer_to_</c> and the name of
    /// the agent, in which other characters are replaced by underscores, or <c>transfer_back</c> for <see cref="Back"/>.
    /// </summary>
    public string? FunctionName { get; init; }

    /// <summary>
    /// The description of the function, from which the model decides when to call it. At most 1,024 characters. Null, the default, uses the <see cref="RealtimeAgent.Description"/> of
    /// the agent.
    /// </summary>
    public string? Description { get; init; }

    /// <summary>The agent; null if it is determined by its name, or is the previous one.</summary>
    internal RealtimeAgent? Agent { get; }

    /// <summary>The name of the agent; null for <see cref="Back"/>.</summary>
    internal string? AgentName => Agent?.Name ?? _agentName;

    /// <summary>Creates a handoff to an agent.</summary>
    /// <param name="agent">The agent. Its model must be null or the model of the session, which cannot change.</param>
    public static AgentHandoff To(RealtimeAgent agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return new(agent, agentName: null);
    }

    /// <summary>
    /// Creates a handoff to an agent by its name, for example of an agent that hands over to this one: agents are immutable, so they cannot refer to each other.
    /// </summary>
    /// <param name="agentName">
    /// The name of an agent that this conversation can reach through handoffs, or that was added by <c>services.AddRealtimeAgent</c> to
    /// <see cref="RealtimeConversationOptions.Services"/>. If there is no such agent, the conversation does not start.
    /// </param>
    public static AgentHandoff To(string agentName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(agentName);
        return new(agent: null, agentName);
    }

    /// <summary>Converts an agent to a handoff to it.</summary>
    public static implicit operator AgentHandoff(RealtimeAgent agent) => To(agent);

    /// <summary>Returns the function and the name of the agent as text.</summary>
    public override string ToString() => PeerText.Sanitize($"{nameof(AgentHandoff)} {{ FunctionName = {GetFunctionName()}, Agent = {AgentName} }}");

    /// <summary>Returns the name of the function.</summary>
    internal string GetFunctionName() => FunctionName ?? (AgentName is { } name
        ? string.Create(Prefix.Length + name.Length, name, static (text, name) =>
        {
            Prefix.CopyTo(text);
            for (var i = 0; i < name.Length; i++)
                text[Prefix.Length + i] = Constraints.IsPlainNameCharacter(name[i]) ? name[i] : '_';
        })
        : BackName);

    /// <summary>Returns the function that the model sees.</summary>
    internal FunctionTool ToTool() => new() { Name = GetFunctionName(), Description = GetDescription() };

    /// <summary>Returns the description that the model sees.</summary>
    internal string GetDescription() => Description ?? (AgentName is { } name
        ? Agent?.Description is { } description ? $"Hands the conversation over to {name}. {description}" : $"Hands the conversation over to {name}."
        : "Hands the conversation back to the previous agent.");
}
