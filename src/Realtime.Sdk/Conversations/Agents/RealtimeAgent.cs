namespace Realtime.Sdk;

/// <summary>
/// The definition of an agent: its name and its session, independent of the connection over which it runs. Immutable: any number of conversations can use one
/// instance at the same time.
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
    /// The session of the agent: model, instructions, voice, turn detection, transcription. The default is an empty configuration, with which the server uses
    /// its defaults.
    /// </summary>
    public RealtimeSessionConfiguration Session { get; init => field = value ?? new(); } = new();

    /// <summary>The functions that the model can call, which the conversation runs. The default is an empty list.</summary>
    public IReadOnlyList<AgentFunction> Functions { get; init => field = value ?? []; } = [];

    /// <summary>
    /// A callback that adapts the agent to the user each time it takes charge: at the start of a conversation and in
    /// <see cref="RealtimeConversation.SwitchAgentAsync"/>. It returns the adapted agent, which must have the same name; an exception that it throws is passed on by
    /// these methods. Null, the default, uses the agent as it is.
    /// </summary>
    public Func<AgentContext, CancellationToken, ValueTask<RealtimeAgent>>? Prepare { get; init; }

    /// <summary>Returns a copy of the agent with other instructions.</summary>
    /// <param name="instructions">The instructions, which replace those of <see cref="Session"/>.</param>
    public RealtimeAgent WithInstructions(string instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        return this with { Session = Session with { Instructions = instructions } };
    }

    /// <summary>Returns the session configuration that is sent to the server for this agent: <see cref="Session"/>, with the functions added to its tools.</summary>
    public RealtimeSessionConfiguration ToSessionConfiguration() =>
        Functions.Count == 0 ? Session : Session with { Tools = [.. Session.Tools ?? [], .. Functions.OfType<AgentFunction>().Select(function => function.Tool)] };

    /// <summary>
    /// Returns every violation of a rule of the API, errors and warnings, of the agent, its session and its functions; empty if there is none. Paths begin with the
    /// member of the agent, for example <c>functions[1].name</c>.
    /// </summary>
    public IReadOnlyList<ConstraintViolation> Validate()
    {
        var violations = new List<ConstraintViolation>();
        if (string.IsNullOrWhiteSpace(Name))
            violations.Add(new("name", null, "is required", ConstraintSeverity.Error));
        else if (Name.Length > Limits.MaxAgentNameLength)
            violations.Add(new("name", $"{Name.Length} characters", $"must be at most {Limits.MaxAgentNameLength} characters", ConstraintSeverity.Error));
        AgentFunctionRules.Check(this, violations);
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
