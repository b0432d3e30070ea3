namespace Realtime.Sdk;

/// <summary>
/// The definition of an agent: its session, what it can call, to whom it can hand over, and what it must not say. It is independent of the connection over which it runs. Immutable: any
/// number of conversations can use one instance at the same time.
/// </summary>
/// <example>
/// <code>
/// var waiter = new RealtimeAgent
/// {
///     Name = "waiter",
///     Session = new() { Model = "gpt-realtime-2.1", Instructions = "Take the order. Be brief." },
/// };
/// await using var conversation = await client.StartConversationAsync(waiter);
/// </code>
/// </example>
public sealed record RealtimeAgent
{
    /// <summary>The name of the agent in turns, traces and warnings: 1 to 64 characters, not only white space.</summary>
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>
    /// The task of the agent, from which the model of another agent decides whether to hand over to it. Null, the default, gives only the name.
    /// </summary>
    public string? Description { get; init; }

    /// <summary>
    /// The session of the agent: model, instructions, voice, turn detection, transcription. The default is an empty configuration, with which the server uses
    /// its defaults.
    /// </summary>
    public RealtimeSessionConfiguration Session { get; init => field = value ?? new(); } = new();

    /// <summary>The functions that the model can call, which the conversation runs. The default is an empty list.</summary>
    public IReadOnlyList<AgentFunction> Functions { get; init => field = value ?? []; } = [];

    /// <summary>The agents to which the model can hand over. The default is an empty list.</summary>
    public IReadOnlyList<AgentHandoff> Handoffs { get; init => field = value ?? []; } = [];

    /// <summary>The checks of what the agent says and of the functions that it calls. The default is an empty list.</summary>
    public IReadOnlyList<Guardrail> Guardrails { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The sentence that the agent says while one of its functions runs long. A function can have its own: <see cref="AgentFunction.Filler"/>. Null, the default, says nothing.
    /// </summary>
    public AgentFiller? Filler { get; init; }

    /// <summary>
    /// A callback that adapts the agent to the user each time it takes charge: at the start of a conversation, in a handoff, in
    /// <see cref="RealtimeConversation.SwitchAgentAsync"/> and <see cref="RealtimeConversation.RunAsync"/>, and in a new session (<see cref="RealtimeConversationOptions.Renewal"/>).
    /// It returns the adapted agent, which must have the same name. An exception that it throws is passed on by these methods; a handoff then does not take place. Null, the
    /// default, uses the agent as it is.
    /// </summary>
    public Func<AgentContext, CancellationToken, ValueTask<RealtimeAgent>>? Prepare { get; init; }

    /// <summary>Returns a copy of the agent with other instructions.</summary>
    /// <param name="instructions">The instructions, which replace those of <see cref="Session"/>.</param>
    public RealtimeAgent WithInstructions(string instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        return this with { Session = Session with { Instructions = instructions } };
    }

    /// <summary>
    /// Returns the session configuration that is sent to the server for this agent: <see cref="Session"/>, with the functions and the handoffs added to its tools.
    /// </summary>
    public RealtimeSessionConfiguration ToSessionConfiguration() => Functions.Count == 0 && Handoffs.Count == 0
        ? Session
        : Session with
        {
            Tools = [.. Session.Tools ?? [], .. Functions.OfType<AgentFunction>().Select(function => function.Tool), .. Handoffs.OfType<AgentHandoff>().Select(handoff => handoff.ToTool())],
        };

    /// <summary>
    /// Returns every violation of a rule of the API, errors and warnings, of the agent, its session, its functions, its guardrails, and the agents to which it hands over; empty if there
    /// is none. Paths begin with the member of the agent, for example <c>functions[1].name</c> or <c>handoffs[0].agent.session.model</c>. Whether the agent of a handoff by name exists
    /// is known only when a conversation starts.
    /// </summary>
    public IReadOnlyList<ConstraintViolation> Validate()
    {
        var violations = new List<ConstraintViolation>();
        AgentRules.Check(this, violations);
        AgentGraph.Check(this, violations);
        return violations;
    }

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(RealtimeAgent), PrintMembers);

    internal void ThrowIfInvalid()
    {
        if (RealtimeValidationException.FromErrors(Validate()) is { } refused)
            throw refused;
    }

    internal async ValueTask<RealtimeAgent> PrepareAsync(AgentContext context, CancellationToken cancellationToken)
    {
        if (Prepare is null)
            return this;
        var prepared = await Prepare(context, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The Prepare callback of the agent '{PeerText.Sanitize(Name)}' returned null.");
        if (prepared.Name != Name)
            throw new InvalidOperationException($"The Prepare callback of the agent '{PeerText.Sanitize(Name)}' returned an agent with the name '{PeerText.Sanitize(prepared.Name)}': the name must not change.");
        prepared.ThrowIfInvalid();
        return prepared;
    }
}
