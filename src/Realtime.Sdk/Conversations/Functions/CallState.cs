namespace Realtime.Sdk.Internal;

/// <summary>A call of the model until it has ended. Used under the conversation's lock.</summary>
internal sealed class CallState(string callId, string name, string arguments, CallGroup group, TimeProvider time)
{
    private long? _startedAt;
    private long _dueSince;
    private TimeSpan _wait;
    private FunctionCall? _shown;
    private string _arguments = arguments;

    public string CallId => callId;

    public string Name => name;

    /// <summary>The arguments for the handler. They are shown only if the turn has room for them; otherwise they are dropped when the call has ended.</summary>
    public string Arguments => _arguments;

    /// <summary>The calls of the same response.</summary>
    public CallGroup Group => group;

    /// <summary>The function; null if the agent has none of that name, or for a tool of an MCP server.</summary>
    public AgentFunction? Function { get; init; }

    /// <summary>The label of the MCP server; null for a function.</summary>
    public string? ServerLabel { get; init; }

    /// <summary>The item of the call.</summary>
    public string? ItemId { get; init; }

    public FunctionCallStatus Status { get; private set; }

    /// <summary>The status with which it ends; null until that is decided. The end is reported a moment later if the app provides the text of the error.</summary>
    public FunctionCallStatus? Outcome { get; private set; }

    public bool IsDecided => Outcome is not null;

    /// <summary>Whether its end was reported.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the reply that follows does not wait for its end, because the service makes an approved call of an MCP tool itself.</summary>
    public bool IsLeftToService => ServerLabel is not null && Status == FunctionCallStatus.Running && !IsDecided;

    /// <summary>Whether the conversation has answered it, so that a reply must follow.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether the app's handler was called. Before that, its arguments are read, whose errors the model can correct.</summary>
    public bool IsHandlerCalled { get; set; }

    /// <summary>Whether <see cref="RealtimeConversation.CompleteCallAsync"/> is sending its output.</summary>
    public bool IsBeingCompleted { get; set; }

    /// <summary>Whether its arguments are too long to be shown.</summary>
    public bool HidesArguments { get; set; }

    /// <summary>The output as it is shown.</summary>
    public string? Output { get; private set; }

    /// <summary>The request for its approval; null if it needs none.</summary>
    public ApprovalUpdate? Approval { get; set; }

    /// <summary>Cancels the code of the app that runs for it: the handler or the approval callback. Null if none runs.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>The telemetry of the run; null without a listener.</summary>
    public CallTrace? Trace { get; set; }

    /// <summary>How long it ran until its outcome was decided. Zero before, and if it did not run.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>How long until its current status ends by timeout; null if it does not.</summary>
    public TimeSpan? TimeLeft => IsOver || (IsDecided ? ErrorText is null : IsBeingCompleted) ? null : _wait - time.GetElapsedTime(_dueSince);

    /// <summary>The text that the model gets if the app, which was asked to word the error, does not answer in time; null if it was not asked.</summary>
    public string? ErrorText { get; private set; }

    /// <summary>Changes the status, which then lasts for a limited time.</summary>
    public void Enter(FunctionCallStatus status, TimeSpan wait)
    {
        (Status, _wait, _dueSince) = (status, wait, time.GetTimestamp());
        if (status == FunctionCallStatus.Running)
            _startedAt ??= _dueSince;
    }

    /// <summary>Waits for the app to word the error, for a limited time.</summary>
    public void AwaitText(string errorText, TimeSpan wait) => (ErrorText, _wait, _dueSince) = (errorText, wait, time.GetTimestamp());

    /// <summary>Decides the outcome; later outcomes are ignored.</summary>
    public void Decide(FunctionCallStatus outcome)
    {
        Outcome = outcome;
        if (_startedAt is { } startedAt)
            Duration = time.GetElapsedTime(startedAt);
    }

    /// <summary>Ends the call. The turn keeps it, so what is no longer needed is released.</summary>
    /// <param name="output">The output to show; null for none.</param>
    public void End(string? output)
    {
        (Status, Output, IsOver) = (Outcome!.Value, output, true);
        (Approval, Cancellation) = (null, null);
        if (HidesArguments)
            _arguments = "";
    }

    public FunctionCall Show() => IsOver ? _shown ??= Create(Duration)
        : Create(IsDecided ? Duration : _startedAt is { } startedAt ? time.GetElapsedTime(startedAt) : TimeSpan.Zero);

    private FunctionCall Create(TimeSpan duration) => new()
    {
        CallId = callId,
        Name = name,
        Arguments = HidesArguments ? "" : _arguments,
        Status = Status,
        Output = Output,
        Agent = group.Agent.Name,
        ServerLabel = ServerLabel,
        Duration = duration,
    };
}
