namespace Realtime.Sdk;

/// <summary>A snapshot of one call of a function, or of a tool of an MCP server, that the model made.</summary>
public sealed record FunctionCall
{
    internal FunctionCall() { }

    /// <summary>
    /// The ID of the call. For a tool of an MCP server, which has no call ID: the ID of the approval request or, if no approval was needed, of the call's item.
    /// </summary>
    public string CallId { get; internal init; } = "";

    /// <summary>The name of the function or tool.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The arguments as JSON text, as the model wrote them: not necessarily valid JSON. Empty if they exceed <see cref="ConversationLimits.MaxTurnText"/>.</summary>
    public string Arguments { get; internal init; } = "";

    /// <summary>The status of the call.</summary>
    public FunctionCallStatus Status { get; internal init; }

    /// <summary>
    /// The text that was sent to the model, which is an error text if the call failed; for a tool of an MCP server, its output. Null if there is none yet, or if it
    /// exceeds <see cref="ConversationLimits.MaxTurnText"/>.
    /// </summary>
    public string? Output { get; internal init; }

    /// <summary>The name of the agent that made the call.</summary>
    public string Agent { get; internal init; } = "";

    /// <summary>The label of the MCP server; null for a function.</summary>
    public string? ServerLabel { get; internal init; }

    /// <summary>How long the call ran, or has run so far. Zero if it has not run.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Whether the call has ended.</summary>
    public bool IsOver => Status >= FunctionCallStatus.Completed;

    internal static FunctionCall None { get; } = new();

    /// <summary>Returns the members as text, without arguments and output.</summary>
    public override string ToString() => PeerText.Sanitize(
        $"{nameof(FunctionCall)} {{ CallId = {CallId}, Name = {Name}, Status = {Status}, Agent = {Agent}, ServerLabel = {ServerLabel}, Duration = {Duration} }}");
}

/// <summary>The status of a <see cref="FunctionCall"/>.</summary>
public enum FunctionCallStatus
{
    /// <summary>The model made the call, which waits because guardrails check it, or because too many functions are running.</summary>
    Queued,

    /// <summary>The call waits for its approval.</summary>
    AwaitingApproval,

    /// <summary>The function is running here or, for a tool of an MCP server, at the service.</summary>
    Running,

    /// <summary>Another client or the app runs the function, not the conversation: see <see cref="AgentFunction.Declare"/>.</summary>
    External,

    /// <summary>
    /// The function has returned an output, or a call of a background function was not run because one with the same arguments is running. This status and those below are final.
    /// </summary>
    Completed,

    /// <summary>The call was not approved, or a guardrail did not allow it.</summary>
    Denied,

    /// <summary>
    /// The function threw an exception, its arguments were not valid, its output was too long, there is no such function, or too many calls were made in one turn.
    /// </summary>
    Failed,

    /// <summary>The function did not return in time.</summary>
    TimedOut,

    /// <summary>The call was canceled by an interruption, by <see cref="RealtimeConversation.CancelCall"/>, or by the end of the conversation.</summary>
    Canceled,
}
