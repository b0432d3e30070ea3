namespace Realtime.Sdk;

/// <summary>
/// An agent: what it is and how it speaks, independent of the connection over which it runs. Immutable, so that one instance can serve any number of
/// conversations at the same time.
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
    /// <summary>The name of the agent, as turns, traces and warnings show it: 1 to 64 characters, not only white space.</summary>
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>
    /// The session: model, instructions, voice, turn detection, transcription. The default is an empty configuration, which leaves everything to the
    /// server.
    /// </summary>
    public RealtimeSessionConfiguration Session { get; init => field = value ?? new(); } = new();

    /// <summary>
    /// Adapts the agent to the caller whenever it takes over: at the start of a conversation and in <see cref="RealtimeConversation.SwitchAgentAsync"/>.
    /// Returns the agent as this caller should meet it, which must have the same name. Null, the default, adapts nothing.
    /// </summary>
    public Func<AgentContext, CancellationToken, ValueTask<RealtimeAgent>>? Prepare { get; init; }

    /// <summary>Returns a copy of the agent with other instructions.</summary>
    /// <param name="instructions">The instructions, which replace those of <see cref="Session"/>.</param>
    public RealtimeAgent WithInstructions(string instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        return this with { Session = Session with { Instructions = instructions } };
    }

    /// <summary>Returns the session configuration that is sent to the server for this agent.</summary>
    public RealtimeSessionConfiguration ToSessionConfiguration() => Session;

    /// <summary>Returns everything that breaks a rule of the API, with warnings; empty if nothing does.</summary>
    public IReadOnlyList<ConstraintViolation> Validate()
    {
        var violations = new List<ConstraintViolation>();
        if (string.IsNullOrWhiteSpace(Name))
            violations.Add(new("name", null, "is required", ConstraintSeverity.Error));
        else if (Name.Length > Limits.MaxAgentNameLength)
            violations.Add(new("name", $"{Name.Length} characters", $"must be at most {Limits.MaxAgentNameLength} characters", ConstraintSeverity.Error));
        violations.AddRange(ToSessionConfiguration().Validate().Select(violation => violation with { Path = $"session.{violation.Path}" }));
        return violations;
    }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(RealtimeAgent), PrintMembers);

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
            ?? throw new InvalidOperationException($"Prepare of the agent '{PeerText.Sanitize(Name)}' returned null.");
        if (prepared.Name != Name)
            throw new InvalidOperationException($"Prepare of the agent '{PeerText.Sanitize(Name)}' returned an agent with the name '{PeerText.Sanitize(prepared.Name)}': the name must not change.");
        prepared.ThrowIfInvalid();
        return prepared;
    }
}
